import { test } from 'vitest';
import { checkOp, type Reference } from '../../../../../test/check-op.ts';
import { readStencil } from '../stencil.ts';
import { convFilterGradient } from './conv.ts';

/** Small planes are gathered into one matrix, larger ones shifted; the second of each kind is all but symmetric. */
const cases = [
  { x: [3, 2, 4, 5], to: [4, 5], filters: 3, kernel: [3, 3], options: { pads: 1 } },
  { x: [1, 2, 6, 7], to: [5, 7], filters: 2, kernel: [2, 2], options: { pads: [1, 0, 0, 2], dilations: 2 } },
  { x: [2, 1, 18, 17], to: [18, 17], filters: 1, kernel: [3, 3], options: { pads: 1 } },
  {
    x: [1, 2, 17, 20],
    to: [16, 20],
    filters: 1,
    kernel: [2, 3],
    options: { pads: [0, 1, 1, 3], dilations: 2 },
  },
  { x: [1, 2, 17, 17], to: [17, 17], filters: 1, kernel: [1, 1], options: {} },
];

for (const { x, to, filters, kernel, options } of cases) {
  test(`convFilterGradient: [${x}] with ${kernel} and ${JSON.stringify(options)} agrees with the plain loops`, async () => {
    const stencil = readStencil('test', kernel, options);
    const [count, channels, rows, columns] = x;
    const reference: Reference = (picture, cotangent) => {
      const gradient = new Float64Array(filters * channels * kernel[0] * kernel[1]);
      let at = 0;
      for (let m = 0; m < filters; m++)
        for (let c = 0; c < channels; c++)
          for (let k = 0; k < kernel[0]; k++)
            for (let l = 0; l < kernel[1]; l++, at++)
              for (let n = 0; n < count; n++)
                for (let i = 0; i < to[0]; i++)
                  for (let j = 0; j < to[1]; j++) {
                    const row = i + k * stencil.dilations[0] - stencil.pads[0];
                    const column = j + l * stencil.dilations[1] - stencil.pads[1];
                    if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
                    gradient[at] +=
                      picture[((n * channels + c) * rows + row) * columns + column] *
                      cotangent[((n * filters + m) * to[0] + i) * to[1] + j];
                  }
      return gradient;
    };
    await checkOp((a, b) => convFilterGradient(a, b, stencil, 1), [x, [count, filters, ...to]], reference);
  });
}
