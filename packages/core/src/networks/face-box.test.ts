import { expect, test } from 'vitest';
import { containment, faceSize, overlap, suppress } from './face-box.ts';

const box = (x: number, y: number, width: number, height: number, score = 1) => ({
  x,
  y,
  width,
  height,
  score,
});

test('overlap: shares of the union, by hand', () => {
  expect(overlap(box(0, 0, 10, 10), box(0, 0, 10, 10))).toBe(1);
  expect(overlap(box(0, 0, 10, 10), box(5, 0, 10, 10))).toBeCloseTo(50 / 150, 12);
  expect(overlap(box(0, 0, 10, 10), box(20, 0, 10, 10))).toBe(0);
  expect(overlap(box(0, 0, 10, 10), box(-20, -20, 10, 10))).toBe(0);
});

test('containment: the share of the smaller box', () => {
  expect(containment(box(0, 0, 10, 10), box(2, 2, 4, 4))).toBe(1);
  expect(containment(box(0, 0, 10, 10), box(8, 0, 4, 4))).toBe(0.5);
});

test('suppress: the best of each bunch stays, best first', () => {
  const boxes = [
    box(0, 0, 10, 10, 0.7),
    box(1, 0, 10, 10, 0.9),
    box(50, 0, 10, 10, 0.8),
    box(2, 0, 10, 10, 0.8),
  ];
  expect(suppress(boxes)).toEqual([boxes[1], boxes[2]]);
});

test('faceSize: the longer side', () => {
  expect(faceSize(box(0, 0, 30, 40))).toBe(40);
});
