import { expect, test } from 'vitest';
import { checkOp, type Reference } from '../../../../../test/check-op.ts';
import { gradients } from '../gradients.ts';
import { lower } from '../lower.ts';
import { constant } from './constant.ts';
import { type ConvTransposeOptions, conv, convTranspose } from './conv.ts';
import { input } from './input.ts';
import { sum } from './sum.ts';

/** Sizes and window of a check: picture [N, C, H, W], filters [M, C / groups, k, l]. */
interface Case {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly options: ConvTransposeOptions;
}

/** Calls back for every product of a pixel and a weight: flat places in picture, filters and result. */
function eachProduct(
  { x, w, options }: Case,
  to: readonly number[],
  visit: (p: number, q: number, r: number) => void,
) {
  const pair = (value: number | readonly number[] | undefined, other: number) =>
    typeof value === 'object' ? value : [value ?? other, value ?? other];
  const [strides, dilations] = [pair(options.strides, 1), pair(options.dilations, 1)];
  const [top, left] = pair(options.pads, 0);
  const [perGroup, filters] = [w[1], w[0] / (options.groups ?? 1)];
  for (let n = 0; n < x[0]; n++)
    for (let m = 0; m < w[0]; m++)
      for (let c = 0; c < perGroup; c++)
        for (let i = 0; i < to[0]; i++)
          for (let j = 0; j < to[1]; j++)
            for (let k = 0; k < w[2]; k++)
              for (let l = 0; l < w[3]; l++) {
                const row = i * strides[0] + k * dilations[0] - top;
                const column = j * strides[1] + l * dilations[1] - left;
                if (row < 0 || column < 0 || row >= x[2] || column >= x[3]) continue;
                const channel = Math.floor(m / filters) * perGroup + c;
                visit(
                  ((n * x[1] + channel) * x[2] + row) * x[3] + column,
                  ((m * perGroup + c) * w[2] + k) * w[3] + l,
                  ((n * w[0] + m) * to[0] + i) * to[1] + j,
                );
              }
}

const cases: readonly Case[] = [
  { x: [2, 2, 4, 3], w: [3, 2, 3, 3], options: { pads: 1 } },
  { x: [1, 2, 5, 4], w: [2, 2, 2, 3], options: { pads: [1, 0, 0, 2] } },
  { x: [1, 2, 6, 5], w: [2, 2, 3, 3], options: { strides: 2, pads: 1 } },
  { x: [1, 4, 4, 4], w: [6, 2, 3, 1], options: { groups: 2, strides: [2, 1], pads: [1, 0, 1, 0] } },
  { x: [1, 3, 4, 4], w: [3, 1, 3, 3], options: { groups: 3, pads: 1 } },
  { x: [1, 1, 6, 6], w: [1, 1, 3, 2], options: { dilations: [2, 1] } },
  { x: [1, 2, 5, 5], w: [2, 2, 1, 1], options: { strides: 2 } },
];

for (const example of cases) {
  const { x, w, options } = example;
  const name = `[${x}] with [${w}] and ${JSON.stringify(options)}`;
  const to = conv(input('x', x), input('w', w), options).shape;

  test(`conv: ${name} agrees with seven loops, by picture and by filters`, async () => {
    const reference: Reference = (picture, filters) => {
      const result = new Float64Array(to.reduce((a, b) => a * b));
      eachProduct(example, to.slice(2), (p, q, r) => {
        result[r] += picture[p] * filters[q];
      });
      return result;
    };
    await checkOp((a, b) => conv(a, b, options), [x, w], reference);
  });

  test(`convTranspose: ${name} agrees with seven loops, by picture and by filters`, async () => {
    const reference: Reference = (picture, filters) => {
      const result = new Float64Array(x.reduce((a, b) => a * b));
      eachProduct(example, to.slice(2), (p, q, r) => {
        result[p] += picture[r] * filters[q];
      });
      return result;
    };
    const plain = convTranspose(input('x', to), input('w', w), options).shape;
    const outputPadding = [x[2] - plain[2], x[3] - plain[3]];
    for (const provider of ['cpu', 'webgpu'] as const) {
      await checkOp((a, b) => convTranspose(a, b, { ...options, outputPadding }), [to, w], reference, {
        provider,
      });
    }
  });
}

test('conv: with constant filters the gradient is a convolution with turned ones, equal to that of traced filters', async () => {
  const [x, w] = [
    [1, 4, 4, 4],
    [6, 2, 3, 3],
  ];
  const filters = Float32Array.from({ length: 108 }, (_, i) => Math.sin(i));
  const example = { x, w, options: { groups: 2, pads: 1 } };
  await checkOp(
    (a) => conv(a, constant(filters, w), example.options),
    [x],
    (picture) => {
      const result = new Float64Array(96);
      eachProduct(example, [4, 4], (p, q, r) => {
        result[r] += picture[p] * filters[q];
      });
      return result;
    },
  );
});

test('conv: the gradient at stride 1 is Conv on the CPU and ConvTranspose elsewhere and at stride 2', () => {
  const ops = (strides: number, provider: 'cpu' | 'wasm') => {
    const x = input('x', [1, 2, 4, 4]);
    const y = conv(x, constant(new Float32Array(36), [2, 2, 3, 3]), { strides, pads: 1 });
    return lower({ g: gradients(sum(y), [x])[0] }, provider).nodes.map(({ op }) => op);
  };
  expect(ops(1, 'cpu')).toContain('Conv');
  expect(ops(1, 'wasm')).toContain('ConvTranspose');
  expect(ops(2, 'cpu')).toContain('ConvTranspose');
});

test('conv: what does not fit is refused', () => {
  expect(() => conv(input('x', [1, 3, 4, 4]), input('w', [2, 2, 3, 3]))).toThrow(
    'conv: channels of picture and filters must fit with 1 groups, got [1,3,4,4] and [2,2,3,3].',
  );
  expect(() => conv(input('x', [1, 2, 2, 4]), input('w', [2, 2, 3, 3]))).toThrow(
    'conv: a window of 3 must fit into the padded picture, got 2 pixels with pads [0,0,0,0].',
  );
  expect(() => conv(input('x', [1, 2, 4, 4]), input('w', [2, 2, 3, 3]), { pads: [1, 1] })).toThrow(
    'conv: a picture has 2 strides, 2 dilations and 4 pads, got [1,1], [1,1] and [1,1].',
  );
});
