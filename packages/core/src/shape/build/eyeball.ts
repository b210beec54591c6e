import { LuDecomposition, Matrix } from 'ml-matrix';

/** A modelled eyeball: a sphere with a cornea, looking along +Z, and a round texture with the pupil in the middle. */
export interface Eyeball {
  /** `[V, 3]`. */
  readonly vertices: Float64Array;
  /** `[T, 3]`. */
  readonly triangles: Uint32Array;
  /** `[V, 2]`: distance from the middle is the angle from the gaze, half a width at the back. */
  readonly uv: Float64Array;
}

const SEGMENTS = 32;
// Angles of the rings from the gaze axis, degrees: dense where iris and cornea are.
const RINGS = [4, 8, 12, 16, 20, 23, 26, 29, 34, 42, 52, 64, 78, 92, 108, 126, 146, 166];
// The cornea bulges out of the sphere by a part of the radius, within its edge.
const CORNEA_EDGE = 28;
const CORNEA_BULGE = 0.06;

/** An eyeball about a centre; the rings are symmetric in x, so that the other eye is its mirror. */
export function modelEyeball(center: readonly [number, number, number], radius: number): Eyeball {
  const vertices: number[] = [];
  const uv: number[] = [];
  const put = (degrees: number, turn: number): void => {
    const angle = (degrees * Math.PI) / 180;
    const edge = Math.min(degrees / CORNEA_EDGE, 1);
    const r = radius * (1 + CORNEA_BULGE * (1 - edge * edge) ** 2);
    const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
    vertices.push(
      center[0] + r * Math.sin(angle) * dx,
      center[1] + r * Math.sin(angle) * dy,
      center[2] + r * Math.cos(angle),
    );
    uv.push(0.5 + (0.5 * degrees * dx) / 180, 0.5 - (0.5 * degrees * dy) / 180);
  };
  put(0, 0);
  for (const ring of RINGS)
    for (let s = 0; s < SEGMENTS; s++) put(ring, (2 * Math.PI * (s + 0.5)) / SEGMENTS);
  // The back stays open: a pole there would lie on the whole rim of the texture, and its triangles across all of it.
  const at = (ring: number, s: number): number => 1 + ring * SEGMENTS + (s % SEGMENTS);
  const triangles: number[] = [];
  const last = RINGS.length - 1;
  for (let s = 0; s < SEGMENTS; s++) {
    triangles.push(0, at(0, s), at(0, s + 1));
    for (let ring = 0; ring < last; ring++) {
      const [a, b, c, d] = [at(ring, s), at(ring + 1, s), at(ring + 1, s + 1), at(ring, s + 1)];
      triangles.push(a, b, c, a, c, d);
    }
  }
  return {
    vertices: Float64Array.from(vertices),
    triangles: Uint32Array.from(triangles),
    uv: Float64Array.from(uv),
  };
}

/** Sphere through points by linear least squares. */
export function fitSphere(points: ArrayLike<number>): { center: [number, number, number]; radius: number } {
  const normal = Matrix.zeros(4, 4);
  const right = Matrix.zeros(4, 1);
  for (let i = 0; i < points.length; i += 3) {
    const row = [2 * points[i], 2 * points[i + 1], 2 * points[i + 2], 1];
    const value = points[i] ** 2 + points[i + 1] ** 2 + points[i + 2] ** 2;
    for (let r = 0; r < 4; r++) {
      right.set(r, 0, right.get(r, 0) + row[r] * value);
      for (let c = 0; c < 4; c++) normal.set(r, c, normal.get(r, c) + row[r] * row[c]);
    }
  }
  const [x, y, z, d] = new LuDecomposition(normal).solve(right).to1DArray();
  return { center: [x, y, z], radius: Math.sqrt(d + x * x + y * y + z * z) };
}

/**
 * An affine field that follows scattered displacements: `follow(displacements)` fits `d(x) = A x + b` to samples and
 * evaluates it at the follower's points. Linear in the displacements, so that modes stay modes.
 *
 * @param samples Where displacements are known, `[N, 3]`.
 * @param points Where they are wanted, `[M, 3]`.
 */
export function affineFollower(
  samples: ArrayLike<number>,
  points: ArrayLike<number>,
): (displacements: ArrayLike<number>) => Float64Array {
  const design = (list: ArrayLike<number>): Matrix =>
    new Matrix(
      Array.from({ length: list.length / 3 }, (_, i) => [list[3 * i], list[3 * i + 1], list[3 * i + 2], 1]),
    );
  const known = design(samples);
  const normal = known.transpose().mmul(known);
  const solver = new LuDecomposition(normal);
  const wanted = design(points);
  return (displacements) => {
    const right = new Matrix(
      Array.from({ length: displacements.length / 3 }, (_, i) =>
        [0, 1, 2].map((a) => displacements[3 * i + a]),
      ),
    );
    const affine = solver.solve(known.transpose().mmul(right));
    return Float64Array.from(wanted.mmul(affine).to1DArray());
  };
}
