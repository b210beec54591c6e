import * as ort from 'onnxruntime-node';
import { expect } from 'vitest';
import { writeModel } from '../packages/core/src/onnx/index.ts';
import { randomStream } from '../packages/core/src/random/index.ts';
import {
  add,
  constant,
  type DType,
  gradients,
  input,
  lower,
  mul,
  type Provider,
  type Shape,
  sum,
  type Tensor,
} from '../packages/core/src/tensor/index.ts';

/** A float64 reference: flat inputs in, flat output out. */
export type Reference = (...inputs: Float64Array[]) => ArrayLike<number>;

/** How an operation is checked. */
export interface CheckOptions {
  /** Values of the inputs; standard normal by default. */
  readonly values?: readonly ArrayLike<number>[];
  /** Uniform range of the inputs instead of normal ones. */
  readonly range?: readonly [number, number];
  /** Inputs with a gradient; all by default. */
  readonly smooth?: readonly number[];
  /** Largest allowed error, relative to the largest expected value and 1; 1e-5 for values by default. */
  readonly tolerance?: number;
  /** Where the graph is lowered for; it runs on the CPU all the same. */
  readonly provider?: Provider;
}

/**
 * Checks value, gradient and second derivative of a traced function against a naive float64 loop. Both difference
 * quotients are taken on the reference, so the float32 noise of the runtime never enters them.
 */
export async function checkOp(
  trace: (...inputs: Tensor[]) => Tensor,
  shapes: readonly Shape[],
  reference: Reference,
  options: CheckOptions = {},
): Promise<void> {
  const random = randomStream(7, 'check');
  const draw = () => {
    const [low, high] = options.range ?? [0, 0];
    return options.range ? low + (high - low) * random.uniform() : random.normal();
  };
  const values = shapes.map((shape, i) =>
    Float64Array.from(options.values?.[i] ?? Array.from({ length: sizeOf(shape) }, draw), Math.fround),
  );
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
  const y = trace(...inputs);
  const expected = Float64Array.from(reference(...values));
  expect(sizeOf(y.shape), `size of the result [${y.shape}]`).toBe(expected.length);

  const smooth = options.smooth ?? inputs.map((_, i) => i);
  const weights = Float64Array.from(expected, () => Math.fround(random.normal()));
  const loss = sum(mul(y, constant(Float32Array.from(weights), y.shape)));
  const first = gradients(
    loss,
    smooth.map((i) => inputs[i]),
  );
  const directions = values.map((value) => Float64Array.from(value, () => Math.fround(random.normal())));
  // The slope of the loss along a direction; its gradient is a product of the Hessian with that direction.
  const slope = smooth
    .map((i, k) => sum(mul(first[k], constant(Float32Array.from(directions[i]), shapes[i]))))
    .reduce((a, b) => add(a, b));
  const second = gradients(
    slope,
    smooth.map((i) => inputs[i]),
  );

  const outputs: Record<string, Tensor> = { y };
  smooth.forEach((i, k) => {
    outputs[`first${i}`] = first[k];
    outputs[`second${i}`] = second[k];
  });
  const feeds = Object.fromEntries(values.map((value, i) => [`x${i}`, Float32Array.from(value)]));
  const found = await runTraced(outputs, feeds, options.provider);

  const tolerance = options.tolerance ?? 1e-5;
  expectClose(found.y, expected, tolerance, 'value');
  const lossAt = (
    steps: readonly { readonly input: number; readonly index: number; readonly by: number }[],
    along: number,
  ) => {
    const moved = values.map((value, i) =>
      smooth.includes(i) ? value.map((x, j) => x + along * directions[i][j]) : value,
    );
    for (const { input: i, index, by } of steps) moved[i][index] += by;
    return Float64Array.from(reference(...moved)).reduce((total, x, j) => total + x * weights[j], 0);
  };
  for (const i of smooth) {
    const quotient = values[i].map((_, index) => {
      const step = (by: number) => lossAt([{ input: i, index, by }], 0);
      return (step(1e-5) - step(-1e-5)) / 2e-5;
    });
    expectClose(found[`first${i}`], quotient, 10 * tolerance, `gradient by input ${i}`);
    const mixed = values[i].map((_, index) => {
      const at = (by: number, along: number) => lossAt([{ input: i, index, by }], along);
      const h = 2e-4;
      return (at(h, h) - at(-h, h) - at(h, -h) + at(-h, -h)) / (4 * h * h);
    });
    expectClose(found[`second${i}`], mixed, 100 * tolerance, `second derivative by input ${i}`);
  }
}

/** Runs traced tensors on one thread of the CPU. */
export async function runTraced(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, Float32Array | Int32Array | Uint8Array>> = {},
  provider: Provider = 'cpu',
): Promise<Record<string, number[]>> {
  const model = lower(outputs, provider);
  const session = await ort.InferenceSession.create(writeModel(model), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const tensors = model.inputs.map(({ name, dtype, shape }): [string, ort.Tensor] => [
    name,
    new ort.Tensor(dtype as DType, feeds[name] as Float32Array, shape as number[]),
  ]);
  const results = await session.run(Object.fromEntries(tensors));
  const arrays = Object.entries(results).map(([name, { data, dims }]): [string, number[]] => {
    const shape = model.outputs.find((output) => output.name === name)?.shape;
    expect(dims, `shape of ${name} at run time`).toEqual([...(shape ?? [])]);
    return [name, Array.from(data as Iterable<number | bigint | boolean>, Number)];
  });
  await session.release();
  return Object.fromEntries(arrays);
}

/** Compares flat arrays; the error is relative to the largest expected magnitude, at least 1. */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(found.length, `${what}: length`).toBe(expected.length);
  let [largest, worst, where] = [1, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    const error = Math.abs(found[i] - expected[i]);
    if (!(error <= worst)) [worst, where] = [error, i];
  }
  expect(
    worst,
    `${what}: element ${where} must be ${expected[where]}, got ${found[where]}`,
  ).toBeLessThanOrEqual(tolerance * largest);
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
