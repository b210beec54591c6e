import type { Tensor } from '../op.ts';
import { stack } from '../ops/concat.ts';
import { matmul } from '../ops/matmul.ts';
import { reshape } from '../ops/reshape.ts';
import { pad, slice } from '../ops/slice.ts';
import { sum } from '../ops/sum.ts';
import { transpose } from '../ops/transpose.ts';
import type { Stencil } from '../stencil.ts';

/**
 * Traces the gradient of a convolution by its filters: for each position in the window one product of the cotangent
 * with the part of the picture that this position saw.
 *
 * @param x What was convolved, `[N, C, H, W]`.
 * @param cotangent Of the result, `[N, M, Ho, Wo]`.
 * @returns `[M, C / groups, kernel height, kernel width]`.
 */
export function stridedFilterGradient(
  x: Tensor,
  cotangent: Tensor,
  stencil: Stencil,
  groups: number,
): Tensor {
  const [count, channels] = x.shape;
  const [, filters, height, width] = cotangent.shape;
  const [kernelHeight, kernelWidth] = stencil.kernel;
  const [top, left, bottom, right] = stencil.pads;
  const dense = stencil.strides.every((stride) => stride === 1);
  // With stride 1 every part is one run of the flattened plane, a cheap copy, if the rows of the cotangent are made as
  // long as those of the padded picture; the zeros there take away what a run reads beyond its row. One more row below
  // keeps the last runs inside.
  const padded = pad(x, [0, 0, top, left], [0, 0, bottom + (dense ? 1 : 0), right]);
  const rowLength = dense ? padded.shape[3] : width;
  const seen = dense ? pad(cotangent, [0, 0, 0, 0], [0, 0, 0, rowLength - width]) : cotangent;
  const pixels = height * rowLength;
  const factor = reshape(seen, [count, groups, filters / groups, pixels]);
  const planes = reshape(padded, [count, channels, -1]);

  const taps: Tensor[] = [];
  for (let i = 0; i < kernelHeight; i++) {
    for (let j = 0; j < kernelWidth; j++) {
      const [row, column] = [i * stencil.dilations[0], j * stencil.dilations[1]];
      const start = row * rowLength + column;
      const part = dense
        ? slice(planes, [start], [start + pixels], [2])
        : slice(
            padded,
            [row, column],
            [row + (height - 1) * stencil.strides[0] + 1, column + (width - 1) * stencil.strides[1] + 1],
            [2, 3],
            stencil.strides,
          );
      const columns = transpose(reshape(part, [count, groups, channels / groups, pixels]));
      taps.push(sum(matmul(factor, columns), 0)); // [groups, M / groups, C / groups]
    }
  }
  const filter = stack(taps, 3); // [groups, M / groups, C / groups, taps]
  return reshape(filter, [filters, channels / groups, kernelHeight, kernelWidth]);
}
