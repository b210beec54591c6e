import { expect, test } from 'vitest';
import { expectGolden } from '../../../../test/golden.ts';
import type { Image } from '../image/image.ts';
import type { Camera } from './camera.ts';
import type { Light } from './light.ts';
import { renderPreview } from './preview.ts';
import { syntheticBall, syntheticHead } from './synthetic-head.ts';

const camera: Camera = {
  position: [0, 0, 600],
  target: [0, 0, 0],
  roll: 0,
  focal: 220,
  width: 96,
  height: 96,
};

function level(image: Image, x: number, y: number, channel = 1): number {
  return image.data[(y * image.width + x) * image.channels + channel];
}

test('a head lit from its right is bright on the left of the picture', async () => {
  const light: Light = {
    kind: 'phong',
    ambient: [0.1, 0.1, 0.12],
    color: [0.9, 0.85, 0.8],
    position: [-400, 150, 300],
  };
  const image = renderPreview(syntheticHead(40), { camera, light, background: [30, 40, 50] });
  expect(level(image, 32, 48)).toBeGreaterThan(level(image, 66, 48) + 60);
  await expectGolden(image, 'preview-head-lit-left');
});

test('the texture sits where its UV say: u from the back around the right, v from the top', async () => {
  const [width, height] = [64, 32];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      data.set([x * 4, y * 8, ((x >> 3) + (y >> 3)) % 2 ? 220 : 40], (y * width + x) * 3);
  }
  const texture: Image = { width, height, channels: 3, data };
  const light: Light = {
    kind: 'harmonics',
    coefficients: new Float32Array(27).fill(Math.sqrt(4 * Math.PI), 0, 3),
  };
  const image = renderPreview([{ mesh: syntheticBall(32, 100), texture }], { camera, light });
  // Red grows with u, green with v; a uniform environment of radiance 1 shows the texture's own bytes.
  expect(level(image, 70, 48, 0)).toBeGreaterThan(level(image, 26, 48, 0) + 40);
  expect(Math.abs(level(image, 48, 48, 0) - 126)).toBeLessThan(4);
  expect(Math.abs(level(image, 48, 48, 1) - 124)).toBeLessThan(6);
  expect(level(image, 48, 70, 1)).toBeGreaterThan(level(image, 48, 26, 1) + 40);
  await expectGolden(image, 'preview-ball-textured');
});

test('supersampling covers border pixels in part, and only those', () => {
  const ball = syntheticBall(48, 100);
  const fine = renderPreview(ball, { camera, supersample: 3 });
  const alphas = new Set<number>();
  let covered = 0;
  for (let i = 3; i < fine.data.length; i += 4) {
    alphas.add(fine.data[i]);
    covered += fine.data[i] / 255;
  }
  expect(alphas.size).toBeGreaterThan(5);
  // The outline of a ball of radius r at distance d is a circle of radius focal * r / sqrt(d^2 - r^2).
  const radius = (220 * 100) / Math.sqrt(600 ** 2 - 100 ** 2);
  expect(Math.abs(covered / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.01);
});

test('several surfaces hide one another by depth', () => {
  const near = syntheticBall(16, 30);
  const moved = { ...near, vertices: near.vertices.map((value, i) => value + (i % 3 === 2 ? 120 : 0)) };
  const surfaces = [
    { mesh: moved, albedo: [0.9, 0, 0] as const },
    { mesh: syntheticBall(24, 100), albedo: [0, 0.9, 0] as const },
  ];
  const specular = { strength: 0, exponent: 1 };
  for (const order of [surfaces, surfaces.toReversed()]) {
    const image = renderPreview(order, { camera, specular });
    expect(level(image, 48, 48, 0)).toBeGreaterThan(100);
    expect(level(image, 48, 48, 1)).toBe(0);
    expect(level(image, 75, 48, 1)).toBeGreaterThan(60);
  }
});
