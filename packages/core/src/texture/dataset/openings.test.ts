import { expect, it } from 'vitest';
import { mouthOpening, outsideOpenings } from './openings.ts';

/** A face of 400 pixels with eyes of 60 x 20 and inner lips of 80 x `gap`. */
function face(gap: number): Float32Array {
  const points = new Float32Array(136);
  const set = (i: number, x: number, y: number): void => points.set([x, y], 2 * i);
  const eye = (first: number, x: number): void => {
    [
      [0, 0],
      [20, -10],
      [40, -10],
      [60, 0],
      [40, 10],
      [20, 10],
    ].forEach(([dx, dy], i) => {
      set(first + i, x + dx, 200 + dy);
    });
  };
  eye(36, 100);
  eye(42, 240);
  const [top, bottom] = [320 - gap / 2, 320 + gap / 2];
  set(60, 160, 320);
  set(64, 240, 320);
  [61, 62, 63].forEach((i, k) => {
    set(i, 180 + 20 * k, top);
  });
  [67, 66, 65].forEach((i, k) => {
    set(i, 180 + 20 * k, bottom);
  });
  return points;
}

it('tells an open mouth from a closed one', () => {
  expect(mouthOpening(face(24))).toBeCloseTo(0.3, 6);
  expect(mouthOpening(face(2))).toBeCloseTo(0.025, 6);
});

it('trusts neither eyeballs nor teeth, but lips that touch', () => {
  const open = outsideOpenings(face(24));
  const closed = outsideOpenings(face(2));
  expect([open(130, 200), open(270, 200), open(200, 320)]).toEqual([0, 0, 0]);
  expect(closed(200, 320)).toBe(1);
  expect(closed(130, 200)).toBe(0);
  // Lips, cheek and the lid above the lashes are skin.
  expect([open(200, 350), open(60, 260), open(130, 175)]).toEqual([1, 1, 1]);
});
