import { conjugateGradient } from '../../linalg/conjugate-gradient.ts';
import { rbfWarp } from '../../linalg/rbf-warp.ts';
import { applySimilarity, fitSimilarity } from '../../linalg/similarity.ts';
import { multiplySparse, type SparseRows, sparseRows, transposeRows } from '../../linalg/sparse-rows.ts';
import { vertexNormals } from '../../mesh/normals.ts';
import { triangulate, vertexNeighbors } from '../../mesh/topology.ts';
import type { Correspondence } from './correspondence.ts';
import { hit, REGIONS, type RegionTargets } from './targets.ts';
import type { Template } from './template.ts';

/** One stage of the schedule: stiffness goes down, the target pulls harder. */
interface Stage {
  readonly alpha: number;
  readonly beta: number;
  readonly landmarks: number;
  readonly cosine: number;
  readonly skinReach: number;
  readonly innerReach: number;
}

const STAGES: readonly Stage[] = [
  { alpha: 5, beta: 200, landmarks: 4, cosine: 0.6, skinReach: 25, innerReach: 0 },
  { alpha: 1, beta: 100, landmarks: 3, cosine: 0.6, skinReach: 15, innerReach: 8 },
  { alpha: 0.3, beta: 40, landmarks: 2, cosine: 0.6, skinReach: 10, innerReach: 8 },
  { alpha: 0.1, beta: 15, landmarks: 1, cosine: 0.65, skinReach: 6, innerReach: 6 },
  { alpha: 0.03, beta: 6, landmarks: 0.6, cosine: 0.7, skinReach: 4, innerReach: 5 },
  { alpha: 0.01, beta: 3, landmarks: 0.4, cosine: 0.7, skinReach: 3, innerReach: 5 },
];
const ROUNDS = 4;
const CUP_REACH = 3;
const INNER_WEIGHT = 0.2;
// Part of the pull along the target's normal; the rest goes to the closest point itself, so that the mesh can slide.
const ALONG_NORMAL = 0.9;
const SHORTEST_EDGE = 0.15;

/**
 * Non-rigid registration of the template to the target: similarity, landmark warp, then displacements whose stiffness is
 * relaxed step by step (after Amberg, Romdhani and Vetter 2007, with a Laplacian of displacements for stiffness).
 *
 * @param rest Template positions, `[V, 3]`, any unit.
 * @returns Registered positions, `[V, 3]`, millimetres.
 */
export function registerTemplate(
  template: Template,
  rest: Float64Array,
  targets: RegionTargets,
  landmarks: Correspondence,
  progress: (part: number) => void = () => {},
): Float64Array {
  const warped = warpToLandmarks(rest, landmarks);
  const neighbors = vertexNeighbors(template.quads, template.vertexCount);
  const triangles = triangulate(template.quads);
  const { edges, umbrella } = smoothness(warped, neighbors);
  const bending = multiplySparse(transposeRows(umbrella, template.vertexCount), umbrella);

  let moved = new Float64Array(warped.length);
  STAGES.forEach((stage, s) => {
    for (let round = 0; round < ROUNDS; round++) {
      const current = warped.map((x, i) => x + moved[i]);
      const pull = new Float64Array(template.vertexCount);
      const right = new Float64Array(warped.length);
      addData(current, warped, triangles, targets, stage, pull, right);
      landmarks.vertices.forEach((v, i) => {
        const weight = stage.landmarks * landmarks.weights[i];
        pull[v] += weight;
        for (let axis = 0; axis < 3; axis++) {
          right[3 * v + axis] += weight * (landmarks.points[3 * i + axis] - warped[3 * v + axis]);
        }
      });
      const system = combine(edges, stage.alpha, bending, stage.beta, pull);
      moved = Float64Array.from(conjugateGradient(system, right, 3, moved, 1e-5));
      progress((s * ROUNDS + round + 1) / (STAGES.length * ROUNDS));
    }
  });
  return warped.map((x, i) => x + moved[i]);
}

function warpToLandmarks(rest: Float64Array, landmarks: Correspondence): Float64Array {
  const own = (positions: Float64Array): Float64Array =>
    Float64Array.from(landmarks.vertices, (v) => v).length === 0
      ? new Float64Array()
      : Float64Array.from({ length: landmarks.points.length }, (_, i) => {
          return positions[3 * landmarks.vertices[(i / 3) | 0] + (i % 3)];
        });
  const aligned = applySimilarity(fitSimilarity(own(rest), landmarks.points), rest);
  return rbfWarp(own(aligned), landmarks.points, 2)(aligned);
}

/** Pulls every vertex to its region of the target, unless the match looks wrong. */
function addData(
  current: Float64Array,
  warped: Float64Array,
  triangles: Uint32Array,
  targets: RegionTargets,
  stage: Stage,
  pull: Float64Array,
  right: Float64Array,
): void {
  const normals = vertexNormals(Float32Array.from(current), triangles);
  const cup = REGIONS.indexOf('cup');
  for (let v = 0; v < pull.length; v++) {
    const region = targets.regionOf[v];
    const reach = region === 0 ? stage.skinReach : region === cup ? CUP_REACH : stage.innerReach;
    if (reach === 0) continue;
    const [x, y, z] = current.subarray(3 * v, 3 * v + 3);
    const found = hit(targets, region, x, y, z, reach);
    if (!found) continue;
    const { normal: n, position: p } = found;
    if (n[0] * normals[3 * v] + n[1] * normals[3 * v + 1] + n[2] * normals[3 * v + 2] < stage.cosine)
      continue;
    const offset = (x - p[0]) * n[0] + (y - p[1]) * n[1] + (z - p[2]) * n[2];
    const length = Math.sqrt(found.squaredDistance);
    // Beyond the open end of the target's neck there is nothing to match.
    if (region === 0 && targets.atBorder[found.triangle] && Math.abs(offset) < 0.9 * length) continue;
    const weight = region === 0 ? 1 : INNER_WEIGHT;
    pull[v] += weight;
    for (let axis = 0; axis < 3; axis++) {
      const projected = current[3 * v + axis] - offset * n[axis];
      const goal = ALONG_NORMAL * projected + (1 - ALONG_NORMAL) * p[axis];
      right[3 * v + axis] += weight * (goal - warped[3 * v + axis]);
    }
  }
}

/** The graph Laplacian and the umbrella operator with weights 1 / length, normalised by its diagonal. */
export function smoothness(
  positions: Float64Array,
  neighbors: readonly (readonly number[])[],
): { edges: SparseRows; umbrella: SparseRows } {
  const length = (a: number, b: number): number =>
    Math.max(
      SHORTEST_EDGE,
      Math.hypot(...[0, 1, 2].map((axis) => positions[3 * a + axis] - positions[3 * b + axis])),
    );
  const edges = neighbors.map((list, v) => new Map([[v, list.length], ...list.map((w) => [w, -1] as const)]));
  const umbrella = neighbors.map((list, v) => {
    const weights = list.map((w) => 1 / length(v, w));
    const sum = weights.reduce((a, b) => a + b, 0);
    return new Map([[v, 1], ...list.map((w, i) => [w, -weights[i] / sum] as const)]);
  });
  return { edges: sparseRows(edges), umbrella: sparseRows(umbrella) };
}

/** `alpha * edges + beta * bending + diag(pull)`; the pattern of `bending` contains that of `edges`. */
export function combine(
  edges: SparseRows,
  alpha: number,
  bending: SparseRows,
  beta: number,
  pull: Float64Array,
): SparseRows {
  const weights = bending.weights.map((w) => beta * w);
  for (let r = 0; r < pull.length; r++) {
    let e = edges.starts[r];
    for (let k = bending.starts[r]; k < bending.starts[r + 1]; k++) {
      const column = bending.columns[k];
      if (e < edges.starts[r + 1] && edges.columns[e] === column) weights[k] += alpha * edges.weights[e++];
      if (column === r) weights[k] += pull[r];
    }
  }
  return { ...bending, weights };
}
