import { GanfitError } from '../error.ts';
import { applySimilarity, fitSimilarity } from '../linalg/similarity.ts';
import { icp } from './icp.ts';
import { type Surface, surfaceDistance } from './surface-distance.ts';

/** Everything that two evaluations of head meshes may do differently; print it beside every number. */
export interface MeshProtocol {
  /** Whether alignment may scale the head: a method that guesses size is not punished then. */
  readonly scale: boolean;
  /** Both meshes count within this distance of the scan's nose tip, millimetres. */
  readonly crop: number;
  /** From where to where; `both` averages the two means. */
  readonly direction: 'both' | 'head to scan' | 'scan to head';
  /** Along the normal of the other surface, or to its nearest point. */
  readonly distance: 'plane' | 'surface';
}

/** MICC as the paper's Table 1: 95 mm around the nose tip, ICP, symmetric point-to-plane; scale as the authors' script. */
export const MICC_PROTOCOL: MeshProtocol = { scale: true, crop: 95, direction: 'both', distance: 'plane' };

/** The landmark at the tip of the nose. */
const NOSE_TIP = 30;

/** Points that ICP takes at most. */
const ALIGNED = 2500;

/** A head or a scan with its 68 landmarks, `[68, 3]`; millimetres for scans. */
export interface MarkedSurface {
  readonly surface: Surface;
  readonly landmarks: ArrayLike<number>;
}

/**
 * Aligns a head to a scan by landmarks, then by ICP inside the crop, and measures the mean distance.
 *
 * @returns Millimetres of the scan.
 * @throws GanfitError `input` when a crop is empty.
 */
export function protocolDistance(head: MarkedSurface, scan: MarkedSurface, protocol: MeshProtocol): number {
  const { scale, crop, direction, distance: to } = protocol;
  const tip = [0, 1, 2].map((axis) => scan.landmarks[3 * NOSE_TIP + axis]);
  const target = cropped(scan.surface, tip, crop);
  // Jaw landmarks slide; the inner ones are enough to start from.
  const inner = Float64Array.from({ length: 68 }, (_, i) => (i < 17 ? 0 : 1));
  const start = fitSimilarity(head.landmarks, scan.landmarks, inner, !scale);
  const near = within(applySimilarity(start, head.surface.vertices), tip, crop);
  // A few thousand points align as well as all of them.
  const step = Math.ceil(near.reduce((sum, keep) => sum + keep, 0) / ALIGNED);
  let at = 0;
  const points = gather(
    head.surface.vertices,
    near.map((keep) => (keep && at++ % step === 0 ? 1 : 0)),
  );
  const { transform } = icp(points, target, { start, scale, iterations: 40 });
  const moved: Surface = {
    vertices: Float32Array.from(applySimilarity(transform, head.surface.vertices)),
    triangles: head.surface.triangles,
  };
  const source = cropped(moved, tip, crop);
  const forth = (): number => surfaceDistance(used(source), target, { to }).mean;
  const back = (): number => surfaceDistance(used(target), source, { to }).mean;
  if (direction === 'head to scan') return forth();
  if (direction === 'scan to head') return back();
  return (forth() + back()) / 2;
}

function within(vertices: ArrayLike<number>, center: readonly number[], radius: number): Uint8Array {
  return Uint8Array.from({ length: vertices.length / 3 }, (_, v) => {
    const d = Math.hypot(
      vertices[3 * v] - center[0],
      vertices[3 * v + 1] - center[1],
      vertices[3 * v + 2] - center[2],
    );
    return d < radius ? 1 : 0;
  });
}

/** Triangles whose three corners lie within the radius. */
function cropped({ vertices, triangles }: Surface, center: readonly number[], radius: number): Surface {
  const inside = within(vertices, center, radius);
  const kept: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = triangles.subarray(t, t + 3);
    if (corners.every((v) => inside[v])) kept.push(...corners);
  }
  if (kept.length === 0) {
    throw new GanfitError(
      'input',
      `protocolDistance: something must lie within ${radius} mm of the nose tip, got nothing. Check units and landmarks.`,
    );
  }
  return { vertices, triangles: Uint32Array.from(kept) };
}

/** Points of a surface that its triangles use. */
function used({ vertices, triangles }: Surface): Float32Array {
  const mask = new Uint8Array(vertices.length / 3);
  for (const v of triangles) mask[v] = 1;
  return gather(vertices, mask);
}

function gather(vertices: Float32Array, mask: Uint8Array): Float32Array {
  const out: number[] = [];
  mask.forEach((keep, v) => {
    if (keep) out.push(vertices[3 * v], vertices[3 * v + 1], vertices[3 * v + 2]);
  });
  return Float32Array.from(out);
}

/** One line that names every switch. */
export function protocolText({ scale, crop, direction, distance }: MeshProtocol): string {
  const to = distance === 'plane' ? 'point to plane' : 'point to nearest point';
  return (
    `landmarks, then ICP with ${scale ? 'free scale' : 'fixed scale'}; crop ${crop} mm around the nose tip; ` +
    `${direction === 'both' ? 'mean of both directions' : direction}, ${to}`
  );
}
