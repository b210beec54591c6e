import { vertexNormals } from '../mesh/normals.ts';
import type { LidLoops } from './lid-loops.ts';

/** How the lashes of one lid look. */
interface LashRow {
  /** Ring of the lid's edge that they grow from, see `lidLoops`. */
  readonly loop: number;
  readonly count: number;
  /** Of the longest, millimetres. */
  readonly length: number;
  /** At the root, millimetres: one for a few hairs that stick together. */
  readonly width: number;
  /** From straight ahead towards the brow, radians, at root and tip. */
  readonly lift: readonly [number, number];
}

const UPPER: LashRow = { loop: 6, count: 80, length: 3.8, width: 0.15, lift: [0.4, 1.15] };
const LOWER: LashRow = { loop: 5, count: 34, length: 1.7, width: 0.09, lift: [-0.7, -1.1] };

/** Pieces of a lash from root to tip. */
const PIECES = 3;

/** A lash's place on the skin and its form, fixed when the head is at rest. */
interface Lash {
  /** The two vertices of the rim that it stands between, and its place between them in [0, 1]. */
  readonly root: readonly [number, number, number];
  readonly length: number;
  readonly width: number;
  readonly lift: readonly [number, number];
  /** Outwards from the middle of the eye, radians about the vertical. */
  readonly fan: number;
}

/** Lashes of both eyes: thin opaque ribbons, one surface. */
export interface Lashes {
  /** Vertex indices, `[T, 3]`. */
  readonly triangles: Uint32Array;
  /** Positions for a pose of the skin, `[V, 3]` from `[S, 3]`, millimetres. */
  readonly place: (skin: Float32Array) => Float32Array;
}

/**
 * Grows lashes on the lids: without them eyes look naked.
 *
 * Each is a ribbon that tapers to a point, stands in the frame of the skin at its root and turns with it. No transparency, so
 * that no viewer has to sort them.
 *
 * @param lids Both eyes.
 * @param triangles Of the skin, `[T, 3]`.
 * @param mean Of the skin, `[S, 3]`: lashes stand evenly along its rims.
 */
export function growLashes(lids: readonly LidLoops[], triangles: Uint32Array, mean: Float32Array): Lashes {
  const rows = lids.flatMap(({ side, loops }) => [
    row(loops, UPPER, side, true, mean),
    row(loops, LOWER, side, false, mean),
  ]);
  const lashes = rows.flat();
  const near = trianglesAt(triangles, new Set(lashes.flatMap(({ root }) => [root[0], root[1]])));
  const faces: number[] = [];
  lashes.forEach((_, n) => {
    const first = n * (2 * PIECES + 1);
    for (let piece = 0; piece < PIECES; piece++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => first + 2 * piece + k);
      if (piece === PIECES - 1) faces.push(a, b, c);
      else faces.push(a, b, c, b, d, c);
    }
  });
  return {
    triangles: Uint32Array.from(faces),
    place(skin) {
      const normals = vertexNormals(skin, near);
      const out = new Float32Array(3 * lashes.length * (2 * PIECES + 1));
      const tilts = rows.flatMap((lashRow) => smoothed(lashRow.map((lash) => tiltAt(lash, normals))));
      lashes.forEach((lash, n) => {
        bend(lash, skin, tilts[n], out, 3 * n * (2 * PIECES + 1));
      });
      return out;
    },
  };
}

function row(
  loops: LidLoops['loops'],
  { loop, count, length, width, lift }: LashRow,
  side: 'Left' | 'Right',
  isUpper: boolean,
  mean: Float32Array,
): Lash[] {
  const ring = loops[loop];
  const half = Math.floor(ring.length / 2);
  // From the inner corner outwards.
  const rim = isUpper ? ring.slice(0, half + 1) : [...ring.slice(half), ring[0]].reverse();
  // Vertices crowd at the corners: places are told by the length of the rim.
  const lengths = [0];
  for (let i = 1; i < rim.length; i++) {
    const way = [0, 1, 2].map((axis) => mean[3 * rim[i] + axis] - mean[3 * rim[i - 1] + axis]);
    lengths.push(lengths[i - 1] + Math.hypot(...way));
  }
  return Array.from({ length: count }, (_, n) => {
    // No lashes at the very corners; at the inner one they begin later.
    const along = 0.16 + (0.8 * (n + 0.5 + 0.45 * wobble(n, 1))) / count;
    const place = along * lengths[rim.length - 1];
    const next = Math.max(
      1,
      lengths.findIndex((length) => length > place),
    );
    const before = next - 1;
    const at = before + (place - lengths[before]) / (lengths[next] - lengths[before]);
    // Longest beyond the middle.
    const longest = Math.sin(Math.PI * Math.min(0.92, along ** 1.25 + 0.05)) ** 0.6;
    return {
      root: [rim[before], rim[before + 1], at - before],
      // Neighbors lean together in tufts of different length.
      length: length * longest * (1 + 0.16 * wobble(n, 2) - 0.1 * Math.cos(2.1 * n)),
      width,
      lift: [lift[0] + 0.1 * wobble(n, 3), lift[1] + 0.22 * wobble(n, 4)],
      fan:
        (side === 'Left' ? 1 : -1) * (1.2 * (along - 0.42) + 0.16 * wobble(n, 5) + 0.14 * Math.sin(2.1 * n)),
    };
  });
}

/** A fixed irregularity in [-1, 1]: lashes in rank and file look like a comb. */
function wobble(n: number, which: number): number {
  return Math.sin(12.9898 * n + 78.233 * which);
}

function trianglesAt(triangles: Uint32Array, vertices: ReadonlySet<number>): Uint32Array {
  const out: number[] = [];
  for (let i = 0; i < triangles.length; i += 3) {
    const corners = [triangles[i], triangles[i + 1], triangles[i + 2]];
    if (corners.some((v) => vertices.has(v))) out.push(...corners);
  }
  return Uint32Array.from(out);
}

/**
 * The tilt of the lid at a lash: its normal in the vertical plane, radians, 0 straight ahead, positive towards the brow.
 */
function tiltAt({ root: [a, b, t] }: Lash, normals: Float32Array): number {
  const [x, y, z] = [0, 1, 2].map((axis) => (1 - t) * normals[3 * a + axis] + t * normals[3 * b + axis]);
  return Math.atan2(y, Math.hypot(x, z));
}

/** Neighbours share a direction: the edge of a closed lid is folded too finely for each to have its own. */
function smoothed(values: readonly number[]): number[] {
  return values.map((_, i) => {
    let sum = 0;
    let weight = 0;
    values.forEach((value, k) => {
      const share = Math.exp(-(((i - k) / 6) ** 2));
      sum += share * value;
      weight += share;
    });
    return sum / weight;
  });
}

/** Writes the vertices of one lash. */
function bend(lash: Lash, skin: Float32Array, tilt: number, out: Float32Array, at: number): void {
  const [a, b, t] = lash.root;
  const root = [0, 1, 2].map((axis) => (1 - t) * skin[3 * a + axis] + t * skin[3 * b + axis]);
  const [c, s] = [Math.cos(lash.fan), Math.sin(lash.fan)];
  const across = [c, 0, -s];
  let [forward, up] = [0, 0];
  for (let piece = 0; piece <= PIECES; piece++) {
    const share = piece / PIECES;
    const half = (lash.width / 2) * (1 - 0.55 * share);
    const center = [root[0] + s * forward, root[1] + up, root[2] + c * forward];
    const sides = piece === PIECES ? [0] : [-half, half];
    sides.forEach((offset, k) => {
      for (let axis = 0; axis < 3; axis++)
        out[at + 3 * (2 * piece + k) + axis] = center[axis] + offset * across[axis];
    });
    const lift = tilt + lash.lift[0] + (lash.lift[1] - lash.lift[0]) * (share + 0.5 / PIECES);
    forward += (Math.cos(lift) * lash.length) / PIECES;
    up += (Math.sin(lift) * lash.length) / PIECES;
  }
}
