import { linearToBytes, srgbToLinear } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import type { ShapePart } from '../shape/model.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';
import { fitEyeBall } from './eye-ball.ts';
import { LID_EDGE, type LidLoops } from './lid-loops.ts';

/** Two layers of shadow by distance from a lid's edge: share of the light that is lost there, and reach in millimetres. */
interface LidShade {
  /** Where lid and eyeball touch. */
  readonly contact: readonly [number, number];
  /** What the lid and its lashes keep off. */
  readonly soft: readonly [number, number];
}

const UPPER: LidShade = { contact: [0.38, 0.9], soft: [0.5, 3.6] };
const LOWER: LidShade = { contact: [0.4, 0.6], soft: [0.2, 2] };
/** Corners of the eye are folds: less light by so much, over so many millimetres. */
const CORNER = [0.5, 3] as const;
/** Under the lids the shadow ends again, over so many millimetres: a gaze brings that white out. */
const UNDER = 2.5;
/** The fleshy corner beside the nose: its colour, linear, and its size, millimetres. */
const FLESH = [0.36, 0.15, 0.13] as const;
const FLESH_SIZE = 1.7;
/** Light that reaches the white from beside the lids went through and over skin: how much less of R, G, B is lost. */
const WARMTH = [0.84, 1.06, 1.12] as const;

/** Heights of both edges over the eyeball, millimetres along its surface, and where the corners lie. */
interface LidEdges {
  readonly upper: (x: number) => number;
  readonly lower: (x: number) => number;
  readonly corners: readonly [number, number];
}

/**
 * Paints the shadow of this person's lids and lashes on an eyeball: no viewer casts it, and without it eyes stare.
 *
 * It is painted for lids as they are in `vertices`; gazes turn it by a few millimetres at most, and the upper lid follows them.
 *
 * @param texture Of the eyeball, sRGB; square.
 * @param part The eyeball.
 * @param vertices Of the whole head, `[V, 3]`, millimetres; eyes look along +Z.
 * @param lids Of this eye.
 */
export function shadeUnderLids(
  texture: Image,
  part: ShapePart,
  vertices: Float32Array,
  lids: LidLoops,
): Image {
  const { vertexStart, vertexCount } = part;
  const { center, radius } = fitEyeBall(vertices.slice(3 * vertexStart, 3 * (vertexStart + vertexCount)));
  /** Along the surface from the pole, to the side and up. */
  const unroll = (points: Float32Array, i: number): readonly [number, number, number] => {
    const [x, y, z] = [0, 1, 2].map((axis) => points[i + axis] - center[axis]);
    const length = Math.hypot(x, y, z) || 1;
    return [radius * Math.atan2(x, z), radius * Math.asin(y / length), z];
  };
  const edges = lidEdges(lids.loops[LID_EDGE].map((v) => unroll(vertices, 3 * v)));
  const size = texture.width;
  /** Towards the nose. */
  const inward = lids.side === 'Left' ? -1 : 1;
  const brightness = brightest(texture) / WHITE;
  const map = mapTexels(part, size);
  const points = texelsFromVertices(map, part.triangles, vertices, 3);
  const { channels } = texture;
  const data = Uint8Array.from(texture.data);
  const linear = new Float32Array(3);
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = unroll(points, 3 * n);
    if (z < 0) continue;
    const light = lightAt(edges, x, y);
    const toCorner = edges.corners[inward > 0 ? 1 : 0] - x;
    const flesh = Math.exp(-((toCorner / FLESH_SIZE) ** 2));
    const at = channels * map.texels[n];
    for (let c = 0; c < 3; c++) {
      const white = srgbToLinear(texture.data[at + c] / 255);
      // Flesh stands in the light that the painted white stands in.
      const own = white + flesh * (FLESH[c] * brightness - white);
      linear[c] = own * light ** WARMTH[c];
    }
    data.set(linearToBytes(linear), at);
  }
  return { ...texture, data };
}

/** Linear green of the white as it was painted, `eyeTexture`. */
const WHITE = 0.61;

/** Linear green of nearly the brightest texels: the white in the light that it stands in. */
function brightest({ data, channels }: Image): number {
  const counts = new Uint32Array(256);
  for (let i = 1; i < data.length; i += channels) counts[data[i]]++;
  let rest = (0.1 * data.length) / channels;
  let byte = 255;
  while (byte > 0 && counts[byte] < rest) rest -= counts[byte--];
  return srgbToLinear(byte / 255);
}

/** Share of the light that reaches a point of the eyeball. */
function lightAt({ upper, lower, corners }: LidEdges, x: number, y: number): number {
  const above = loss(UPPER, upper(x) - y);
  const below = loss(LOWER, y - lower(x));
  const inside = Math.min(x - corners[0], corners[1] - x);
  const [toCorner, beyond] = [Math.max(0, inside), Math.max(0, -inside)];
  return (
    (1 - above) * (1 - below) * (1 - CORNER[0] * Math.exp(-toCorner / CORNER[1] - (beyond / UNDER) ** 2))
  );
}

function loss({ contact, soft }: LidShade, distance: number): number {
  const d = Math.max(0, distance);
  const shown = contact[0] * Math.exp(-d / contact[1]) + soft[0] * Math.exp(-d / soft[1]);
  return shown * Math.exp(-(Math.min(0, distance) ** 2) / UNDER ** 2);
}

function lidEdges(ring: readonly (readonly [number, number, number])[]): LidEdges {
  const half = Math.floor(ring.length / 2);
  const upper = ring.slice(0, half + 1);
  const lower = [...ring.slice(half), ring[0]];
  const xs = ring.map(([x]) => x);
  return {
    upper: heights(upper),
    lower: heights(lower),
    corners: [Math.min(...xs), Math.max(...xs)],
  };
}

/** A smooth line through points, by their place from side to side; a bell of one millimetre hides that they are few. */
function heights(points: readonly (readonly [number, number, number])[]): (x: number) => number {
  const low = Math.min(...points.map(([x]) => x));
  const high = Math.max(...points.map(([x]) => x));
  const STEPS = 64;
  const table = Float32Array.from({ length: STEPS + 1 }, (_, n) => {
    const x = low + ((high - low) * n) / STEPS;
    let sum = 0;
    let height = 0;
    for (const [px, py] of points) {
      const weight = Math.exp(-((px - x) ** 2)) + 1e-9;
      sum += weight;
      height += weight * py;
    }
    return height / sum;
  });
  return (x) => {
    const place = Math.min(STEPS, Math.max(0, (STEPS * (x - low)) / (high - low)));
    const before = Math.min(STEPS - 1, Math.floor(place));
    return table[before] + (place - before) * (table[before + 1] - table[before]);
  };
}
