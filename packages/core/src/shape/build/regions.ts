import { edgeDistance, vertexNeighbors } from '../../mesh/topology.ts';
import { ICT } from './ict-source.ts';
import { hit, REGIONS, type RegionTargets } from './targets.ts';
import type { Template } from './template.ts';

/** Weights 0 … 1 of every template vertex, by region name. */
export type RegionWeights = Readonly<Record<string, Float64Array>>;

// Refined edges from lid rims and mouth seam; a ring of the cage is two refined edges wide.
const LID_INSIDE = 3;
const LID_WIDTH = 22;
const LIP_INSIDE = 5;
const LIP_WIDTH = 15;

/** Labels the registered template: by the ICT region it lies on, by rings around lids and lips, and by place. */
export function labelRegions(
  template: Template,
  positions: Float64Array,
  targets: RegionTargets,
): RegionWeights {
  const { vertexCount, rims } = template;
  const neighbors = vertexNeighbors(template.quads, vertexCount);
  const onSkin = (v: number): boolean => template.vertexLabels[v] === 0;
  const isCup = (v: number): boolean => REGIONS[targets.regionOf[v]] === 'cup';
  // Edge points belong to the rims of the refined mesh as well; distance 1 from two cage vertices covers them.
  const fromLids = edgeDistance(neighbors, [...rims.lidLeft, ...rims.lidRight], onSkin);
  const fromLips = edgeDistance(neighbors, rims.mouth, onSkin);

  const masks = Object.fromEntries(
    ['face', 'narrowFace', 'eyelids', 'lips', 'nose', 'ears', 'scalp', 'neck', 'hidden'].map((name) => [
      name,
      new Float64Array(vertexCount),
    ]),
  );
  for (let v = 0; v < vertexCount; v++) {
    // Sockets, nostrils and the inner rims of lids: no photo shows them.
    if (template.vertexLabels[v] >= 2 || isCup(v)) masks['hidden'][v] = 1;
    if (!onSkin(v)) continue;
    const [x, y, z] = positions.subarray(3 * v, 3 * v + 3);
    const found = hit(targets, 0, x, y, z, Number.POSITIVE_INFINITY)!;
    const { triangles } = targets.trees[0];
    const outermost = Math.max(...[0, 1, 2].map((c) => triangles[3 * found.triangle + c]));
    const narrow = outermost < ICT.narrowFaceVertices;
    const wide = outermost < ICT.faceVertices;
    const inside = isCup(v) || fromLids[v] < LID_INSIDE || fromLips[v] < LIP_INSIDE;
    const ear = !narrow && wide && Math.abs(x) > 66 && z < 32 && z > -36 && y > -24 && y < 50;
    const underJaw = y < -88;
    if (narrow && !inside) masks['narrowFace'][v] = 1;
    if (wide && !inside && !ear && !underJaw && !isCup(v)) masks['face'][v] = 1;
    if (fromLids[v] <= LID_WIDTH && fromLids[v] < fromLips[v]) masks['eyelids'][v] = 1;
    if (fromLips[v] <= LIP_WIDTH) masks['lips'][v] = 1;
    if (narrow && onNose(x, y, z)) masks['nose'][v] = 1;
    if (ear && Math.abs(x) > 69) masks['ears'][v] = 1;
    if (!wide) masks[y > (z > -20 ? 20 : -40) ? 'scalp' : 'neck'][v] = 1;
  }
  for (const name of ['face', 'scalp', 'neck', 'nose', 'eyelids']) soften(masks[name], neighbors, onSkin);
  return masks;
}

/** A wedge from the root of the nose to its base, as wide as the wings. */
function onNose(x: number, y: number, z: number): boolean {
  const down = (38 - y) / 54;
  return down >= 0 && down <= 1 && Math.abs(x) < 8 + 13 * down && z > 92 + 8 * down;
}

function soften(
  mask: Float64Array,
  neighbors: readonly (readonly number[])[],
  allowed: (v: number) => boolean,
): void {
  for (let round = 0; round < 3; round++) {
    const before = mask.slice();
    for (let v = 0; v < mask.length; v++) {
      if (!allowed(v)) continue;
      const around = neighbors[v].filter(allowed);
      const mean = around.reduce((sum, w) => sum + before[w], 0) / Math.max(1, around.length);
      mask[v] = 0.5 * before[v] + 0.5 * mean;
    }
  }
}

/** A third of the area of the triangles around each vertex, mm². */
export function vertexAreas(
  positions: ArrayLike<number>,
  triangles: Uint32Array,
  vertexCount: number,
): Float64Array {
  const areas = new Float64Array(vertexCount);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const u = [0, 1, 2].map((axis) => positions[b + axis] - positions[a + axis]);
    const w = [0, 1, 2].map((axis) => positions[c + axis] - positions[a + axis]);
    const area =
      Math.hypot(u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]) / 6;
    for (let corner = 0; corner < 3; corner++) areas[triangles[t + corner]] += area;
  }
  return areas;
}
