import type { FitParameters } from '@ganfit/core/fit';
import type { Observation } from '@ganfit/core/networks';
import { expect, test } from 'vitest';
import { failureOf, printResult, resultNotes } from './result-summary.ts';

const face = (index: number, size: number): Observation => ({
  image: {
    width: 10,
    height: 10,
    channels: 3,
    data: Uint8Array.from({ length: 300 }, (_, i) => 40 * (i % 3)),
  },
  face: index,
  box: { x: 100 * index + 0.4, y: 20, width: size, height: size + 20, score: 1 },
  landmarks: new Float32Array(136),
  embedding: new Float32Array(512),
});
const good = { landmarkError: 0.02, judgeDistance: 0.4, cosine: 0.8 };

test('a good fit of the only face needs no words', () => {
  expect(resultNotes([face(0, 80)], face(0, 80), undefined, good)).toEqual([]);
});

test('faces that were not taken are named with size and place', () => {
  const faces = [face(0, 60), face(1, 80), face(2, 50)];
  expect(resultNotes(faces, faces[1], undefined, good)).toEqual([
    '3 faces; number 1 was fitted, the largest. The others: 0 (80 px, at 0, 20), 2 (70 px, at 200, 20). Choose with --face.',
  ]);
  expect(resultNotes(faces, faces[0], 0, good)[0]).toContain('number 0 was fitted, as asked.');
});

test('signs of a bad fit are told', () => {
  const notes = resultNotes([face(0, 80)], face(0, 80), undefined, {
    landmarkError: 0.1,
    judgeDistance: 0.7,
  });
  expect(notes).toEqual([
    "The landmarks of the head lie 10.0 % of the eyes' distance off: look at preview.png before you use it.",
    'The judge does not take the head for the person in the photo: look at preview.png before you use it.',
  ]);
});

test('a grey photo and a face that is cut off are told', () => {
  const own = face(0, 80);
  const box = { x: 0, y: 0, width: 10, height: 50, score: 1 };
  const colored = { ...own, box };
  expect(resultNotes([colored], colored, undefined, good)).toEqual([]);
  const image = {
    ...own.image,
    data: own.image.data.map((_, i) => 100 + (Math.floor(i / 3) % 90) + (i % 3)),
  };
  const grey = { ...colored, image };
  expect(resultNotes([grey], grey, undefined, good)).toEqual([
    'The photo has no colours, so the skin has none either.',
  ]);
  const cut = { ...colored, landmarks: colored.landmarks.map((_, i) => (i < 40 ? -3 : 5)) };
  expect(resultNotes([cut], cut, undefined, good)[0]).toMatch(/^20 of 68 landmarks lie outside/);
});

test('a very small face is told', () => {
  expect(resultNotes([face(0, 11)], face(0, 11), undefined, good)).toEqual([
    'The face is 31 pixels high: much of the head is what people usually look like.',
  ]);
});

test('a fit failed when the head lies elsewhere, or is nobody', () => {
  const of = (shape: number, expression: number) => ({
    identity: Float32Array.from({ length: 40 }, (_, i) => (i % 2 ? shape : -shape)),
    photos: [{ expression: new Float32Array(10).fill(expression) }] as unknown as FitParameters['photos'],
  });
  const result = { landmarkError: 0.02, cosine: 0.6, parameters: of(0.9, 0.9) };
  expect(failureOf(result)).toBeUndefined();
  expect(failureOf({ ...result, landmarkError: 0.2 })).toMatch(/landmarks of the head lie 20\.0 %/);
  expect(failureOf({ ...result, landmarkError: Number.NaN })).toMatch(/The fit failed/);
  expect(failureOf({ ...result, parameters: of(2.5, 0) })).toMatch(/the shape of the head is 2\.5/);
  expect(failureOf({ ...result, parameters: of(0, 3) })).toMatch(/the expression of the head is 3\.0/);
  expect(failureOf({ ...result, parameters: of(Number.NaN, 0) })).toMatch(/The fit failed/);
  expect(failureOf({ ...result, cosine: 0.1 })).toMatch(/nobody of the photo .*upright/);
});

test('the summary names the folder, every file with its size and purpose, and the likeness', () => {
  const lines: string[] = [];
  const io = {
    print: (line: string) => lines.push(line),
    note: () => {},
    signal: new AbortController().signal,
  };
  printResult(io, '/out/me', { 'skin.png': 'x', 'head.glb': new Uint8Array(9_940_000) }, good, 12.34);
  expect(lines).toEqual([
    '/out/me  (12.3 s)',
    '  head.glb       9.9 MB  the head, with texture and named morph targets',
    '  skin.png       0.0 kB  texture',
    "  landmark error 2.0 % of the eyes' distance",
    '  likeness: cosine 0.80; judge 0.40, the same person (limit 0.6)',
  ]);
});
