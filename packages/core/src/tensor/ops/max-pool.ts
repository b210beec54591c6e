import { GanfitError } from '../../error.ts';
import { apply, type Op, sameDType, type Tensor } from '../op.ts';
import { countWindows, type PoolOptions, readPool, type Stencil, stencilAttributes } from '../stencil.ts';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { pad, slice, unslice } from './slice.ts';

/**
 * Takes the largest pixel of each window; borders never win. Equal winners share the gradient.
 *
 * @param x Picture, `[N, C, H, W]`.
 * @param stencil Size, strides and pads of the window; a number takes the largest of each tile.
 */
export function maxPool(x: Tensor, stencil: number | PoolOptions): Tensor {
  return apply(maxPoolOp, [x], readPool('maxPool', stencil));
}

/** Lower than any pixel that could win. */
const LOWEST = -3.4e38;

const maxPoolOp: Op<Stencil> = {
  name: 'maxPool',
  shape: ([x], stencil) => {
    if (x.shape.length !== 4) {
      throw new GanfitError('shape', `maxPool: a picture must be [N, C, H, W], got [${x.shape}].`);
    }
    const size = (axis: number) => countWindows('maxPool', stencil, axis, x.shape[axis + 2]);
    return [...x.shape.slice(0, 2), size(0), size(1)];
  },
  dtype: sameDType,
  emit: (graph, [x], { attributes: stencil }) => graph.node('MaxPool', [x], stencilAttributes(stencil)),
  vjp: (cotangent, [x], y) => [() => scatterToWinners(cotangent, x, y, y.attributes)],
};

/** For each position in the window: where its pixel won, the cotangent goes back to it. */
function scatterToWinners(
  cotangent: Tensor,
  x: Tensor,
  y: Tensor,
  { kernel, strides, pads }: Stencil,
): Tensor {
  const [top, left, bottom, right] = pads;
  const padded = pad(x, [0, 0, top, left], [0, 0, bottom, right], LOWEST);
  const places = Array.from({ length: kernel[0] * kernel[1] }, (_, k) => {
    const starts = [0, 0, Math.floor(k / kernel[1]), k % kernel[1]];
    const place = { starts, steps: [1, 1, ...strides], counts: y.shape };
    const ends = starts.map((start, axis) => start + (y.shape[axis] - 1) * place.steps[axis] + 1);
    const seen = slice(padded, starts, ends, [0, 1, 2, 3], place.steps);
    return { place, won: cast(equal(seen, y), 'float32') };
  });
  const share = div(
    cotangent,
    places.map(({ won }) => won).reduce((a, b) => add(a, b)),
  );
  const parts = places.map(({ place, won }) => unslice(mul(won, share), padded.shape, place));
  const total = parts.reduce((a, b) => add(a, b));
  return slice(total, [top, left], [top + x.shape[2], left + x.shape[3]], [2, 3]);
}
