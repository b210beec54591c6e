import {
  abs,
  add,
  and,
  clip,
  concat,
  div,
  equal,
  gather,
  greater,
  input,
  mul,
  neg,
  not,
  relu,
  reshape,
  scatterAdd,
  slice,
  sub,
  type Tensor,
  where,
} from '../tensor/index.ts';
import { planesOf } from './planes.ts';
import type { SilhouettePairs } from './silhouette.ts';

/** Silhouette pairs as graph inputs, int32 `[M]` each. */
export interface TracedSilhouettes {
  readonly near: Tensor;
  readonly far: Tensor;
  readonly start: Tensor;
  readonly end: Tensor;
}

/** Declares the four graph inputs `<name>.near`, `.far`, `.start` and `.end` for `capacity` pairs. */
export function inputSilhouettes(name: string, capacity: number): TracedSilhouettes {
  const list = (part: string): Tensor => input(`${name}.${part}`, [capacity], 'int32');
  return { near: list('near'), far: list('far'), start: list('start'), end: list('end') };
}

/** The feeds of `inputSilhouettes`. */
export function silhouetteFeeds(name: string, pairs: SilhouettePairs): Record<string, Int32Array> {
  return {
    [`${name}.near`]: pairs.near,
    [`${name}.far`]: pairs.far,
    [`${name}.start`]: pairs.start,
    [`${name}.end`]: pairs.end,
  };
}

/**
 * Blends the two pixels on either side of a silhouette edge by how far the edge has moved towards one of them, which gives
 * the silhouette a gradient (Laine et al. 2020, section 3.6).
 *
 * The edge crosses the line between the two centres at t in [0, 1], measured from the pixel whose surface it borders. Up to
 * t = 1/2 the surface uncovers part of that pixel, beyond it covers part of the other one.
 *
 * @param colors What pixels see, `[C, N]`, linear, with the background where nothing is seen.
 * @param screen Screen positions of vertices, planes x and y first, `[k, V]`.
 * @param centers Pixel centres, `[2, N]`.
 * @returns `[C, N]`.
 */
export function traceAntialiasing(
  colors: Tensor,
  screen: Tensor,
  centers: Tensor,
  { near, far, start, end }: TracedSilhouettes,
): Tensor {
  const count = near.shape[0];
  const plane = slice(screen, [0], [2]);
  const a = gather(plane, start, 1); // [2, M]
  const along = sub(gather(plane, end, 1), a);
  const from = gather(centers, near, 1);
  const step = sub(gather(centers, far, 1), from);
  // Signed areas: zero on the edge, and linear between the two centres.
  const inside = crossRows(along, sub(from, a)); // [1, M]
  const change = neg(crossRows(along, step));
  const used = and(reshape(not(equal(near, far)), [1, count]), greater(abs(change), 1e-6));
  const t = where(used, div(inside, where(used, change, 1)), 0.5);
  const shift = sub(clip(t, 0, 1), 0.5);
  const difference = sub(gather(colors, near, 1), gather(colors, far, 1)); // [C, M]
  const moved = concat([mul(relu(shift), difference), neg(mul(relu(neg(shift)), difference))], 1); // [C, 2M]
  const rows = scatterAdd(concat([far, near], 0), planesOf(moved), colors.shape[1]);
  return add(colors, planesOf(rows));
}

function crossRows(a: Tensor, b: Tensor): Tensor {
  const row = (x: Tensor, k: number): Tensor => slice(x, [k], [k + 1]);
  return sub(mul(row(a, 0), row(b, 1)), mul(row(a, 1), row(b, 0)));
}
