import { conjugateGradient } from '../../linalg/conjugate-gradient.ts';
import {
  multiplyRows,
  multiplySparse,
  type SparseRows,
  sparseRows,
  transposeRows,
} from '../../linalg/sparse-rows.ts';
import { vertexNormals } from '../../mesh/normals.ts';
import { triangulate, vertexNeighbors } from '../../mesh/topology.ts';
import { combine, smoothness } from './register.ts';
import { hit, type RegionTargets } from './targets.ts';
import type { Template } from './template.ts';

/** Carries displacement fields of the target over to the registered template. */
export interface Carrier {
  /** Displacements `[V, 3]` from the target's, `[V_target, 3]`. */
  carry(field: ArrayLike<number>): Float64Array;
  /** Share of the template's vertices that hang on the target. */
  readonly attached: number;
}

const COSINE = 0.6;
const REACH = [2, 6, 6, 6, 3];
const HOLD = 200;

/**
 * Hangs every template vertex on its closest target point (barycentric), and fills the few that find none smoothly: the
 * minimum of `|U D|² + 200 |D - D_attached|²` over the attached ones.
 *
 * @param positions Registered positions, `[V, 3]`.
 */
export function buildCarrier(template: Template, positions: Float64Array, targets: RegionTargets): Carrier {
  const normals = vertexNormals(Float32Array.from(positions), triangulate(template.quads));
  const rows: Map<number, number>[] = [];
  const hold = new Float64Array(template.vertexCount);
  for (let v = 0; v < template.vertexCount; v++) {
    const region = targets.regionOf[v];
    const [x, y, z] = positions.subarray(3 * v, 3 * v + 3);
    const found = hit(targets, region, x, y, z, REACH[region]);
    const row = new Map<number, number>();
    rows.push(row);
    if (!found) continue;
    const facing = found.normal.reduce((sum, n, axis) => sum + n * normals[3 * v + axis], 0);
    if (facing < COSINE) continue;
    const { triangles } = targets.trees[region];
    found.barycentrics.forEach((weight, c) => {
      const corner = triangles[3 * found.triangle + c];
      row.set(corner, (row.get(corner) ?? 0) + HOLD * weight);
    });
    hold[v] = HOLD;
  }
  const { edges, umbrella } = smoothness(positions, vertexNeighbors(template.quads, template.vertexCount));
  const bending = multiplySparse(transposeRows(umbrella, template.vertexCount), umbrella);
  const system = combine(edges, 0, bending, 1, hold);
  const attachment: SparseRows = sparseRows(rows);
  return {
    attached: hold.filter((h) => h > 0).length / hold.length,
    carry(field) {
      const right = multiplyRows(attachment, field, 3);
      const start = right.map((value) => value / HOLD);
      return conjugateGradient(system, right, 3, start, 1e-4);
    },
  };
}
