import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { applySimilarity, fitSimilarity } from '../linalg/similarity.ts';
import { closestPoint, type TriangleTree, triangleTree } from '../mesh/closest-point.ts';
import { boundaryLoops } from '../mesh/topology.ts';
import { evaluateShape, surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { Scan } from './scan.ts';

/** A model fitted to a scan: everything is in the model's pose and millimetres. */
export interface DenseFit {
  readonly identity: Float32Array;
  /** `[3 V]`. */
  readonly vertices: Float32Array;
  /** The scan moved onto the model, `[N, 3]`. */
  readonly points: Float64Array;
  readonly normals: Float64Array;
}

export interface DenseFitOptions {
  /** Factor on the prior; 0.1 is the weak one. */
  readonly prior?: number;
  /** Scan points that count; all of the face when absent. */
  readonly mask?: Uint8Array;
  readonly rounds?: number;
}

// The prior against the data: as many independent points, and their noise in millimetres.
const EFFECTIVE_POINTS = 300;
const NOISE = 0.5;

/** Triangles that a scan may be matched to: the narrow face without what lids hide. */
export function faceTriangles(model: ShapeModel): Uint32Array {
  const face = model.regions['narrowFace'];
  const hidden = model.regions['hidden'];
  return model.parts[0].triangles.filter((_, i, all) => {
    const t = i - (i % 3);
    return [0, 1, 2].every((c) => face[all[t + c]] > 0 && !hidden?.[all[t + c]]);
  });
}

/** Where a scan starts: its landmarks on the model's. */
export function startPose(model: ShapeModel, scan: Scan): Float64Array {
  const marks = surfacePoints(model.mean, model.parts[0].triangles, model.landmarks);
  const from = scan.landmarks.flatMap(([, point]) => [...point]);
  const to = scan.landmarks.flatMap(([index]) => [...marks.subarray(3 * index, 3 * index + 3)]);
  return applySimilarity(fitSimilarity(from, to), scan.points);
}

/**
 * Iterative closest point in the model's own space: identity, rotation, translation and scale; point-to-plane with a tenth of
 * point-to-point; Gaussian prior on the coefficients.
 */
export function fitScan(model: ShapeModel, scan: Scan, options: DenseFitOptions = {}): DenseFit {
  const { prior = 1, mask, rounds = 14 } = options;
  const triangles = faceTriangles(model);
  const border = faceBorder(triangles);
  let points = startPose(model, scan);
  let normals = turned(scan, points);
  let identity = new Float32Array(model.identity.count);
  const rigidRounds = 20;
  for (let round = 0; round < rigidRounds + rounds; round++) {
    const rigid = round < rigidRounds;
    const reach = rigid ? 12 - round * 0.3 : Math.max(4, 10 - (round - rigidRounds));
    const vertices = evaluateShape(model, identity);
    const surface = { vertices, triangles, tree: triangleTree(vertices, triangles), border };
    const step = solveStep(model, surface, points, normals, identity, {
      reach,
      modes: rigid ? 0 : model.identity.count,
      fixedScale: round < rigidRounds / 2,
      prior,
      mask: rigid ? scan.visible : (mask ?? scan.visible),
    });
    points = step.points;
    normals = turned(scan, points);
    identity = step.identity;
  }
  return { identity, vertices: evaluateShape(model, identity), points, normals };
}

/** Aligns a scan to given vertices by similarity only. */
export function alignScan(
  model: ShapeModel,
  vertices: Float32Array,
  scan: Scan,
  start: Float64Array,
  mask: Uint8Array,
): { points: Float64Array; normals: Float64Array } {
  const surface = matchable(model, vertices);
  const identity = new Float32Array(model.identity.count);
  let points = start;
  let normals = turned(scan, points);
  for (let round = 0; round < 15; round++) {
    const step = solveStep(model, surface, points, normals, identity, {
      reach: 15,
      modes: 0,
      prior: 1,
      mask,
    });
    points = step.points;
    normals = turned(scan, points);
    // Turns in radians, shifts in millimetres, relative scale.
    if (step.move.every((value, i) => Math.abs(value) < (i < 3 || i === 6 ? 1e-6 : 1e-4))) break;
  }
  return { points, normals };
}

/** A head's surface as scan points are matched to it. */
interface MatchSurface {
  readonly vertices: Float32Array;
  readonly triangles: Uint32Array;
  readonly tree: TriangleTree;
  /** Vertices at the border: points beyond the face find them, they say nothing. */
  readonly border: ReadonlySet<number>;
}

function matchable(model: ShapeModel, vertices: Float32Array): MatchSurface {
  const triangles = faceTriangles(model);
  const tree = triangleTree(vertices, triangles);
  return { vertices, triangles, tree, border: faceBorder(triangles) };
}

function faceBorder(triangles: Uint32Array): ReadonlySet<number> {
  return new Set(boundaryLoops({ corners: 3, indices: triangles }).flat());
}

/** Root mean square of scan-to-surface distances along the surface's normal, over the masked points, millimetres. */
export function pointToPlane(
  model: ShapeModel,
  vertices: Float32Array,
  points: Float64Array,
  mask: Uint8Array,
): number {
  const tree = triangleTree(vertices, model.parts[0].triangles);
  let [sum, count] = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const [x, y, z] = points.subarray(3 * i, 3 * i + 3);
    const found = closestPoint(tree, x, y, z)!;
    const n = normalOf(vertices, model.parts[0].triangles, found.triangle);
    const offset = found.position.reduce((total, q, axis) => total + n[axis] * (points[3 * i + axis] - q), 0);
    sum += offset * offset;
    count++;
  }
  return Math.sqrt(sum / count);
}

interface StepOptions {
  readonly reach: number;
  readonly modes: number;
  readonly prior: number;
  readonly mask?: Uint8Array;
  readonly fixedScale?: boolean;
}

/** One Gauss-Newton step over a small similarity of the scan and the identity. */
function solveStep(
  model: ShapeModel,
  { vertices, triangles, tree, border }: MatchSurface,
  points: Float64Array,
  normals: Float64Array,
  identity: Float32Array,
  { reach, modes, prior, mask, fixedScale }: StepOptions,
): { points: Float64Array; identity: Float32Array<ArrayBuffer>; move: Float64Array } {
  const size = 7 + modes;
  const system = new Float64Array(size * size);
  const right = new Float64Array(size);
  const length = 3 * model.vertexCount;
  const row = new Float64Array(size);
  let count = 0;
  const add = (residual: number, weight: number): void => {
    for (let a = 0; a < size; a++) {
      const wa = weight * row[a];
      right[a] -= wa * residual;
      for (let b = 0; b <= a; b++) system[a * size + b] += wa * row[b];
    }
  };
  for (let i = 0; 3 * i < points.length; i++) {
    if (mask && !mask[i]) continue;
    const [x, y, z] = points.subarray(3 * i, 3 * i + 3);
    const found = closestPoint(tree, x, y, z, undefined, reach);
    if (!found || [0, 1, 2].some((c) => border.has(triangles[3 * found.triangle + c]))) continue;
    const n = normalOf(vertices, triangles, found.triangle);
    if (n[0] * normals[3 * i] + n[1] * normals[3 * i + 1] + n[2] * normals[3 * i + 2] < 0.6) continue;
    count++;
    const p = [x, y, z];
    // Residuals: n'(p - q) with weight 0.9, and the three of p - q with 0.1.
    for (let kind = 0; kind < 4; kind++) {
      const d = kind === 0 ? n : [0, 1, 2].map((axis) => (axis === kind - 1 ? 1 : 0));
      const residual = d.reduce((sum, w, axis) => sum + w * (p[axis] - found.position[axis]), 0);
      // The model moves, not the scan: a scan that could shrink would vanish in the surface.
      const q = found.position;
      row[0] = -(q[1] * d[2] - q[2] * d[1]);
      row[1] = -(q[2] * d[0] - q[0] * d[2]);
      row[2] = -(q[0] * d[1] - q[1] * d[0]);
      for (let axis = 0; axis < 3; axis++) row[3 + axis] = -d[axis];
      row[6] = -d.reduce((sum, w, axis) => sum + w * q[axis], 0);
      for (let k = 0; k < modes; k++) {
        let value = 0;
        for (let c = 0; c < 3; c++) {
          const at = k * length + 3 * triangles[3 * found.triangle + c];
          const weight = found.barycentrics[c];
          for (let axis = 0; axis < 3; axis++) value += weight * d[axis] * model.identity.data[at + axis];
        }
        row[7 + k] = -value;
      }
      add(residual, kind === 0 ? 0.9 : 0.1);
    }
  }
  const data = EFFECTIVE_POINTS / NOISE ** 2 / Math.max(1, count);
  for (let i = 0; i < system.length; i++) system[i] *= data;
  for (let a = 0; a < size; a++) {
    right[a] *= data;
    system[a * size + a] += a >= 7 ? prior : a === 6 && fixedScale ? 1e12 : 1e-9;
    if (a >= 7) right[a] -= prior * identity[a - 7];
  }
  choleskyFactor(system, size);
  choleskySolve(system, size, right);
  const next = Float32Array.from(identity);
  for (let k = 0; k < modes; k++) next[k] += right[7 + k];
  return { points: moved(points, right), identity: next, move: right.slice(0, 7) };
}

/** Points after the inverse of the model's small similarity: rotation vector, translation, relative scale. */
function moved(points: Float64Array, step: Float64Array): Float64Array {
  const angle = Math.hypot(step[0], step[1], step[2]) || 1e-12;
  const axis = [-step[0] / angle, -step[1] / angle, -step[2] / angle];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const scale = 1 + step[6];
  const result = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const p = [0, 1, 2].map((k) => (points[i + k] - step[3 + k]) / scale);
    const along = axis[0] * p[0] + axis[1] * p[1] + axis[2] * p[2];
    const cross = [
      axis[1] * p[2] - axis[2] * p[1],
      axis[2] * p[0] - axis[0] * p[2],
      axis[0] * p[1] - axis[1] * p[0],
    ];
    for (let k = 0; k < 3; k++) {
      result[i + k] = c * p[k] + s * cross[k] + (1 - c) * along * axis[k];
    }
  }
  return result;
}

/** The scan's normals in the pose of its moved points. */
function turned(scan: Scan, points: Float64Array): Float64Array {
  const { rotation: r } = fitSimilarity(scan.points, points);
  return applySimilarity({ scale: 1, rotation: r, translation: [0, 0, 0] }, scan.normals);
}

function normalOf(vertices: Float32Array, triangles: Uint32Array, t: number): number[] {
  const [a, b, c] = [3 * triangles[3 * t], 3 * triangles[3 * t + 1], 3 * triangles[3 * t + 2]];
  const u = [0, 1, 2].map((axis) => vertices[b + axis] - vertices[a + axis]);
  const w = [0, 1, 2].map((axis) => vertices[c + axis] - vertices[a + axis]);
  const n = [u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]];
  const length = Math.hypot(...n) || 1;
  return n.map((x) => x / length);
}
