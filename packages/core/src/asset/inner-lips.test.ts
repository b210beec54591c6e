import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { loadShapeModel } from '../shape/stored-model.ts';
import { withInnerLips } from './inner-lips.ts';
import { LIP_EDGE, type MouthRings, mouthRings } from './mouth-rings.ts';
import { sealLips } from './seal-lips.ts';
import { seatTeeth } from './seat-teeth.ts';
import { sphereModel } from './sphere-model.ts';

const FILE = new URL('../../../models/shape.safetensors', import.meta.url);
let model: ShapeModel;
let mouth: MouthRings;

beforeAll(() => {
  model = loadShapeModel(readFileSync(FILE));
  mouth = mouthRings(model)!;
});

function withShapes(weights: Readonly<Record<string, number>>): Float32Array {
  const face = evaluateShape(model, []);
  for (const [name, weight] of Object.entries(weights)) {
    const k = model.shapeNames.indexOf(name);
    for (let i = 0; i < face.length; i++) face[i] += weight * model.shapes.data[k * face.length + i];
  }
  return face;
}

const SMILE = { mouthSmileLeft: 1, mouthSmileRight: 1, jawOpen: 0.2 };

/** How far the skin behind the upper lip hangs below its edge, millimetres, at worst. */
function hanging(face: Float32Array): number {
  const below = mouth.rings[0].map((_, c) => {
    if (!mouth.isUpper[c]) return 0;
    const edge = Math.min(
      ...mouth.rings.slice(LIP_EDGE - 2, LIP_EDGE + 1).map((ring) => face[3 * ring[c] + 1]),
    );
    return edge - Math.min(face[3 * mouth.rings[0][c] + 1], face[3 * mouth.rings[1][c] + 1]);
  });
  return Math.max(...below);
}

test('rings go once around the mouth, column by column', () => {
  expect(mouth.rings.length).toBeGreaterThan(LIP_EDGE);
  for (const ring of mouth.rings) expect(new Set(ring).size).toBe(mouth.rings[0].length);
  mouth.rings[LIP_EDGE].forEach((v, c) => {
    const w = mouth.rings[LIP_EDGE + 1][c];
    expect(Math.hypot(...[0, 1, 2].map((k) => model.mean[3 * v + k] - model.mean[3 * w + k]))).toBeLessThan(
      2,
    );
  });
  expect(mouthRings(sphereModel())).toBeUndefined();
});

test('in a smile nothing hangs from behind the upper lip', () => {
  const face = withShapes(SMILE);
  const held = withInnerLips(model, face);
  expect(hanging(held)).toBeLessThan(0.4);
  expect(hanging(held)).toBeLessThan(hanging(face));
  for (const ring of mouth.rings.slice(LIP_EDGE)) for (const v of ring) expect(held[3 * v]).toBe(face[3 * v]);
});

test('teeth stand behind the lips in every pose that is looked at', () => {
  const neutral = withInnerLips(model, evaluateShape(model, []));
  // A flat mouth: lips that lie four millimetres further back.
  for (const ring of mouth.rings) for (const v of ring) neutral[3 * v + 2] -= 4;
  const seated = Float32Array.from(neutral);
  seatTeeth(model, [neutral], neutral, [seated]);
  const teeth = model.parts.find(({ name }) => name === 'teeth')!;
  const front = (face: Float32Array): number => {
    let most = -Infinity;
    for (let v = teeth.vertexStart; v < teeth.vertexStart + teeth.vertexCount; v++) {
      if (Math.abs(face[3 * v]) < 4) most = Math.max(most, face[3 * v + 2]);
    }
    return most;
  };
  const lip = Math.min(
    ...mouth.rings[LIP_EDGE].filter((v) => Math.abs(neutral[3 * v]) < 4).map((v) => neutral[3 * v + 2]),
  );
  expect(front(neutral)).toBeGreaterThan(front(seated) + 0.5);
  expect(front(seated)).toBeLessThan(lip);
  expect(seated.subarray(0, 3 * model.parts[0].vertexCount)).toEqual(
    neutral.subarray(0, 3 * model.parts[0].vertexCount),
  );
});

test('lips with a slit between them close, parted ones stay parted', () => {
  const gap = (face: Float32Array): number => {
    const at = (upper: boolean): number[] =>
      mouth.rings[0].flatMap((_, c) => {
        const heights = mouth.rings.slice(0, LIP_EDGE + 1).map((ring) => face[3 * ring[c] + 1]);
        const isMiddle = Math.abs(face[3 * mouth.rings[LIP_EDGE][c]]) < 5;
        return isMiddle && mouth.isUpper[c] === upper
          ? [upper ? Math.min(...heights) : Math.max(...heights)]
          : [];
      });
    const [above, below] = [at(true), at(false)];
    const mean = (values: readonly number[]): number => values.reduce((sum, y) => sum + y / values.length, 0);
    return mean(above) - mean(below);
  };
  const slit = withInnerLips(model, withShapes({ jawOpen: 0.05 }));
  const open = withInnerLips(model, withShapes({ jawOpen: 0.5 }));
  expect(gap(slit)).toBeGreaterThan(0.5);
  const [closed, still] = [Float32Array.from(slit), Float32Array.from(open)];
  sealLips(model, closed);
  sealLips(model, still);
  expect(Math.abs(gap(closed))).toBeLessThan(0.4);
  expect(still).toEqual(open);
});
