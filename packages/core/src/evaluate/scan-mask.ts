import { closestPoint, triangleTree } from '../mesh/closest-point.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { Scan } from './scan.ts';
import type { DenseFit } from './scan-fit.ts';

/** Edges between the mask and the border of the narrow face, where hair begins: about 3 mm. */
const BORDER = 1;

/**
 * The points of a scan that a reconstruction is scored at: visible, nearest to the narrow face of a dense fit, facing the
 * same way, outside eyes, nostrils and the edge where hair begins. It is made once per scan, so that every method is
 * scored at the same points.
 *
 * @param fit The model fitted to this scan by `fitScan`.
 * @returns `[N]`, 1 inside.
 */
export function scanMask(model: ShapeModel, scan: Scan, fit: DenseFit): Uint8Array {
  const { vertices, points, normals } = fit;
  const { triangles } = model.parts[0];
  const inside = innerFace(model);
  const marks = surfacePoints(vertices, triangles, model.landmarks);
  const eyes = [36, 42].map((first) => eyeEllipse(marks, first));
  const facing = vertexNormals(vertices, triangles);
  const tree = triangleTree(vertices, triangles);
  const mask = new Uint8Array(points.length / 3);
  for (let i = 0; i < mask.length; i++) {
    if (!scan.visible[i]) continue;
    const [x, y, z] = points.subarray(3 * i, 3 * i + 3);
    const found = closestPoint(tree, x, y, z, undefined, 15);
    if (!found) continue;
    const corners = triangles.subarray(3 * found.triangle, 3 * found.triangle + 3);
    if (corners.some((v) => !inside[v])) continue;
    let agreement = 0;
    for (let k = 0; k < 3; k++) {
      for (let axis = 0; axis < 3; axis++) {
        agreement += found.barycentrics[k] * facing[3 * corners[k] + axis] * normals[3 * i + axis];
      }
    }
    if (agreement < 0.6) continue;
    const inEye = eyes.some(
      ({ cx, cy, width }) => ((x - cx) / (1.25 * width)) ** 2 + ((y - cy) / (0.75 * width)) ** 2 < 1,
    );
    const inNostril =
      normals[3 * i + 1] < -0.7 && Math.abs(x - marks[3 * 33]) < 16 && Math.abs(y - marks[3 * 33 + 1]) < 9;
    if (!inEye && !inNostril) mask[i] = 1;
  }
  return mask;
}

function eyeEllipse(marks: ArrayLike<number>, first: number) {
  let [cx, cy] = [0, 0];
  for (let k = first; k < first + 6; k++) {
    cx += marks[3 * k] / 6;
    cy += marks[3 * k + 1] / 6;
  }
  return { cx, cy, width: Math.abs(marks[3 * (first + 3)] - marks[3 * first]) / 2 };
}

/** Skin vertices of the narrow face that lids and nostrils do not hide, farther than an edge from its border. */
export function innerFace(model: ShapeModel): Uint8Array {
  const { triangles, vertexCount } = model.parts[0];
  const { narrowFace, hidden } = model.regions;
  let inside = Uint8Array.from({ length: vertexCount }, (_, v) =>
    narrowFace[v] > 127 && !hidden?.[v] ? 1 : 0,
  );
  for (let round = 0; round < BORDER; round++) {
    const next = inside.slice();
    for (let t = 0; t < triangles.length; t += 3) {
      const corners = triangles.subarray(t, t + 3);
      if (corners.some((v) => !inside[v])) for (const v of corners) next[v] = 0;
    }
    inside = next;
  }
  return inside;
}
