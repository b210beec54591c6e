import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { beforeAll, expect, it } from 'vitest';
import { alignmentPoints } from '../fit/alignment-points.ts';
import type { Backdrop } from '../fit/backdrop.ts';
import { projectLandmarks } from '../fit/project-landmarks.ts';
import { createRuntime } from '../runtime/index.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { add, constant, matmul, reshape } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import { faceBackdrop } from './face-backdrop.ts';
import { UNLIT } from './head-surfaces.ts';
import { LIKENESS_GREY, likenessViewport } from './likeness.ts';

const FILE = new URL('../../../models/shape.safetensors', import.meta.url);
const SIZE = 96;
const PIXELS = SIZE * SIZE;
const RED = [0.8, 0.3, 0.2];
const R = 8;
/** Red all over, whatever the latent. */
const texture: TextureModel = {
  name: 'red',
  latentSize: 1,
  resolutions: [R],
  topologyDigest: '0'.repeat(64),
  synthesize: (latent) => {
    const red = Float32Array.from({ length: 3 * R * R }, (_, i) => 2 * RED[Math.floor(i / (R * R))] - 1);
    const none = matmul(latent, constant(new Float32Array(red.length), [1, red.length]));
    return reshape(add(none, constant(red, [1, red.length])), [1, 3, R, R]);
  },
};
const camera = {
  position: [0, 10, 1000],
  target: [0, 10, 90],
  roll: 0,
  focal: 600,
  width: 300,
  height: 300,
} as const;
let drawn: Backdrop;
let places: Float32Array;

beforeAll(async () => {
  const model = loadShapeModel(readFileSync(FILE));
  const points = alignmentPoints(model);
  const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
  const photo = { expression: new Float32Array(29), camera, light: UNLIT };
  const parameters = { identity: new Float32Array(158), texture: new Float32Array(1), photos: [photo] };
  const landmarks = projectLandmarks(points, photo, parameters.identity);
  const image = {
    width: 300,
    height: 300,
    channels: 3,
    data: new Uint8Array(3 * 300 * 300).fill(90),
  } as const;
  const observation = { image, face: 0, box: { x: 0, y: 0, width: 300, height: 300, score: 1 }, landmarks };
  const viewport = likenessViewport(landmarks, SIZE);
  places = landmarks.map((value, i) => (value - (i % 2 ? viewport.y : viewport.x)) * viewport.scale);
  const draw = faceBackdrop(model, texture, runtime, points);
  drawn = await draw(parameters, 0, { ...observation, embedding: new Float32Array(512) }, viewport);
});

/** The pixel in the middle of some landmarks. */
function middle(from: number, to: number): number {
  const mean = (axis: number): number => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += places[2 * i + axis];
    return Math.floor(sum / (to - from));
  };
  return mean(1) * SIZE + mean(0);
}

const colorAt = (pixel: number): number[] => [0, 1, 2].map((c) => drawn.picture[c * PIXELS + pixel]);

it('shows the finished head over grey: skin in its color, eyes in theirs', () => {
  for (const c of [0, 1, 2]) expect(colorAt(0)[c]).toBeCloseTo(LIKENESS_GREY[c] / 255, 3);
  const nose = colorAt(middle(30, 31));
  for (const c of [0, 1, 2]) expect(Math.abs(nose[c] - RED[c])).toBeLessThan(0.08);
  for (const eye of [middle(36, 42), middle(42, 48)]) {
    const [red, green] = colorAt(eye);
    expect(red - green).toBeLessThan(0.3);
  }
});

it('tells skin from what is before or between it', () => {
  expect(drawn.skin[middle(30, 31)]).toBe(1);
  // Where nothing is the fitted skin may still come to lie.
  expect(drawn.skin[0]).toBe(1);
  expect(drawn.skin[middle(36, 42)]).toBe(0);
  const others = drawn.skin.filter((value) => value === 0).length;
  expect(others).toBeGreaterThan(0.002 * PIXELS);
  expect(others).toBeLessThan(0.05 * PIXELS);
});

it('finishing moves the skin by little, and at lips and lids alone', () => {
  const lengths = Array.from({ length: drawn.offsets.length / 3 }, (_, v) =>
    Math.hypot(drawn.offsets[3 * v], drawn.offsets[3 * v + 1], drawn.offsets[3 * v + 2]),
  );
  expect(Math.max(...lengths)).toBeGreaterThan(0.05);
  expect(Math.max(...lengths)).toBeLessThan(15);
  expect(lengths.filter((length) => length > 0.05).length).toBeLessThan(0.2 * lengths.length);
});
