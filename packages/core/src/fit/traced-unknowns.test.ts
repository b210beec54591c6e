import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { randomStream } from '../random/index.ts';
import { projectVertices } from '../render/camera.ts';
import { traceProjection, windowVector } from '../render/trace-camera.ts';
import { wholeViewport } from '../render/viewport.ts';
import { createRuntime } from '../runtime/index.ts';
import { constant } from '../tensor/index.ts';
import { tracePhoto } from './traced-unknowns.ts';
import { decodeUnknowns, encodeUnknowns, photoBase, unknownLayout } from './unknowns.ts';

const camera = {
  position: [150, 80, 900],
  target: [10, -5, 30],
  roll: 0.1,
  focal: 1200,
  width: 640,
  height: 480,
} as const;
const light = { kind: 'harmonics', coefficients: new Float32Array(27).fill(0.3) } as const;
const layout = unknownLayout(5, 3, 2, 2);
const parameters = {
  identity: Float32Array.of(1, -1, 0.5, 0, 2),
  photos: [0, 1].map((p) => ({ expression: Float32Array.of(p, 1, -1), camera, light })),
};
const bases = parameters.photos.map((photo) => photoBase(photo));

it('encodes and decodes parameters without loss', () => {
  const back = decodeUnknowns(layout, bases, encodeUnknowns(layout, parameters));
  expect(back.identity).toEqual(parameters.identity);
  expect(back.photos[1].expression).toEqual(parameters.photos[1].expression);
  const found = back.photos[0].camera;
  expect(found.roll).toBeCloseTo(camera.roll, 6);
  expect(found.focal).toBeCloseTo(camera.focal, 3);
  for (let k = 0; k < 3; k++) expect(found.position[k]).toBeCloseTo(camera.position[k], 3);
});

it('traces the same camera and light that decoding gives, away from the base', async () => {
  const random = randomStream(1, 'unknowns');
  const x = encodeUnknowns(layout, parameters).map((value) => value + random.normal());
  const decoded = decodeUnknowns(layout, bases, x).photos[1];
  const base = bases[1];
  const traced = tracePhoto(layout, constant(x, [layout.length]), 1, {
    rotation: constant([...base.rotation], [3, 3]),
    place: constant([...base.shift, base.logScale, base.logDistance], [4]),
    light: constant(base.light, [27]),
    window: constant(windowVector(camera, wholeViewport(camera)), [3]),
  });
  const vertices = Float32Array.from({ length: 30 }, () => 60 * random.normal());
  const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
  const graph = await runtime.compile({
    projected: traceProjection(constant(vertices, [10, 3]), traced.camera),
    light: traced.lightVector,
    expression: traced.expression,
  });
  const result = await graph.run({});
  await graph.dispose();
  const expected = projectVertices(decoded.camera, vertices);
  for (let i = 0; i < 30; i += 3) {
    for (const k of [0, 1]) {
      expect(result.projected[i + k] / result.projected[i + 2]).toBeCloseTo(
        expected[i + k] / expected[i + 2],
        1,
      );
    }
  }
  if (decoded.light.kind !== 'harmonics') throw new Error('the light must be harmonics');
  result.light.forEach((value, k) => {
    expect(value).toBeCloseTo((decoded.light as typeof light).coefficients[k], 5);
  });
  expect(Array.from(result.expression)).toEqual(Array.from(decoded.expression));
});
