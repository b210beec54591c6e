import type { ShapeModel } from '../shape/model.ts';

/** The rim of one eye's lids, ring by ring. */
export interface LidLoops {
  readonly side: 'Left' | 'Right';
  /**
   * `loops[k]` are the skin vertices k links away from the eye socket, in order around the eye from the inner corner over the
   * upper lid to the outer corner and back along the lower lid.
   */
  readonly loops: readonly (readonly number[])[];
}

/** The ring of a lid's edge that meets the other lid's. */
export const LID_EDGE = 4;
/** Links from the socket over the lid's edge up to its outer side. */
const DEPTH = 8;

const cache = new WeakMap<ShapeModel, readonly LidLoops[]>();

/**
 * Finds the rims of the lids: rings of skin around the sockets, which are the part of the region `hidden` behind the eyes.
 *
 * @returns One record per eye; none where the model has no eyeballs or no such region. Kept per model.
 */
export function lidLoops(model: ShapeModel): readonly LidLoops[] {
  let found = cache.get(model);
  if (!found) {
    found = (['Left', 'Right'] as const).flatMap((side) => findLoops(model, side) ?? []);
    cache.set(model, found);
  }
  return found;
}

function findLoops(model: ShapeModel, side: 'Left' | 'Right'): LidLoops | undefined {
  const { hidden } = model.regions;
  const eye = model.parts.find((part) => part.name === `eye${side}`);
  if (!eye || !hidden) return undefined;
  const { mean } = model;
  const center = [0, 0, 0];
  for (let i = 3 * eye.vertexStart; i < 3 * (eye.vertexStart + eye.vertexCount); i++) {
    center[i % 3] += mean[i] / eye.vertexCount;
  }
  const near = (v: number): boolean =>
    Math.hypot(mean[3 * v] - center[0], mean[3 * v + 1] - center[1], mean[3 * v + 2] - center[2]) < 40;
  const neighbors = linksAmong(model.parts[0].triangles, near);
  const known = new Set<number>();
  let loop: number[] = [];
  for (const [v, around] of neighbors) {
    if (hidden[v] < 128 && around.some((w) => hidden[w] > 127)) loop.push(v);
  }
  const loops: number[][] = [];
  while (loop.length > 0 && loops.length < DEPTH) {
    loops.push(inOrder(loop, mean, side));
    for (const v of loop) known.add(v);
    const next = new Set<number>();
    for (const v of loop) {
      for (const w of neighbors.get(v) ?? []) if (!known.has(w) && hidden[w] < 128) next.add(w);
    }
    loop = [...next];
  }
  return loops.length === DEPTH ? { side, loops } : undefined;
}

function linksAmong(triangles: Uint32Array, near: (vertex: number) => boolean): Map<number, number[]> {
  const links = new Map<number, number[]>();
  for (let i = 0; i < triangles.length; i += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const v = triangles[i + corner];
      if (!near(v)) continue;
      const around = links.get(v) ?? [];
      links.set(v, around);
      for (const w of [triangles[i + ((corner + 1) % 3)], triangles[i + ((corner + 2) % 3)]]) {
        if (!around.includes(w)) around.push(w);
      }
    }
  }
  return links;
}

/** By the angle about the middle of the corners, from the inner one upwards. */
function inOrder(loop: readonly number[], mean: Float32Array, side: 'Left' | 'Right'): number[] {
  const outward = side === 'Left' ? 1 : -1;
  const byX = [...loop].sort((a, b) => outward * (mean[3 * a] - mean[3 * b]));
  const [inner, outer] = [byX[0], byX[byX.length - 1]];
  const [x, y] = [0, 1].map((axis) => (mean[3 * inner + axis] + mean[3 * outer + axis]) / 2);
  const [ax, ay] = [outward * (mean[3 * outer] - x), mean[3 * outer + 1] - y];
  const angle = (v: number): number => {
    const [px, py] = [outward * (mean[3 * v] - x), mean[3 * v + 1] - y];
    // Pi at the inner corner, falling over the upper lid to 0 at the outer one, to -Pi along the lower lid.
    return v === inner ? Math.PI : Math.atan2(ax * py - ay * px, ax * px + ay * py);
  };
  const angles = new Map(loop.map((v) => [v, angle(v)]));
  return [...loop].sort((a, b) => angles.get(b)! - angles.get(a)!);
}
