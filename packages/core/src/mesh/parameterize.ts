import { assert } from '../error.ts';
import { conjugateGradient } from '../linalg/conjugate-gradient.ts';
import { type SparseRows, sparseRows } from '../linalg/sparse-rows.ts';

/** What a flattening has to keep. */
export interface FlatteningProblem {
  readonly vertexCount: number;
  /** `[T, 3]`. */
  readonly triangles: Uint32Array;
  /** Wanted flat shape of each triangle: first corner at the origin, the second at (x1, 0), the third at (x2, y2); `[T, 3]`. */
  readonly rest: Float64Array;
  /** Importance of each triangle, `[T]`; usually its wanted area. */
  readonly weights: Float64Array;
  /** Coordinates that may not move, `[V, 2]`: 1 for fixed. A vertex with one fixed coordinate slides. */
  readonly fixed: Uint8Array;
}

/**
 * Harmonic embedding with a fixed convex border (Tutte 1963; equal weights): no triangle flips.
 *
 * @param neighbors Each vertex' neighbours.
 * @param border Vertices on the border; their positions are read from `positions`.
 * @param positions `[V, 2]`, overwritten inside.
 */
export function tutteEmbedding(
  neighbors: readonly (readonly number[])[],
  border: ReadonlySet<number>,
  positions: Float64Array,
): void {
  const count = neighbors.length;
  const right = new Float64Array(count * 2);
  const rows = neighbors.map((list, v) => {
    if (border.has(v)) {
      right.set(positions.subarray(2 * v, 2 * v + 2), 2 * v);
      return new Map([[v, 1]]);
    }
    const row = new Map([[v, list.length]]);
    for (const other of list) {
      if (border.has(other)) {
        right[2 * v] += positions[2 * other];
        right[2 * v + 1] += positions[2 * other + 1];
      } else row.set(other, -1);
    }
    return row;
  });
  positions.set(conjugateGradient(sparseRows(rows), right, 2, undefined, 1e-13, 20000));
}

/**
 * Relaxes a flattening without flipping a triangle: minimises the weighted symmetric Dirichlet energy
 * `Σ w (σ1² + σ2² + σ1⁻² + σ2⁻²)` of the maps from the wanted to the actual triangles, by reweighted local-global steps
 * with a flip-preventing line search (SLIM: Rabinovich et al. 2017, Smith and Schaefer 2015).
 *
 * @param start `[V, 2]` with all triangles positive (counter-clockwise).
 * @returns `[V, 2]`, all triangles still positive.
 */
export function relaxFlattening(
  problem: FlatteningProblem,
  start: Float64Array,
  rounds: number,
  progress: (energy: number) => void = () => {},
): Float64Array {
  const inverse = restInverses(problem);
  const pattern = systemPattern(problem);
  let uv: Float64Array = start.slice();
  let energy = totalEnergy(problem, inverse, uv);
  assert(Number.isFinite(energy), 'relaxFlattening starts without flipped triangles');
  for (let round = 0; round < rounds; round++) {
    const step = localGlobalStep(problem, inverse, pattern, uv);
    let length = Math.min(1, 0.9 * largestStep(problem, uv, step));
    let next = advance(uv, step, length);
    let nextEnergy = totalEnergy(problem, inverse, next);
    while (!(nextEnergy < energy) && length > 1e-9) {
      length *= 0.5;
      next = advance(uv, step, length);
      nextEnergy = totalEnergy(problem, inverse, next);
    }
    if (!(nextEnergy < energy)) break;
    const gain = (energy - nextEnergy) / energy;
    uv = next;
    energy = nextEnergy;
    progress(energy);
    if (gain < 2e-4) break;
  }
  return uv;
}

/** Maps of corner differences to the gradient of the map: `J = D inverse`, `[T, 4]` row-major. */
function restInverses({ rest }: FlatteningProblem): Float64Array {
  const result = new Float64Array((rest.length / 3) * 4);
  for (let t = 0; t * 3 < rest.length; t++) {
    const [x1, x2, y2] = rest.subarray(3 * t, 3 * t + 3);
    result.set([1 / x1, -x2 / (x1 * y2), 0, 1 / y2], 4 * t);
  }
  return result;
}

type Jacobian = [number, number, number, number];

function jacobian(
  { triangles }: FlatteningProblem,
  inverse: Float64Array,
  uv: Float64Array,
  t: number,
  out: Jacobian,
): void {
  const a = 2 * triangles[3 * t];
  const b = 2 * triangles[3 * t + 1];
  const c = 2 * triangles[3 * t + 2];
  const i = 4 * t;
  const d00 = uv[b] - uv[a];
  const d10 = uv[b + 1] - uv[a + 1];
  const d01 = uv[c] - uv[a];
  const d11 = uv[c + 1] - uv[a + 1];
  out[0] = d00 * inverse[i];
  out[1] = d00 * inverse[i + 1] + d01 * inverse[i + 3];
  out[2] = d10 * inverse[i];
  out[3] = d10 * inverse[i + 1] + d11 * inverse[i + 3];
}

function totalEnergy(problem: FlatteningProblem, inverse: Float64Array, uv: Float64Array): number {
  const j: Jacobian = [0, 0, 0, 0];
  let sum = 0;
  for (let t = 0; t < problem.weights.length; t++) {
    jacobian(problem, inverse, uv, t, j);
    const determinant = j[0] * j[3] - j[1] * j[2];
    if (!(determinant > 0)) return Number.POSITIVE_INFINITY;
    const squares = j[0] * j[0] + j[1] * j[1] + j[2] * j[2] + j[3] * j[3];
    sum += problem.weights[t] * squares * (1 + 1 / (determinant * determinant));
  }
  return sum;
}

interface Pattern {
  readonly matrix: SparseRows;
  /** Entry of the matrix for each pair of the six coordinates of each triangle, -1 where one is fixed; `[T, 36]`. */
  readonly slots: Int32Array;
  /** Row of each coordinate, -1 when fixed, `[2 V]`. */
  readonly unknown: Int32Array;
}

function systemPattern({ vertexCount, triangles, fixed }: FlatteningProblem): Pattern {
  const unknown = new Int32Array(vertexCount * 2).fill(-1);
  let size = 0;
  for (let i = 0; i < unknown.length; i++) if (!fixed[i]) unknown[i] = size++;
  const coordinates = (t: number): number[] =>
    [0, 1, 2].flatMap((c) => [2 * triangles[3 * t + c], 2 * triangles[3 * t + c] + 1]).map((i) => unknown[i]);
  const rows: Map<number, number>[] = Array.from({ length: size }, () => new Map());
  for (let t = 0; t * 3 < triangles.length; t++) {
    const own = coordinates(t).filter((i) => i >= 0);
    for (const r of own) for (const c of own) rows[r].set(c, 0);
  }
  const matrix = sparseRows(rows);
  const place = new Map<number, number>();
  for (let r = 0; r < size; r++) {
    for (let k = matrix.starts[r]; k < matrix.starts[r + 1]; k++) place.set(r * size + matrix.columns[k], k);
  }
  const slots = new Int32Array((triangles.length / 3) * 36).fill(-1);
  for (let t = 0; t * 3 < triangles.length; t++) {
    const own = coordinates(t);
    for (let r = 0; r < 6; r++) {
      for (let c = 0; c < 6; c++) {
        if (own[r] >= 0 && own[c] >= 0) slots[36 * t + 6 * r + c] = place.get(own[r] * size + own[c])!;
      }
    }
  }
  return { matrix, slots, unknown };
}

/** One reweighted least-squares step: `min Σ w |W (J - R)|²` over the free coordinates, as a displacement. */
function localGlobalStep(
  problem: FlatteningProblem,
  inverse: Float64Array,
  { matrix, slots, unknown }: Pattern,
  uv: Float64Array,
): Float64Array {
  const { triangles, weights } = problem;
  const system = { ...matrix, weights: new Float64Array(matrix.weights.length) };
  const right = new Float64Array(matrix.starts.length - 1);
  const j: Jacobian = [0, 0, 0, 0];
  for (let t = 0; t < weights.length; t++) {
    jacobian(problem, inverse, uv, t, j);
    const { metric, difference } = reweight(j);
    // d J / d corner: J's columns are sums of corner positions times these numbers.
    const i = 4 * t;
    const bx = inverse[i];
    const by = inverse[i + 1];
    const cy = inverse[i + 3];
    const gradient = [-bx, -by - cy, bx, by, 0, cy];
    for (let r = 0; r < 6; r++) {
      const [corner, axis] = [r >> 1, r & 1];
      const row = unknown[2 * triangles[3 * t + corner] + axis];
      if (row < 0) continue;
      const [gx, gy] = [gradient[2 * corner], gradient[2 * corner + 1]];
      const pull0 = metric[2 * axis] * difference[0] + metric[2 * axis + 1] * difference[2];
      const pull1 = metric[2 * axis] * difference[1] + metric[2 * axis + 1] * difference[3];
      right[row] -= weights[t] * (gx * pull0 + gy * pull1);
      for (let c = 0; c < 6; c++) {
        const slot = slots[36 * t + 6 * r + c];
        if (slot < 0) continue;
        const [other, otherAxis] = [c >> 1, c & 1];
        const along = gx * gradient[2 * other] + gy * gradient[2 * other + 1];
        system.weights[slot] += weights[t] * metric[2 * axis + otherAxis] * along;
      }
    }
  }
  const solution = conjugateGradient(system, right, 1, undefined, 1e-3, 20000);
  return Float64Array.from(unknown, (row) => (row < 0 ? 0 : solution[row]));
}

/** `metric` is W'W `[2, 2]`; `difference` is J - R `[2, 2]`, R the closest rotation. */
function reweight([a, b, c, d]: Jacobian): { metric: number[]; difference: number[] } {
  // Signed singular values by the half sums of a 2x2 matrix: J = U diag(s1, s2) V'.
  const [e, f, g, h] = [(a + d) / 2, (a - d) / 2, (c + b) / 2, (c - b) / 2];
  const [q, r] = [Math.hypot(e, h), Math.hypot(f, g)];
  const [s1, s2] = [q + r, q - r];
  const angle = (Math.atan2(h, e) + Math.atan2(g, f)) / 2;
  const [cu, su] = [Math.cos(angle), Math.sin(angle)];
  const rotation = Math.atan2(h, e);
  const [cr, sr] = [Math.cos(rotation), Math.sin(rotation)];
  const [w1, w2] = [proxyWeight(s1), proxyWeight(s2)];
  return {
    metric: [
      w1 * cu * cu + w2 * su * su,
      (w1 - w2) * cu * su,
      (w1 - w2) * cu * su,
      w1 * su * su + w2 * cu * cu,
    ],
    difference: [a - cr, b + sr, c - sr, d - cr],
  };
}

/** (s - s⁻³) / (s - 1), finite at 1. */
function proxyWeight(s: number): number {
  return Math.abs(s - 1) < 1e-6 ? 4 : (s - s ** -3) / (s - 1);
}

/** How far a step can go until the first triangle collapses. */
function largestStep({ triangles }: FlatteningProblem, uv: Float64Array, step: Float64Array): number {
  let limit = Number.POSITIVE_INFINITY;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [2 * triangles[t], 2 * triangles[t + 1], 2 * triangles[t + 2]];
    const cross = (p: Float64Array, q: Float64Array): number =>
      (p[b] - p[a]) * (q[c + 1] - q[a + 1]) - (q[c] - q[a]) * (p[b + 1] - p[a + 1]);
    const c0 = cross(uv, uv);
    const c1 = cross(uv, step) + cross(step, uv);
    const c2 = cross(step, step);
    const root = smallestPositiveRoot(c2, c1, c0);
    if (root < limit) limit = root;
  }
  return limit;
}

function smallestPositiveRoot(a: number, b: number, c: number): number {
  if (Math.abs(a) < 1e-300) return b < 0 ? -c / b : Number.POSITIVE_INFINITY;
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0) return Number.POSITIVE_INFINITY;
  const q = -0.5 * (b + Math.sign(b || 1) * Math.sqrt(discriminant));
  const roots = [q / a, c / q].filter((x) => x > 0);
  return roots.length > 0 ? Math.min(...roots) : Number.POSITIVE_INFINITY;
}

function advance(uv: Float64Array, step: Float64Array, length: number): Float64Array {
  return uv.map((x, i) => x + length * step[i]);
}
