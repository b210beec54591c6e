import {
  add,
  concat,
  constant,
  cos,
  matmul,
  mul,
  neg,
  reciprocal,
  reshape,
  sin,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '../tensor/index.ts';
import type { Camera } from './camera.ts';
import { columnOf, planesOf, requireShape } from './planes.ts';
import type { Viewport } from './viewport.ts';

/** A camera whose parameters carry gradients. */
export interface TracedCamera {
  /** From the head's axes to the camera's, `[3, 3]`. */
  readonly rotation: Tensor;
  /** Millimetres in the head's axes, `[3]`. */
  readonly position: Tensor;
  /** Focal length in render pixels, `[]`. */
  readonly focal: Tensor;
  /** Principal point in render pixels, `[2]`. */
  readonly center: Tensor;
}

/** Gives the eight numbers that `traceCamera` takes: position, target (millimetres), roll (radians), focal length (pixels). */
export function cameraVector(camera: Camera): Float32Array {
  return Float32Array.of(...camera.position, ...camera.target, camera.roll, camera.focal);
}

/** Gives the camera of eight numbers and the size of its photo: the inverse of `cameraVector`. */
export function cameraFromVector(
  vector: ArrayLike<number>,
  size: { readonly width: number; readonly height: number },
): Camera {
  const [px, py, pz, tx, ty, tz, roll, focal] = Array.from(vector);
  return {
    position: [px, py, pz],
    target: [tx, ty, tz],
    roll,
    focal,
    width: size.width,
    height: size.height,
  };
}

/** Gives the three numbers of a viewport that `traceCamera` takes: render pixels per photo pixel, and the principal point. */
export function windowVector(
  camera: { readonly width: number; readonly height: number },
  viewport: Viewport,
): Float32Array {
  const { x, y, scale } = viewport;
  return Float32Array.of(scale, (camera.width / 2 - x) * scale, (camera.height / 2 - y) * scale);
}

/**
 * Traces a camera (paper section 3.2: position, look-at, focal length; plus roll).
 *
 * @param parameters As `cameraVector` gives them, `[8]`.
 * @param window As `windowVector` gives it, `[3]`; an input or a constant, so that one graph serves many photos.
 */
export function traceCamera(parameters: Tensor, window: Tensor): TracedCamera {
  requireShape('traceCamera', 'parameters', parameters, [8]);
  requireShape('traceCamera', 'the window', window, [3]);
  const position = slice(parameters, [0], [3]);
  const offset = sub(position, slice(parameters, [3], [6]));
  const distance = sqrt(sum(square(offset)));
  const back = mul(offset, reshape(reciprocal(distance), [1]));
  const [bx, by, bz] = [0, 1, 2].map((k) => slice(back, [k], [k + 1])); // [1] each
  // Right stays level. Straight from above this has no direction; no photo of a face is taken from there.
  const level = reciprocal(sqrt(add(add(square(bx), square(bz)), 1e-12)));
  const [rx, rz] = [mul(bz, level), neg(mul(bx, level))];
  const right = concat([rx, mul(rx, 0), rz], 0);
  const up = concat([mul(by, rz), sub(mul(bz, rx), mul(bx, rz)), neg(mul(by, rx))], 0);
  const roll = slice(parameters, [6], [7]);
  const [c, s] = [cos(roll), sin(roll)];
  const rows = [add(mul(c, right), mul(s, up)), sub(mul(c, up), mul(s, right)), back];
  return {
    rotation: concat(
      rows.map((row) => reshape(row, [1, 3])),
      0,
    ),
    position,
    focal: reshape(mul(slice(parameters, [7], [8]), slice(window, [0], [1])), []),
    center: slice(window, [1], [3]),
  };
}

/**
 * Traces the projection of vertices.
 *
 * @param vertices Millimetres in the head's axes, `[V, 3]`.
 * @returns Homogeneous render pixels, `[V, 3]`: (x w, y w, w) with the depth w in millimetres, as `rasterize` takes them.
 */
export function traceProjection(vertices: Tensor, camera: TracedCamera): Tensor {
  return planesOf(projectPlanes(planesOf(vertices), camera));
}

/** `traceProjection` of planes: `[3, V]` to `[3, V]`. */
export function projectPlanes(positions: Tensor, camera: TracedCamera): Tensor {
  const focal = mul(reshape(camera.focal, [1, 1]), constant([1, 0, 0, 0, -1, 0, 0, 0, 0], [3, 3]));
  const center = concat([camera.center, constant([1], [1])], 0); // [3]
  // x w = f X + cx w and y w = cy w - f Y with w = -Z.
  const intrinsics = sub(focal, mul(columnOf(center), constant([0, 0, 1], [1, 3])));
  return matmul(matmul(intrinsics, camera.rotation), sub(positions, columnOf(camera.position)));
}

/**
 * Directions from the camera through pixel centres, `[3, N]` in the head's axes, of depth 1: the point seen at depth w lies
 * at `position + w * direction`.
 *
 * @param centers Pixel centres, `[2, N]`.
 */
export function rayPlanes(centers: Tensor, camera: TracedCamera): Tensor {
  const offset = sub(centers, columnOf(camera.center));
  const lens = mul(reciprocal(reshape(camera.focal, [1, 1])), constant([1, 0, 0, -1, 0, 0], [3, 2]));
  const local = add(matmul(lens, offset), constant([0, 0, -1], [3, 1])); // [3, N]
  return matmul(planesOf(camera.rotation), local);
}
