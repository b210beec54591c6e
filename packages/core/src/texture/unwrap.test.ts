import { expect, test } from 'vitest';
import type { Image } from '../image/image.ts';
import type { Camera } from '../render/camera.ts';
import { renderPreview } from '../render/preview.ts';
import { imageOfTexture } from './image-of-texture.ts';
import { padCharts } from './pad.ts';
import { roundHead } from './round-head.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';
import { unwrap } from './unwrap.ts';

const SIZE = 256;
const EVEN = { kind: 'phong', ambient: [1, 1, 1], color: [0, 0, 0], position: [0, 0, 900] } as const;
const model = roundHead(32);
const skin = model.parts[0];

function camera(yaw: number): Camera {
  return {
    position: [600 * Math.sin(yaw), 0, 600 * Math.cos(yaw)],
    target: [0, 0, 0],
    roll: 0.1,
    focal: 800,
    width: 400,
    height: 400,
  };
}

/** A texture that varies everywhere: smooth stripes over the sphere. */
function stripes(): Float32Array {
  const map = mapTexels(skin, SIZE);
  const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
  const color = new Float32Array(3 * SIZE * SIZE);
  const known = new Uint8Array(SIZE * SIZE);
  for (let n = 0; n < map.count; n++) {
    known[map.texels[n]] = 1;
    for (let k = 0; k < 3; k++) color[3 * map.texels[n] + k] = 0.5 + 0.3 * Math.sin(points[3 * n + k] / 9);
  }
  padCharts(color, known, SIZE, 3);
  return color;
}

function photograph(color: Float32Array, yaw: number): Image {
  const { triangles, uv, uvTriangles } = skin;
  const mesh = { vertices: model.mean, triangles, uv, uvTriangles };
  return renderPreview([{ mesh, texture: imageOfTexture(color, SIZE) }], {
    camera: camera(yaw),
    light: EVEN,
    background: [0, 0, 255],
  });
}

test('unwrap: a known texture, photographed, comes back where it was seen', () => {
  const truth = stripes();
  const { color, confidence } = unwrap(photograph(truth, 0.4), camera(0.4), model.mean, model, {
    size: SIZE,
  });
  let [seen, worst, sum] = [0, 0, 0];
  confidence.forEach((trust, texel) => {
    if (trust < 0.5) return;
    seen++;
    for (let k = 0; k < 3; k++) {
      const error = Math.abs(color[3 * texel + k] - truth[3 * texel + k]);
      worst = Math.max(worst, error);
      sum += error / 3;
    }
  });
  expect(seen).toBeGreaterThan(0.13 * SIZE * SIZE);
  expect(sum / seen).toBeLessThan(0.006);
  expect(worst).toBeLessThan(0.06);
});

test('unwrap: the back, grazing sides and everything outside the face are not trusted', () => {
  const map = mapTexels(skin, SIZE);
  const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
  const { color, confidence } = unwrap(photograph(stripes(), 0.4), camera(0.4), model.mean, model, {
    size: SIZE,
  });
  const eye = camera(0.4).position;
  for (let n = 0; n < map.count; n++) {
    const point = points.subarray(3 * n, 3 * n + 3);
    const trust = confidence[map.texels[n]];
    const way = eye.map((value, axis) => value - point[axis]);
    const cosine = (way[0] * point[0] + way[1] * point[1] + way[2] * point[2]) / 100 / Math.hypot(...way);
    // The border of the face runs through triangles of ten millimetres.
    if (point[2] < -10 || cosine < 0.1) expect(trust).toBe(0);
    // Nothing of the blue background is ever trusted.
    const [red, , blue] = color.subarray(3 * map.texels[n], 3 * map.texels[n] + 3);
    if (trust > 0) expect(blue > 0.9 && red < 0.1).toBe(false);
  }
});

test('unwrap: what another part hides is not trusted', () => {
  // A plate in front of the sphere's upper half.
  const plate = Float32Array.of(-150, 20, 140, 150, 20, 140, 150, 150, 140, -150, 150, 140);
  const first = model.vertexCount;
  const hidden = {
    ...model,
    mean: Float32Array.of(...model.mean, ...plate),
    vertexCount: first + 4,
    parts: [
      ...model.parts,
      {
        ...skin,
        name: 'plate',
        vertexStart: first,
        vertexCount: 4,
        triangles: Uint32Array.of(first, first + 1, first + 2, first, first + 2, first + 3),
      },
    ],
  };
  const { confidence } = unwrap(photograph(stripes(), 0), camera(0), hidden.mean, hidden, { size: SIZE });
  const trustAt = (u: number, v: number): number =>
    confidence[Math.floor(v * SIZE) * SIZE + Math.floor(u * SIZE)];
  expect(trustAt(0.5, 0.35)).toBe(0);
  expect(trustAt(0.5, 0.6)).toBeGreaterThan(0.95);
});

test('unwrap: landmarks found elsewhere bend the photo by their residual', () => {
  const truth = stripes();
  const photo = photograph(truth, 0);
  const jaw = [...Array(17).keys()].flatMap((i) => [
    200 - 190 * Math.cos((Math.PI * i) / 16),
    200 + 190 * Math.sin((Math.PI * i) / 16),
  ]);
  const inner = [...Array(51).keys()].flatMap((i) => [110 + 30 * (i % 7), 90 + 30 * Math.floor(i / 7)]);
  const projected = Float32Array.of(...jaw, ...inner);
  const detected = projected.map((value, i) => value + (i % 2 === 0 ? 6 : -4));
  const moved = unwrap(photo, camera(0), model.mean, model, {
    size: SIZE,
    landmarks: { projected, detected },
  });
  const straight = unwrap(photo, { ...camera(0) }, model.mean, model, { size: SIZE });
  const texel = 128 * SIZE + 128;
  // Undoing the shift in the photo must give the straight result back.
  const shifted: Image = { ...photo, data: new Uint8Array(photo.data.length) };
  for (let y = 0; y < 400; y++) {
    for (let x = 0; x < 400; x++) {
      const from = (Math.min(399, Math.max(0, y + 4)) * 400 + Math.min(399, Math.max(0, x - 6))) * 4;
      for (let k = 0; k < 4; k++) shifted.data[(y * 400 + x) * 4 + k] = photo.data[from + k];
    }
  }
  const undone = unwrap(shifted, camera(0), model.mean, model, {
    size: SIZE,
    landmarks: { projected, detected },
  });
  for (let k = 0; k < 3; k++) {
    expect(Math.abs(undone.color[3 * texel + k] - straight.color[3 * texel + k])).toBeLessThan(0.05);
  }
  const bend = [0, 1, 2].map((k) => Math.abs(moved.color[3 * texel + k] - straight.color[3 * texel + k]));
  expect(Math.max(...bend)).toBeGreaterThan(0.1);
});

test('unwrap: beside the jaw line of the photo nothing is trusted', () => {
  const narrow = [...Array(17).keys()].flatMap((i) => [
    200 - 70 * Math.cos((Math.PI * i) / 16),
    200 + 70 * Math.sin((Math.PI * i) / 16),
  ]);
  const inner = [...Array(51).keys()].flatMap((i) => [160 + 10 * (i % 7), 150 + 10 * Math.floor(i / 7)]);
  const points = Float32Array.of(...narrow, ...inner);
  const landmarks = { projected: points, detected: points };
  const { confidence } = unwrap(photograph(stripes(), 0), camera(0), model.mean, model, {
    size: SIZE,
    landmarks,
  });
  const trustAt = (u: number, v: number): number =>
    confidence[Math.floor(v * SIZE) * SIZE + Math.floor(u * SIZE)];
  expect(trustAt(0.5, 0.5)).toBeGreaterThan(0.95);
  expect(trustAt(0.36, 0.5)).toBe(0);
  expect(trustAt(0.5, 0.68)).toBe(0);
});
