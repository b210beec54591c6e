import type { ShapeModel } from '../shape/model.ts';

/** Rings of the skin around the mouth, from where it ends behind the lips outwards. */
export interface MouthRings {
  /** `rings[k][c]`: skin vertex of column c, k links from the end of the skin; the columns go once around the mouth. */
  readonly rings: readonly (readonly number[])[];
  /** Whether a column belongs to the upper lip. */
  readonly isUpper: readonly boolean[];
}

/** The ring along which closed lips meet. */
export const LIP_EDGE = 5;
/** Rings from the end of the skin to beyond the edge. */
const DEPTH = 8;
/** How far from the landmarks of the mouth its rim lies at most, millimetres. */
const REACH = 40;

const cache = new WeakMap<ShapeModel, MouthRings | 'none'>();

/** The rings around the mouth of a model; `undefined` when its skin has no such opening. Kept per model. */
export function mouthRings(model: ShapeModel): MouthRings | undefined {
  let found = cache.get(model);
  if (!found) {
    found = findRings(model) ?? 'none';
    cache.set(model, found);
  }
  return found === 'none' ? undefined : found;
}

function findRings(model: ShapeModel): MouthRings | undefined {
  const { mean, parts, landmarks } = model;
  const [skin] = parts;
  const middle = skin.triangles.subarray(3 * landmarks.triangles[62], 3 * landmarks.triangles[62] + 1)[0];
  const near = (v: number): boolean =>
    Math.hypot(...[0, 1, 2].map((axis) => mean[3 * v + axis] - mean[3 * middle + axis])) < REACH;
  const { links, rim } = linksNear(skin.triangles, near);
  if (rim.size === 0) return undefined;
  const known = new Set<number>();
  let members = rim;
  const rings: number[][] = [];
  while (rings.length < DEPTH) {
    const ring = walkAround(members, links);
    if (!ring || (rings.length > 0 && ring.length !== rings[0].length)) return undefined;
    rings.push(rings.length > 0 ? aligned(ring, rings[rings.length - 1], mean) : ring);
    for (const v of ring) known.add(v);
    members = new Set(ring.flatMap((v) => (links.get(v) ?? []).filter((w) => !known.has(w))));
  }
  const height = (ring: readonly number[]): number =>
    ring.reduce((sum, v) => sum + mean[3 * v + 1] / ring.length, 0);
  // Told by the outermost ring: at the edge both lips touch.
  const outer = rings[DEPTH - 1];
  const border = height(outer);
  return { rings, isUpper: outer.map((v) => mean[3 * v + 1] > border) };
}

function linksNear(
  triangles: Uint32Array,
  near: (vertex: number) => boolean,
): { readonly links: Map<number, number[]>; readonly rim: Set<number> } {
  const links = new Map<number, number[]>();
  const edges = new Map<number, number>();
  const key = (a: number, b: number): number => Math.min(a, b) * 2 ** 24 + Math.max(a, b);
  for (let i = 0; i < triangles.length; i += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const a = triangles[i + corner];
      const b = triangles[i + ((corner + 1) % 3)];
      if (!near(a) || !near(b)) continue;
      edges.set(key(a, b), (edges.get(key(a, b)) ?? 0) + 1);
      for (const [from, to] of [
        [a, b],
        [b, a],
      ]) {
        const around = links.get(from) ?? [];
        links.set(from, around);
        if (!around.includes(to)) around.push(to);
      }
    }
  }
  const rim = new Set<number>();
  for (const [edge, count] of edges) {
    const a = Math.floor(edge / 2 ** 24);
    const b = edge % 2 ** 24;
    // Edges at the border of the neighborhood have lost a triangle, too, but lie far away.
    if (count === 1) {
      rim.add(a);
      rim.add(b);
    }
  }
  return { links, rim };
}

/** The members in order around the opening. */
function walkAround(
  members: ReadonlySet<number>,
  links: ReadonlyMap<number, number[]>,
): number[] | undefined {
  const [start] = members;
  const ring = [start];
  const seen = new Set(ring);
  for (;;) {
    const next = (links.get(ring[ring.length - 1]) ?? []).find((v) => members.has(v) && !seen.has(v));
    if (next === undefined) break;
    ring.push(next);
    seen.add(next);
  }
  const isClosed = (links.get(ring[ring.length - 1]) ?? []).includes(start);
  return isClosed && ring.length === members.size ? ring : undefined;
}

/** A ring turned and directed so that its columns are those of the ring before. */
function aligned(ring: readonly number[], before: readonly number[], mean: Float32Array): number[] {
  const count = ring.length;
  let best: number[] = [...ring];
  let least = Infinity;
  for (const candidate of [[...ring], [...ring].reverse()]) {
    for (let turn = 0; turn < count; turn++) {
      let sum = 0;
      for (let c = 0; c < count && sum < least; c++) {
        const a = 3 * candidate[(c + turn) % count];
        const b = 3 * before[c];
        for (let axis = 0; axis < 3; axis++) sum += (mean[a + axis] - mean[b + axis]) ** 2;
      }
      if (sum < least) {
        least = sum;
        best = [...candidate.slice(turn), ...candidate.slice(0, turn)];
      }
    }
  }
  return best;
}
