import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { randomStream } from '../random/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { input } from '../tensor/index.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { factorField, inverseFactor, misfitField, traceProduct, withoutField } from './smooth-misfit.ts';
import { surfaceSamples } from './surface-samples.ts';

const head = ellipsoidHead(40);
const samples = surfaceSamples(head);
const field = misfitField(head, samples);
const count = samples.vertices.length;
const DEVIATION = 0.05;

describe('withoutField', () => {
  const weights = new Float32Array(count).fill(400);
  const factor = factorField(field, weights, DEVIATION);

  function left(residual: (x: number, y: number) => number): number {
    const residuals = new Float32Array(3 * count);
    samples.vertices.forEach((v, n) => {
      residuals.fill(residual(head.mean[3 * v], head.mean[3 * v + 1]), 3 * n, 3 * n + 3);
    });
    const { rest } = withoutField(field, residuals, weights, factor, DEVIATION);
    return Math.hypot(...rest) / Math.hypot(...residuals);
  }

  it('takes away what is smooth and leaves what is fine', () => {
    expect(left((x) => 0.1 * Math.cos(x / 40))).toBeLessThan(0.2);
    expect(left((x, y) => 0.1 * Math.sign(Math.sin(x / 2) * Math.sin(y / 2)))).toBeGreaterThan(0.9);
  });

  it('lets large differences cost', () => {
    const cost = (size: number) =>
      withoutField(field, new Float32Array(3 * count).fill(size), weights, factor, DEVIATION).cost;
    expect(cost(0.1) / cost(0.05)).toBeCloseTo(4, 3);
    expect(cost(0.05)).toBeGreaterThan(0);
  });
});

describe('traceProduct', () => {
  it('leaves the step that fitting field and unknowns together would take', async () => {
    const random = randomStream(5, 'misfit');
    const unknowns = 4;
    const columns = unknowns + 1;
    const bumps = field.count;
    const weights = Float32Array.from({ length: count }, () => 100 * random.uniform());
    const jacobian = Float32Array.from({ length: 3 * count * columns }, () => random.normal());
    // Everything at once: four unknowns with unit priors and the bumps of each channel.
    const total = unknowns + 3 * bumps;
    const matrix = new Float64Array(total * total);
    const side = new Float64Array(total);
    for (let n = 0; n < count; n++) {
      for (let c = 0; c < 3; c++) {
        const row = new Float64Array(total);
        const at = (3 * n + c) * columns;
        for (let i = 0; i < unknowns; i++) row[i] = jacobian[at + i];
        for (let k = 0; k < bumps; k++) row[unknowns + c * bumps + k] = field.values[n * bumps + k];
        for (let i = 0; i < total; i++) {
          side[i] += weights[n] * row[i] * jacobian[at + unknowns];
          for (let j = 0; j < total; j++) matrix[i * total + j] += weights[n] * row[i] * row[j];
        }
      }
    }
    for (let i = 0; i < total; i++) matrix[i * total + i] += i < unknowns ? 1 : 1 / DEVIATION ** 2;
    choleskyFactor(matrix, total);
    choleskySolve(matrix, total, side);

    // What the photometric fit does: the last column is the residual, weighted as the rest.
    const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
    const graph = await runtime.compile({
      product: traceProduct(
        input('jacobian', [3 * count, columns]),
        input('bumps', [count, bumps]),
        input('inverse', [bumps, bumps]),
      ),
    });
    const { product } = await graph.run({
      jacobian: jacobian.map((value, i) => value * Math.sqrt(weights[Math.floor(i / (3 * columns))])),
      bumps: field.values.map((value, i) => value * Math.sqrt(weights[Math.floor(i / bumps)])),
      inverse: inverseFactor(factorField(field, weights, DEVIATION), bumps),
    });
    await graph.dispose();
    const small = new Float64Array(unknowns * unknowns);
    const right = new Float64Array(unknowns);
    for (let i = 0; i < unknowns; i++) {
      right[i] = product[i * columns + unknowns];
      for (let j = 0; j < unknowns; j++) small[i * unknowns + j] = product[i * columns + j];
      small[i * unknowns + i] += 1;
    }
    choleskyFactor(small, unknowns);
    choleskySolve(small, unknowns, right);
    right.forEach((value, i) => {
      expect(value).toBeCloseTo(side[i], 4);
    });
  });
});
