import { expect, test } from 'vitest';
import { runTraced } from '../../../../test/check-op.ts';
import { randomStream } from '../random/index.ts';
import { gradients } from './gradients.ts';
import type { Tensor } from './op.ts';
import {
  add,
  averagePool,
  conv,
  input,
  matmul,
  mul,
  pixelNorm,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  upsampleNearest,
} from './ops/index.ts';

const random = randomStream(5, 'critic');
const normal = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => scale * random.normal());

/** What a small critic reads: a picture and the weights of its layers. */
const SHAPES = { x: [2, 3, 6, 6], first: [4, 3, 3, 3], second: [4, 2, 3, 3], last: [36, 1] };
const feeds: Record<string, Float32Array> = {
  x: normal(216),
  first: normal(108, 0.3),
  second: normal(72, 0.4),
  last: normal(36, 0.3),
};

/** Convolutions of all kinds, a normalization, both samplings; smooth, so that differences are meaningful. */
function critic({ x, first, second, last }: Record<keyof typeof SHAPES, Tensor>): Tensor {
  const wide = pixelNorm(tanh(conv(x, first, { pads: 1 }))); // [2, 4, 6, 6]
  const grouped = tanh(conv(averagePool(wide, 2), second, { groups: 2, pads: 1 })); // [2, 4, 3, 3]
  const strided = conv(upsampleNearest(grouped), reshape(first, [3, 4, 3, 3]), { strides: 2, pads: 1 }); // [2, 3, 3, 3]
  const features = add(grouped, mul(sum(strided, 1, true), 0.3));
  return sum(square(add(matmul(reshape(features, [2, 36]), last), 0.5)));
}

test("gradients: the penalty on a critic's gradient (Gulrajani et al. 2017) is differentiable by all weights", async () => {
  const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
  const inputs = Object.fromEntries(names.map((name) => [name, input(name, SHAPES[name])])) as Record<
    keyof typeof SHAPES,
    Tensor
  >;
  const [slope] = gradients(critic(inputs), [inputs.x]);
  const penalty = square(sub(sqrt(sum(square(slope))), 1));
  const parts = gradients(
    penalty,
    names.map((name) => inputs[name]),
  );
  const outputs = Object.fromEntries(names.map((name, i) => [`by_${name}`, parts[i]]));
  const found = await runTraced({ penalty, ...outputs }, feeds);

  // Along one direction at a time the penalty's own change must be what its gradient says.
  for (const name of names) {
    const direction = normal(feeds[name].length);
    const at = async (h: number) => {
      const moved = feeds[name].map((value, i) => value + h * direction[i]);
      return (await runTraced({ penalty }, { ...feeds, [name]: moved })).penalty[0];
    };
    const h = 2e-3;
    const quotient = ((await at(h)) - (await at(-h))) / (2 * h);
    const product = found[`by_${name}`].reduce((total, value, i) => total + value * direction[i], 0);
    expect(Math.abs(product), name).toBeGreaterThan(1e-2);
    expect(Math.abs(product - quotient) / Math.abs(product), name).toBeLessThan(1e-2);
  }
});
