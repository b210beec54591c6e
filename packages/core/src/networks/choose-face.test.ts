import { expect, test } from 'vitest';
import { chooseFace } from './choose-face.ts';
import type { Observation } from './observation.ts';

const seen = (...heights: number[]): Observation[] =>
  heights.map((height, face) => ({
    image: { width: 1, height: 1, channels: 3, data: new Uint8Array(3) },
    face,
    box: { x: 100 * face, y: 0, width: 0.7 * height, height, score: 1 },
    landmarks: new Float32Array(136),
    embedding: new Float32Array(512),
  }));

test('chooseFace: the largest, unless one is asked for', () => {
  expect(chooseFace(seen(50, 90, 60)).face).toBe(1);
  expect(chooseFace(seen(50, 90, 60), 2).face).toBe(2);
});

test('chooseFace: smaller faces where they are asked for', () => {
  expect(chooseFace(seen(31), undefined, 'a.jpg', 30).face).toBe(0);
  expect(() => chooseFace(seen(29), undefined, 'a.jpg', 30)).toThrow('at least 30 pixels high, got 29');
});

test('chooseFace: no face, no such face and too small a face get one sentence of input', () => {
  const failing = [
    [() => chooseFace([], undefined, 'a.jpg'), /a\.jpg must show a face/],
    [() => chooseFace(seen(50, 60), 2), /got number 2. There are 2 faces, from 0/],
    [() => chooseFace(seen(50), -1), /There is 1 face, number 0/],
    [() => chooseFace(seen(39.5)), /at least 40 pixels high, got 39/],
    [() => chooseFace(seen(90, 20), 1), /at least 40 pixels high, got 20/],
  ] as const;
  for (const [call, message] of failing) {
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ name: 'GanfitError', code: 'input' }));
  }
});
