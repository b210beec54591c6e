import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GanfitError } from '../error.ts';
import { randomStream } from '../random/index.ts';
import { choleskyFactor, choleskySolve } from './cholesky.ts';

describe('cholesky', () => {
  it('solves symmetric positive definite systems of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.integer(), (n, seed) => {
        const random = randomStream(seed);
        const root = Float64Array.from({ length: n * n }, () => random.normal());
        const a = new Float64Array(n * n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let sum = i === j ? 0.5 : 0;
            for (let k = 0; k < n; k++) sum += root[i * n + k] * root[j * n + k];
            a[i * n + j] = sum;
          }
        }
        const x = Float64Array.from({ length: 2 * n }, () => random.normal());
        const b = new Float64Array(2 * n);
        for (let c = 0; c < 2; c++) {
          for (let i = 0; i < n; i++) {
            for (let k = 0; k < n; k++) b[c * n + i] += a[i * n + k] * x[c * n + k];
          }
        }
        choleskyFactor(a, n);
        choleskySolve(a, n, b, 2);
        for (let i = 0; i < 2 * n; i++)
          expect(Math.abs(b[i] - x[i])).toBeLessThan(1e-6 * (1 + Math.abs(x[i])));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('refuses an indefinite matrix', () => {
    expect(() => choleskyFactor(Float64Array.of(1, 0, 2, 1), 2)).toThrow(GanfitError);
  });
});
