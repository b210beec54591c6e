import type { ShapeModel } from '../shape/model.ts';
import { LIP_EDGE, type MouthRings, mouthRings } from './mouth-rings.ts';

/** Lips that are so far apart over half of their length were parted on purpose, millimetres. */
const PARTED = 2;
/** The second round closes what the first one, which is smooth, left open. */
const ROUNDS = 2;
/** Closed lips press on each other by so much, millimetres. */
const PRESS = 0.2;
/** How far the skin around the mouth goes along: deviation of a bell, millimetres. */
const REACH = 5;

/**
 * Closes lips that are nearly closed, in place: a shape model leaves slits that show teeth or lips that run through each other
 * along a ragged line.
 *
 * Both lips go half the way, and what is behind and around them goes along.
 *
 * @param vertices `[V, 3]`, millimetres. Lips more than two millimetres apart are left alone.
 */
export function sealLips(model: ShapeModel, vertices: Float32Array): void {
  const found = mouthRings(model);
  if (!found) return;
  const gaps = seamOf(found, vertices).map(({ gap }) => gap);
  if (gaps.sort((a, b) => a - b)[gaps.length >> 1] > PARTED) return;
  for (let round = 0; round < ROUNDS; round++) closeSeam(model, found, vertices);
}

function closeSeam(model: ShapeModel, found: MouthRings, vertices: Float32Array): void {
  const seam = seamOf(found, vertices);
  const upperness = new Map<number, boolean>();
  for (const ring of found.rings) {
    ring.forEach((v, c) => {
      upperness.set(v, found.isUpper[c]);
    });
  }
  const [first, last] = [seam[0], seam[seam.length - 1]];
  for (const { name, vertexStart, vertexCount } of model.parts) {
    if (name !== 'skin' && name !== 'mouth') continue;
    for (let v = vertexStart; v < vertexStart + vertexCount; v++) {
      const [x, y, z] = vertices.subarray(3 * v, 3 * v + 3);
      if (x < first.x || x > last.x) continue;
      const { height, gap, depth } = at(seam, x);
      const isUpper = upperness.get(v) ?? y > height;
      const away = Math.max(0, Math.abs(y - height) - 0.5 * Math.abs(gap));
      const share = Math.exp(-0.5 * (away / REACH) ** 2 - 0.5 * ((z - depth) / (2 * REACH)) ** 2);
      if (share < 0.01) continue;
      vertices[3 * v + 1] += (isUpper ? -0.5 : 0.5) * share * (gap + PRESS);
    }
  }
}

/** The line between the lips at one place from side to side. */
interface SeamPoint {
  readonly x: number;
  /** Halfway between the lips. */
  readonly height: number;
  readonly depth: number;
  /** Upper over lower lip; negative where they run through each other. */
  readonly gap: number;
}

const STEPS = 40;

function seamOf({ rings, isUpper }: MouthRings, vertices: Float32Array): SeamPoint[] {
  const columns = rings[0].map((_, c) => {
    const inner = rings.slice(0, LIP_EDGE + 1).map((ring) => 3 * ring[c]);
    // The lowest point of the upper lip, the highest of the lower one.
    const best = inner.reduce((a, b) => (isUpper[c] === vertices[b + 1] < vertices[a + 1] ? b : a));
    return { x: vertices[best], y: vertices[best + 1], z: vertices[3 * rings[LIP_EDGE][c] + 2] };
  });
  const [low, high] = [true, false].map((upper) => {
    const xs = columns.filter((_, c) => isUpper[c] === upper).map(({ x }) => x);
    return [Math.min(...xs), Math.max(...xs)] as const;
  });
  const [from, to] = [Math.max(low[0], high[0]), Math.min(low[1], high[1])];
  return Array.from({ length: STEPS + 1 }, (_, n) => {
    const x = from + ((to - from) * n) / STEPS;
    const [above, below] = [true, false].map((upper) => {
      let [weight, y, z] = [0, 0, 0];
      columns.forEach((column, c) => {
        if (isUpper[c] !== upper) return;
        const bell = Math.exp(-(((column.x - x) / 1.2) ** 2)) + 1e-9;
        weight += bell;
        y += bell * column.y;
        z += bell * column.z;
      });
      return { y: y / weight, z: z / weight };
    });
    // At the corners both lips are one.
    const gap = (above.y - below.y) * Math.min(1, (6 * Math.min(n, STEPS - n)) / STEPS);
    return { x, height: (above.y + below.y) / 2, depth: (above.z + below.z) / 2, gap };
  });
}

function at(seam: readonly SeamPoint[], x: number): SeamPoint {
  const [first, last] = [seam[0], seam[seam.length - 1]];
  const place = (STEPS * (x - first.x)) / (last.x - first.x);
  const before = Math.min(STEPS - 1, Math.floor(place));
  const t = place - before;
  const mix = (key: 'height' | 'depth' | 'gap'): number =>
    seam[before][key] + t * (seam[before + 1][key] - seam[before][key]);
  return { x, height: mix('height'), depth: mix('depth'), gap: mix('gap') };
}
