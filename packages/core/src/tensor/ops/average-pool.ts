import { GanfitError } from '../../error.ts';
import { apply, int, type Op, sameDType, string, type Tensor } from '../op.ts';
import { countWindows, type PoolOptions, readPool, type Stencil, stencilAttributes } from '../stencil.ts';
import { filled } from './constant.ts';
import { convTranspose } from './conv.ts';
import { mul } from './mul.ts';

/**
 * Averages over windows; a border of zeros counts like pixels.
 *
 * @param x Picture, `[N, C, H, W]`.
 * @param stencil Size, strides and pads of the window; a number averages over tiles.
 */
export function averagePool(x: Tensor, stencil: number | PoolOptions): Tensor {
  return apply(averagePoolOp, [x], readPool('averagePool', stencil));
}

/**
 * Repeats each pixel.
 *
 * @param x Picture, `[N, C, H, W]`.
 * @param factor How often, on both axes; 2 by default.
 * @returns `[N, C, factor H, factor W]`.
 */
export function upsampleNearest(x: Tensor, factor = 2): Tensor {
  return factor === 1 ? x : apply(upsampleNearestOp, [x], factor);
}

const averagePoolOp: Op<Stencil> = {
  name: 'averagePool',
  shape: ([x], stencil) => [
    ...picture('averagePool', x).slice(0, 2),
    countWindows('averagePool', stencil, 0, x.shape[2]),
    countWindows('averagePool', stencil, 1, x.shape[3]),
  ],
  dtype: sameDType,
  emit: (graph, [x], { attributes: stencil }) =>
    graph.node('AveragePool', [x], { ...stencilAttributes(stencil), count_include_pad: int(1) }),
  vjp: (cotangent, [x], { attributes: stencil }) => [
    () => {
      const { kernel, strides, pads } = stencil;
      const [height, width] = kernel;
      const [, channels, rows, columns] = x.shape;
      const tiles =
        height === width && strides.every((stride) => stride === height) && pads.every((p) => p === 0);
      if (tiles && rows % height === 0 && columns % width === 0) {
        return mul(upsampleNearest(cotangent, height), 1 / (height * width));
      }
      const even = filled(1 / (height * width), [channels, 1, height, width]);
      const options = { strides, pads, groups: channels };
      const plain = convTranspose(cotangent, even, options).shape;
      return convTranspose(cotangent, even, {
        ...options,
        outputPadding: [rows - plain[2], columns - plain[3]],
      });
    },
  ],
};

const upsampleNearestOp: Op<number> = {
  name: 'upsampleNearest',
  shape: ([x], factor) => picture('upsampleNearest', x).map((size, i) => (i < 2 ? size : size * factor)),
  dtype: sameDType,
  emit: (graph, [x], { attributes: factor }) =>
    graph.node('Resize', [x, '', graph.constant('float32', [4], Float32Array.of(1, 1, factor, factor))], {
      mode: string('nearest'),
      nearest_mode: string('floor'),
      coordinate_transformation_mode: string('asymmetric'),
    }),
  vjp: (cotangent, _inputs, { attributes: factor }) => [
    () => mul(averagePool(cotangent, factor), factor * factor),
  ],
};

function picture(where: string, x: Tensor): readonly number[] {
  if (x.shape.length !== 4) {
    throw new GanfitError('shape', `${where}: a picture must be [N, C, H, W], got [${x.shape}].`);
  }
  return x.shape;
}
