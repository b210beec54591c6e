import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkOp } from '../../../../test/check-op.ts';
import { lower } from './lower.ts';
import type { Tensor } from './op.ts';
import {
  abs,
  add,
  exp,
  input,
  maximum,
  mul,
  neg,
  sin,
  square,
  sub,
  sum,
  tanh,
  transpose,
} from './ops/index.ts';

/** Operations on matrices of 2 x 2, traced and in plain numbers. */
const OPS: readonly {
  readonly trace: (a: Tensor, b: Tensor) => Tensor;
  readonly plain: (a: readonly number[], b: readonly number[]) => number[];
}[] = [
  { trace: add, plain: (a, b) => a.map((v, i) => v + b[i]) },
  { trace: sub, plain: (a, b) => a.map((v, i) => v - b[i]) },
  { trace: mul, plain: (a, b) => a.map((v, i) => v * b[i]) },
  { trace: maximum, plain: (a, b) => a.map((v, i) => Math.max(v, b[i])) },
  { trace: sin, plain: (a) => a.map(Math.sin) },
  { trace: tanh, plain: (a) => a.map(Math.tanh) },
  { trace: neg, plain: (a) => a.map((v) => -v) },
  { trace: (a) => exp(neg(abs(a))), plain: (a) => a.map((v) => Math.exp(-Math.abs(v))) },
  {
    trace: (a) => transpose(tanh(square(a))),
    plain: ([p, q, r, s]) => [p, r, q, s].map((v) => Math.tanh(v * v)),
  },
  {
    trace: (a, b) => mul(a, tanh(sum(b, 0, true))),
    plain: (a, b) => a.map((v, i) => v * Math.tanh(b[i % 2] + b[2 + (i % 2)])),
  },
];

/** Each step applies an operation to two values that exist already; two inputs come first. */
const steps = fc.array(fc.tuple(fc.nat(OPS.length - 1), fc.nat(100), fc.nat(100)), {
  minLength: 2,
  maxLength: 12,
});
type Steps = readonly (readonly [number, number, number])[];

function run<T>(program: Steps, inputs: readonly T[], apply: (op: number, a: T, b: T) => T): T[] {
  const values = [...inputs];
  for (const [op, i, j] of program)
    values.push(apply(op, values[i % values.length], values[j % values.length]));
  return values;
}

test('random graphs: values, gradients and second derivatives agree with plain numbers', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (program) => {
      const shape = [2, 2];
      await checkOp(
        (...inputs) => run(program, inputs, (op, a, b) => OPS[op].trace(a, b)).at(-1)!,
        [shape, shape],
        (...inputs) =>
          run(
            program,
            inputs.map((x) => [...x]),
            (op, a, b) => OPS[op].plain(a, b),
          ).at(-1)!,
        { tolerance: 2e-5, range: [-1, 1] },
      );
    }),
    { numRuns: 25, seed: 3 },
  );
});

test('random graphs: every node and every constant in the model leads to an output', () => {
  fc.assert(
    fc.property(steps, fc.nat(100), (program, wanted) => {
      const values = run<Tensor>(program, [input('a', [2, 2]), input('b', [2, 2])], (op, a, b) =>
        OPS[op].trace(a, b),
      );
      const model = lower({ y: values[2 + (wanted % program.length)] }, 'cpu');
      const needed = new Set(['y']);
      for (const node of [...model.nodes].reverse()) {
        expect(
          node.outputs.some((name) => needed.has(name)),
          `${node.op} is needed`,
        ).toBe(true);
        for (const name of node.inputs) needed.add(name);
      }
      for (const { name } of [...model.initializers, ...model.inputs]) expect(needed).toContain(name);
    }),
    { numRuns: 200, seed: 3 },
  );
});
