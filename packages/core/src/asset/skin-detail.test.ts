import { expect, test } from 'vitest';
import { skinDetail } from './skin-detail.ts';
import { sphereModel } from './sphere-model.ts';

const model = sphereModel();
const SIZE = 256;

/** Skin with one dark pore at a texel, a shade that varies slowly, and nothing else. */
function skin(): Uint8Array {
  const data = new Uint8Array(3 * SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const pore = Math.exp(-((x - 100) ** 2 + (y - 128) ** 2) / 2);
      data.fill(
        Math.round(160 + 20 * Math.sin(x / 60) - 50 * pore),
        3 * (y * SIZE + x),
        3 * (y * SIZE + x) + 3,
      );
    }
  }
  return data;
}

const texture = { width: SIZE, height: SIZE, channels: 3 as const, data: skin() };
const { normal, roughness } = skinDetail(texture, model);

function normalAt(x: number, y: number): number[] {
  return [...normal.data.slice(3 * (y * SIZE + x), 3 * (y * SIZE + x) + 3)];
}

test('a pore is a dent: its walls lean towards its middle', () => {
  // Red is to the right, green is up.
  expect(normalAt(98, 128)[0]).toBeGreaterThan(129);
  expect(normalAt(102, 128)[0]).toBeLessThan(126);
  expect(normalAt(100, 126)[1]).toBeLessThan(126);
  expect(normalAt(100, 130)[1]).toBeGreaterThan(129);
  expect(normalAt(100, 128)[2]).toBeGreaterThan(250);
});

test('slow changes of tone are no relief', () => {
  for (const x of [30, 60, 160, 200]) {
    const [red, green, blue] = normalAt(x, 64);
    expect(Math.abs(red - 127.5)).toBeLessThan(2);
    expect(Math.abs(green - 127.5)).toBeLessThan(2);
    expect(blue).toBe(255);
  }
});

test('a pore is rougher than the skin around it, and regions shine as they should', () => {
  expect(roughness.channels).toBe(1);
  expect(roughness.data[128 * SIZE + 100]).toBeGreaterThan(roughness.data[128 * SIZE + 60] + 15);
  const lips = { ...model, regions: { lips: new Uint8Array(model.parts[0].vertexCount).fill(255) } };
  const shiny = skinDetail(texture, lips, 64).roughness;
  expect(shiny.width).toBe(64);
  expect(shiny.data[10 * 64 + 10] / 255).toBeCloseTo(0.4, 1);
});
