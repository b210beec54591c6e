import { assert } from '../error.ts';
import type { ShapeModel } from '../shape/model.ts';
import { landmarkOffsets } from './landmark-offsets.ts';
import { type MeshPoint, meshPoints } from './mesh-points.ts';

/** Index of the first landmark that is no contour point (iBUG: 0-16 are the jaw line). */
export const CONTOUR_COUNT = 17;

/**
 * The few surface points that alignment moves, with their own small copy of the bases: the 51 inner landmarks and, for
 * each contour landmark, a line of candidates across the cheek on which the silhouette may lie; then those of FaceMesh.
 */
export interface AlignmentPoints {
  /** Number of points, M. */
  readonly count: number;
  /** ns and ne of the model. */
  readonly identityCount: number;
  readonly expressionCount: number;
  /** `[M, 3]` positions on the mean, millimetres. */
  readonly mean: Float64Array;
  /** `[M, ns + ne, 3]`: what each coefficient does to each point, identity first. */
  readonly modes: Float64Array;
  /** Height of the axis that the contour's meridians share, millimetres. */
  readonly axisHeight: number;
  /** Point of each inner landmark 17 … 67 is `landmark - 17`; candidates of contour landmark i are a range of points. */
  readonly contour: readonly { readonly start: number; readonly end: number }[];
  /** Vertices of FaceMesh; the one at index `m` is point `meshStart + m`. */
  readonly mesh: readonly MeshPoint[];
  readonly meshStart: number;
}

/** Angles from the landmark's own meridian towards the face, radians: the last ones lie before the nose. */
const FORWARD_ANGLES = Array.from({ length: 15 }, (_, i) => (i + 1) * 0.08);
/** Under the jaw the silhouette may also lie a little behind the landmark. */
const BACKWARD_ANGLES = [-0.24, -0.16, -0.08];

/**
 * Collects the points of a model once; costs a tenth of a second.
 *
 * The candidates of a contour landmark lie on its meridian: the cut of the mean skin with the half plane that contains
 * the landmark and the axis through the middle of the face along +Z. Seen from the front the silhouette passes near the
 * landmark; the more the head turns away, the further it wanders along the meridian towards the nose.
 *
 * @param offsets How far the detector's points lie off the model's, `[68, 2]`, millimetres along +X and +Y of the head;
 *   what was measured for the embedded model when absent.
 * @param mesh Points of the skin under FaceMesh; what was measured for the embedded model when absent.
 */
export function alignmentPoints(
  model: ShapeModel,
  offsets: ArrayLike<number> = landmarkOffsets(model),
  mesh: readonly MeshPoint[] = meshPoints(model),
): AlignmentPoints {
  const { landmarks } = model;
  assert(landmarks.triangles.length === 68, 'alignmentPoints: the model has 68 landmarks');
  const corners: Corner[] = [];
  const skin = model.parts[0].triangles;
  for (let landmark = CONTOUR_COUNT; landmark < 68; landmark++) corners.push(landmarkCorner(model, landmark));

  // The axis runs at the height of the lower nose (point 33).
  const position = (corner: Corner) => blend(model.mean, corner);
  const center = position(landmarkCorner(model, 33))[1];
  const contour: { start: number; end: number }[] = [];
  for (let landmark = 0; landmark < CONTOUR_COUNT; landmark++) {
    const start = corners.length;
    const own = landmarkCorner(model, landmark);
    corners.push(own);
    const [x, y, z] = position(own);
    const radius = Math.hypot(x, y - center);
    const outward = [x / radius, (y - center) / radius];
    const cut = crossing(model.mean, skin, [0, center, z], outward);
    const underJaw = landmark >= 4 && landmark <= 12;
    for (const angle of underJaw ? [...BACKWARD_ANGLES, ...FORWARD_ANGLES] : FORWARD_ANGLES) {
      const direction = [Math.cos(angle) * outward[0], Math.cos(angle) * outward[1], Math.sin(angle)];
      const hit = outermostHit(model.mean, cut, [0, center, z], direction, 2.2 * radius);
      if (hit) corners.push(hit);
    }
    contour.push({ start, end: corners.length });
  }
  const meshStart = corners.length;
  for (const { skin } of mesh) corners.push({ vertices: [skin, skin, skin], weights: [1, 0, 0] });
  const bases = smallBases(model, corners);
  mesh.forEach(({ offset }, m) => {
    offset.forEach((shift, axis) => {
      bases.mean[3 * (meshStart + m) + axis] += shift;
    });
  });
  for (let m = 0; m < meshStart; m++) {
    const landmark = m < 51 ? m + CONTOUR_COUNT : contour.findIndex(({ end }) => m < end);
    const dx = offsets[2 * landmark];
    const dy = offsets[2 * landmark + 1];
    bases.mean[3 * m] += dx;
    bases.mean[3 * m + 1] += dy;
    // An inner point slides on the surface's tangent plane; the contour's candidates are moved as they are.
    if (m < 51) bases.mean[3 * m + 2] += slope(model.mean, corners[m], dx, dy);
  }
  return { ...bases, axisHeight: center, contour, mesh, meshStart };
}

/** Positions for given coefficients, `[M, 3]`. */
export function placePoints(
  points: AlignmentPoints,
  identity: ArrayLike<number>,
  expression: ArrayLike<number>,
): Float64Array {
  const { count, identityCount, expressionCount, modes } = points;
  const total = identityCount + expressionCount;
  const out = Float64Array.from(points.mean);
  for (let m = 0; m < count; m++) {
    let at = m * total * 3;
    for (let k = 0; k < total; k++, at += 3) {
      const weight = k < identityCount ? identity[k] : expression[k - identityCount];
      if (weight === 0) continue;
      out[3 * m] += weight * modes[at];
      out[3 * m + 1] += weight * modes[at + 1];
      out[3 * m + 2] += weight * modes[at + 2];
    }
  }
  return out;
}

/** A point of the surface: three vertices and their weights. */
interface Corner {
  readonly vertices: readonly [number, number, number];
  readonly weights: readonly [number, number, number];
}

function landmarkCorner(model: ShapeModel, landmark: number): Corner {
  const { triangles, barycentrics } = model.landmarks;
  const t = triangles[landmark];
  const skin = model.parts[0].triangles;
  return {
    vertices: [skin[3 * t], skin[3 * t + 1], skin[3 * t + 2]],
    weights: [barycentrics[3 * landmark], barycentrics[3 * landmark + 1], barycentrics[3 * landmark + 2]],
  };
}

function blend(data: Float32Array, { vertices, weights }: Corner, offset = 0): [number, number, number] {
  const out: [number, number, number] = [0, 0, 0];
  for (let c = 0; c < 3; c++) {
    for (let k = 0; k < 3; k++) out[k] += weights[c] * data[offset + 3 * vertices[c] + k];
  }
  return out;
}

/** How far the plane of a point's triangle rises along +Z over a shift in x and y; steep planes are left alone. */
function slope(vertices: Float32Array, { vertices: [a, b, c] }: Corner, dx: number, dy: number): number {
  const edge = (v: number, axis: number) => vertices[3 * v + axis] - vertices[3 * a + axis];
  const nx = edge(b, 1) * edge(c, 2) - edge(b, 2) * edge(c, 1);
  const ny = edge(b, 2) * edge(c, 0) - edge(b, 0) * edge(c, 2);
  const nz = edge(b, 0) * edge(c, 1) - edge(b, 1) * edge(c, 0);
  return Math.hypot(nx, ny) < 2 * nz ? -(nx * dx + ny * dy) / nz : 0;
}

function smallBases(
  model: ShapeModel,
  corners: readonly Corner[],
): Omit<AlignmentPoints, 'axisHeight' | 'contour' | 'mesh' | 'meshStart'> {
  const { identity, expression, vertexCount } = model;
  const total = identity.count + expression.count;
  const mean = new Float64Array(corners.length * 3);
  const modes = new Float64Array(corners.length * total * 3);
  corners.forEach((corner, m) => {
    mean.set(blend(model.mean, corner), 3 * m);
    for (let k = 0; k < total; k++) {
      const [data, row] = k < identity.count ? [identity.data, k] : [expression.data, k - identity.count];
      modes.set(blend(data, corner, row * vertexCount * 3), (m * total + k) * 3);
    }
  });
  return {
    count: corners.length,
    identityCount: identity.count,
    expressionCount: expression.count,
    mean,
    modes,
  };
}

/** The triangles that the plane through a point, the axis +Z and a direction in x and y meets, `[T', 3]`. */
function crossing(
  vertices: Float32Array,
  triangles: Uint32Array,
  [x, y]: readonly number[],
  [outX, outY]: readonly number[],
): Uint32Array {
  // A triangle that the plane only grazes must not be lost to rounding.
  const margin = 1e-3;
  const sides = new Float32Array(vertices.length / 3);
  for (let v = 0; v < sides.length; v++)
    sides[v] = (vertices[3 * v] - x) * outY - (vertices[3 * v + 1] - y) * outX;
  const found: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const a = sides[triangles[t]];
    const b = sides[triangles[t + 1]];
    const c = sides[triangles[t + 2]];
    if ((a > margin && b > margin && c > margin) || (a < -margin && b < -margin && c < -margin)) continue;
    found.push(triangles[t], triangles[t + 1], triangles[t + 2]);
  }
  return Uint32Array.from(found);
}

/** The last triangle that a ray leaves the surface through, within a reach (Moeller and Trumbore 1997). */
function outermostHit(
  vertices: Float32Array,
  triangles: Uint32Array,
  origin: readonly number[],
  direction: readonly number[],
  reach: number,
): Corner | undefined {
  const [dx, dy, dz] = direction;
  let best = 0;
  let hit: Corner | undefined;
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t];
    const b = triangles[t + 1];
    const c = triangles[t + 2];
    const ax = vertices[3 * a];
    const ay = vertices[3 * a + 1];
    const az = vertices[3 * a + 2];
    const ux = vertices[3 * b] - ax;
    const uy = vertices[3 * b + 1] - ay;
    const uz = vertices[3 * b + 2] - az;
    const vx = vertices[3 * c] - ax;
    const vy = vertices[3 * c + 1] - ay;
    const vz = vertices[3 * c + 2] - az;
    const px = dy * vz - dz * vy;
    const py = dz * vx - dx * vz;
    const pz = dx * vy - dy * vx;
    const determinant = ux * px + uy * py + uz * pz;
    if (Math.abs(determinant) < 1e-12) continue;
    const sx = origin[0] - ax;
    const sy = origin[1] - ay;
    const sz = origin[2] - az;
    const second = (sx * px + sy * py + sz * pz) / determinant;
    if (second < 0 || second > 1) continue;
    const qx = sy * uz - sz * uy;
    const qy = sz * ux - sx * uz;
    const qz = sx * uy - sy * ux;
    const third = (dx * qx + dy * qy + dz * qz) / determinant;
    if (third < 0 || second + third > 1) continue;
    const distance = (vx * qx + vy * qy + vz * qz) / determinant;
    if (distance <= best || distance > reach) continue;
    best = distance;
    hit = { vertices: [a, b, c], weights: [1 - second - third, second, third] };
  }
  return hit;
}
