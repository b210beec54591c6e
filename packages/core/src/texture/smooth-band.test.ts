import { expect, test } from 'vitest';
import { type Cavities, cavitiesOf } from './cavities.ts';
import { roundHead } from './round-head.ts';
import { skinSurface } from './skin-surface.ts';
import type { SkinTone } from './skin-tone.ts';
import { type Band, type FlowBounds, solveSmoothBand } from './smooth-band.ts';

const model = roundHead(48);
const { graph, area } = skinSurface(model);
const { mean, vertexCount } = model;
const log = (color: readonly number[]): [number, number, number] => [
  Math.log(color[0]),
  Math.log(color[1]),
  Math.log(color[2]),
];
const TONE = log([0.6, 0.42, 0.33]);
const SHADED = log([0.42, 0.29, 0.23]);
const RED = log([0.5, 0.15, 0.15]);
const tone: SkinTone = {
  color: TONE,
  shading: new Float64Array(12),
  facing: [0, 0, 1],
  deviation: [0.2, 0.08, 0.1],
};
const unseen: Band = { values: new Float32Array(3 * vertexCount), trust: new Float32Array(vertexCount) };
const noCavities: Cavities = {
  shares: new Float32Array(vertexCount),
  shades: new Float32Array(3 * vertexCount),
};

/** Millimetres from the axis through the middle of the mouth. */
const off = (v: number): number => Math.hypot(mean[3 * v], mean[3 * v + 1] + 28);
const isFront = (v: number): boolean => mean[3 * v + 2] > 0;

function solve(
  color: (v: number) => readonly number[],
  isSeen: (v: number) => boolean,
  bounds: Partial<FlowBounds> = {},
): Float32Array {
  const own: Band = {
    values: new Float32Array(3 * vertexCount),
    trust: Float32Array.from({ length: vertexCount }, (_, v) => (isFront(v) && isSeen(v) ? 1 : 0)),
  };
  for (let v = 0; v < vertexCount; v++) if (own.trust[v] > 0) own.values.set(color(v), 3 * v);
  return solveSmoothBand(
    graph,
    own,
    unseen,
    tone,
    { depths: area.depths, cavities: noCavities, ...bounds },
    16,
  );
}

test('solveSmoothBand: a small hole continues its surroundings, not the tone of the skin', () => {
  const result = solve(
    () => SHADED,
    (v) => off(v) > 12,
  );
  for (let v = 0; v < vertexCount; v++) {
    if (!isFront(v) || off(v) > 12) continue;
    for (let k = 0; k < 3; k++) expect(Math.abs(result[3 * v + k] - SHADED[k])).toBeLessThan(0.03);
  }
});

test('solveSmoothBand: far from all that was seen the skin has its tone', () => {
  const result = solve(
    () => SHADED,
    () => true,
  );
  for (let v = 0; v < vertexCount; v++) {
    if (mean[3 * v + 2] > -85) continue;
    for (let k = 0; k < 3; k++) expect(Math.abs(result[3 * v + k] - TONE[k])).toBeLessThan(0.03);
  }
});

test('solveSmoothBand: unseen lips take the color of lips, unseen skin beside them that of skin', () => {
  const lips = Uint8Array.from({ length: vertexCount }, (_, v) => (isFront(v) && off(v) < 18 ? 255 : 0));
  // Only one side of lips and skin was seen.
  const result = solve(
    (v) => (lips[v] > 0 ? RED : TONE),
    (v) => off(v) > 28 || (mean[3 * v] > 6 && off(v) < 28),
    { lips, lipTone: RED },
  );
  for (let v = 0; v < vertexCount; v++) {
    if (!isFront(v) || off(v) > 28) continue;
    const wish = lips[v] > 0 ? RED : TONE;
    for (let k = 0; k < 3; k++) expect(Math.abs(result[3 * v + k] - wish[k])).toBeLessThan(0.12);
  }
});

test('solveSmoothBand: hair at the border of the face is not continued', () => {
  const hair = log([0.05, 0.03, 0.02]);
  const result = solve(
    (v) => (mean[3 * v + 2] < 12 ? hair : TONE),
    () => true,
  );
  for (let v = 0; v < vertexCount; v++) {
    // Its darkness is five times as much.
    if (mean[3 * v + 2] < -12) expect(result[3 * v]).toBeGreaterThan(TONE[0] - 0.5);
  }
});

test('cavitiesOf: nostrils are dark and warm, sockets less, their rims are skin', () => {
  const eye = (v: number): number => Math.hypot(mean[3 * v] - 38, mean[3 * v + 1] - 30);
  const nostril = (v: number): number => Math.hypot(mean[3 * v] - 10, mean[3 * v + 1] + 14);
  const hidden = Uint8Array.from({ length: vertexCount }, (_, v) =>
    isFront(v) && Math.min(eye(v), nostril(v)) < 12 ? 255 : 0,
  );
  const { shares, shades } = cavitiesOf({ ...model, regions: { ...model.regions, hidden } }, graph, 1);
  const middle = (distance: (v: number) => number): number =>
    [...hidden.keys()].filter(isFront).reduce((a, b) => (distance(b) < distance(a) ? b : a));
  const [inNostril, inSocket] = [middle(nostril), middle(eye)];
  expect(shares[inNostril]).toBe(1);
  expect(shades[3 * inNostril]).toBeLessThan(Math.log(0.4));
  expect(shades[3 * inNostril + 2]).toBeLessThan(shades[3 * inNostril]);
  expect(shades[3 * inSocket]).toBeGreaterThan(shades[3 * inNostril]);
  for (let v = 0; v < vertexCount; v++) if (hidden[v] === 0) expect(shares[v]).toBe(0);
});
