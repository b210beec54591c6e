import {
  add,
  cast,
  clip,
  concat,
  constant,
  floor,
  gather,
  mul,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
} from '../tensor/index.ts';
import { planesOf } from './planes.ts';

/**
 * Looks a texture up bilinearly; gradients go to the texture and to the coordinates.
 *
 * @param texture `[C, h, w]`, h and w at least 2; texel centres are at + 0.5, borders are repeated.
 * @param uv Coordinates, `[2, N]`, origin top left, in [0, 1].
 * @returns `[C, N]`.
 */
export function traceTexture(texture: Tensor, uv: Tensor): Tensor {
  const [channels, height, width] = texture.shape;
  const count = uv.shape[1];
  const size = constant([width, height], [2, 1]);
  const place = sub(mul(uv, size), 0.5); // [2, N]
  const plane = (x: Tensor, axis: number): Tensor => slice(x, [axis], [axis + 1]); // [1, N]
  const inside = concat(
    [width, height].map((n, axis) => clip(plane(place, axis), 0, n - 1)),
    0,
  );
  // The upper left of four texels; on the last column and row the other two carry all the weight.
  const corner = concat(
    [width, height].map((n, axis) => clip(floor(plane(inside, axis)), 0, n - 2)),
    0,
  );
  const fraction = sub(inside, corner); // [2, N], slope 1 in uv
  const index = sum(mul(corner, constant([1, width], [2, 1])), 0, true);
  const texels = add(cast(index, 'int32'), constant(Int32Array.of(0, 1, width, width + 1), [4, 1])); // [4, N]
  // The four weights are products of (1 - f or f) in x and in y.
  const pick = (axis: number): Tensor => {
    const signs = axis === 0 ? [-1, 1, -1, 1] : [-1, -1, 1, 1];
    return add(
      mul(plane(fraction, axis), constant(signs, [4, 1])),
      constant(
        signs.map((sign) => (sign < 0 ? 1 : 0)),
        [4, 1],
      ),
    );
  };
  const weights = reshape(mul(pick(0), pick(1)), [1, 4, count]);
  const values = gather(reshape(texture, [channels, height * width]), texels, 1); // [C, 4, N]
  return sum(mul(values, weights), 1);
}

/**
 * Samples a texture at the vertices' own coordinates, `T = P(I_uv, t_coord)` (paper Eq. 1): the `vertex` texture path.
 *
 * @param texture `[3, h, w]`.
 * @param uv One coordinate per vertex, `[V, 2]`.
 * @returns `[V, 3]`.
 */
export function traceVertexColors(texture: Tensor, uv: Float32Array): Tensor {
  return planesOf(traceTexture(texture, planesOf(constant(uv, [uv.length / 2, 2]))));
}
