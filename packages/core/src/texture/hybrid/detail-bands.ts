import {
  add,
  averagePool,
  constant,
  mul,
  resizeBilinear,
  slice,
  sub,
  type Tensor,
} from '../../tensor/index.ts';

/** Red, green and blue of brightness. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Traces what is kept of a detail: shares of its finest Laplacian bands (Burt and Adelson 1983), in brightness alone.
 *
 * What a generator makes up cannot lie where a person's own detail lies, so all of it adds to the difference from that person. Of
 * detail of four texels and more (wrinkles, blots, the outlines of beards) the linear base has the person's own share; pores and
 * hairs, which are finer, it has not, and they look like skin wherever they lie.
 *
 * @param detail `[N, 3, h, w]`, h and w multiples of 2 to the number of shares.
 * @param shares Of bands of 1, 2, 4 … texels, the finest first; the rest is left out.
 * @param color Red, green and blue of one unit of brightness, any length.
 */
export function keepBands(detail: Tensor, shares: readonly number[], color: readonly number[]): Tensor {
  const channel = (c: number): Tensor => mul(slice(detail, [c], [c + 1], [1]), LUMA[c]);
  const luma = add(add(channel(0), channel(1)), channel(2));
  const unit = LUMA.reduce<number>((sum, weight, c) => sum + weight * color[c], 0);
  return mul(
    bandsOf(luma, shares),
    constant(
      color.map((value) => value / unit),
      [1, 3, 1, 1],
    ),
  );
}

function bandsOf(values: Tensor, [share, ...coarser]: readonly number[]): Tensor {
  const [rows, columns] = values.shape.slice(2);
  const low = averagePool(values, 2);
  const band = mul(sub(values, resizeBilinear(low, [rows, columns])), share);
  return coarser.length > 0 ? add(band, resizeBilinear(bandsOf(low, coarser), [rows, columns])) : band;
}
