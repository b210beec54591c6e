import { expect, test } from 'vitest';
import type { Image } from '../image/image.ts';
import { assembleHead } from './assemble.ts';
import { previewSheet } from './preview-sheet.ts';
import { sphereModel } from './sphere-model.ts';

const model = sphereModel();
const green: Image = { width: 200, height: 200, channels: 3, data: new Uint8Array(120_000) };
for (let i = 1; i < green.data.length; i += 3) green.data[i] = 255;

/** The left half of the skin (the subject's right) is red, the other blue. */
const halves: Image = { width: 64, height: 1, channels: 3, data: new Uint8Array(192) };
for (let x = 0; x < 64; x++) halves.data[3 * x + (x < 32 ? 0 : 2)] = 255;

const pose = {
  expression: new Float32Array(1),
  camera: {
    position: [0, 0, 1000] as const,
    target: [0, 0, 0] as const,
    roll: 0,
    focal: 500,
    width: 200,
    height: 200,
  },
  light: { kind: 'phong', ambient: [1, 1, 1], color: [0, 0, 0], position: [0, 0, 1000] } as const,
};

test('four tiles: the photo, the face over it, grey geometry, and the head turned', () => {
  const parameters = { identity: new Float32Array(1), photos: [pose] };
  const head = assembleHead(parameters, model, { skin: halves }, { expression: 'photo', morphs: false });
  const sheet = previewSheet(green, head, pose, model, { tile: 64 });
  expect([sheet.width, sheet.height]).toEqual([4 * 72 + 8, 80]);
  const color = (tile: number, x: number, y: number): number[] => {
    const at = 3 * ((8 + y) * sheet.width + 8 + 72 * tile + x);
    return [...sheet.data.subarray(at, at + 3)];
  };
  expect(color(0, 32, 32)).toEqual([0, 255, 0]);
  // The photo stays around the face; the subject's right side is on the left of the picture.
  expect(color(1, 2, 2)).toEqual([0, 255, 0]);
  expect(color(1, 16, 45)).toEqual([255, 0, 0]);
  expect(color(1, 48, 45)).toEqual([0, 0, 255]);
  const [red, greenByte, blue] = color(2, 32, 45);
  expect(red).toBe(greenByte);
  expect(red).toBe(blue);
  expect(color(2, 2, 2)[0]).toBeGreaterThan(220);
  // Turned by 30 degrees the border between red and blue leaves the middle: sin 30 degrees times the radius of 29 px.
  const row = Array.from({ length: 64 }, (_, x) => color(3, x, 45));
  const border = row.findIndex(([r, , b]) => b > 200 && r < 50);
  expect(Math.abs(border - 32)).toBeGreaterThan(9);
  expect(Math.abs(border - 32)).toBeLessThan(18);
});
