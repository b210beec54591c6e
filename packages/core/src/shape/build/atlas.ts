import { assert } from '../../error.ts';
import { relaxFlattening, tutteEmbedding } from '../../mesh/parameterize.ts';
import { boundaryLoops, vertexNeighbors } from '../../mesh/topology.ts';

/** A mirror-symmetric surface with a mouth hole and an open neck, to be flattened. */
export interface AtlasInput {
  /** `[V, 3]`, mirror-symmetric, millimetres. */
  readonly positions: Float64Array;
  /** `[T, 3]`, mirror-symmetric. */
  readonly triangles: Uint32Array;
  /** The mirrored vertex of each vertex. */
  readonly mirror: Uint32Array;
  /** Wanted pixels per millimetre of each vertex, up to a common factor. */
  readonly scale: Float64Array;
  /** How much the shape of each vertex' surroundings counts beside its area. */
  readonly importance: Float64Array;
  /** The seam at the back ends above this depth (z), millimetres. */
  readonly seamDepth: number;
}

/** Texture coordinates, `[U, 2]`, origin top left, and their triangles. */
export interface Atlas {
  readonly uv: Float64Array;
  readonly uvTriangles: Uint32Array;
}

// Free border around the atlas, as a part of its width: texture filters must not reach the other side.
const MARGIN = 3 / 1024;
// The part of the seam that lies along the top of the atlas; the rest goes down the side.
const TOP_SHARE = 0.3;
// Lips are closed in the neutral face; the atlas keeps this much of the mouth's hole open, millimetres.
const MOUTH_GAP = 2.5;
const ROUNDS = 120;

/**
 * Flattens the skin into one square: half of the head is embedded in half of the square (Tutte), relaxed towards the wanted
 * scale with borders sliding along the sides, and mirrored. The front midline is the middle of the atlas, the seam runs from
 * the crown down the back of the head, the neck is at the bottom. The mouth's hole is filled while relaxing, so that the map
 * is one-to-one: the border is convex and no triangle flips.
 */
export function buildAtlas(input: AtlasInput, progress: (energy: number) => void = () => {}): Atlas {
  const half = halfMesh(input);
  const { local, loop, lips, positions } = half;
  const hub = local.length;
  const fan: number[] = [];
  for (let i = 0; i + 1 < lips.length; i++) fan.push(lips[i + 1], lips[i], hub);
  const triangles = Uint32Array.from([...half.triangles, ...fan]);
  const uv = new Float64Array((hub + 1) * 2);
  const fixed = new Uint8Array((hub + 1) * 2);
  placeBorder(input, half, hub, uv, fixed);

  const border = new Set([...loop, hub].filter((v) => fixed[2 * v] || fixed[2 * v + 1]));
  tutteEmbedding(vertexNeighbors({ corners: 3, indices: triangles }, hub + 1), border, uv);

  const scale = Float64Array.from(local, (v) => input.scale[v]);
  const importance = Float64Array.from(local, (v) => input.importance[v]);
  const { rest, weights } = wantedShapes(positions, scale, importance, triangles, hub);
  const flat = relaxFlattening(
    { vertexCount: hub + 1, triangles, rest, weights, fixed },
    uv,
    ROUNDS,
    progress,
  );
  return mirrorAtlas(input, half, flat);
}

interface Half {
  /** Vertex of the whole for each vertex of the half. */
  readonly local: readonly number[];
  readonly index: ReadonlyMap<number, number>;
  readonly triangles: Uint32Array;
  readonly positions: Float64Array;
  /** The border of the half, counter-clockwise, starting at the neck's front. */
  readonly loop: readonly number[];
  /** Border vertices on the neck's rim, from back to front. */
  readonly neck: ReadonlySet<number>;
  /** The lips along the border, from the upper to the lower middle. */
  readonly lips: readonly number[];
}

function halfMesh({ positions, triangles, mirror }: AtlasInput): Half {
  const isLeft = (v: number): boolean => mirror[v] === v || positions[3 * v] > 0;
  const kept: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [...triangles.subarray(t, t + 3)];
    if (corners.every(isLeft) && !corners.every((v) => mirror[v] === v)) kept.push(...corners);
  }
  assert(kept.length * 2 === triangles.length, 'every triangle lies on one side of the midline');
  const local = [...new Set(kept)].sort((a, b) => a - b);
  const index = new Map(local.map((v, i) => [v, i]));
  const halfTriangles = Uint32Array.from(kept, (v) => index.get(v)!);
  const own = Float64Array.from(
    { length: local.length * 3 },
    (_, i) => positions[3 * local[(i / 3) | 0] + (i % 3)],
  );

  const whole = boundaryLoops({ corners: 3, indices: triangles });
  const lowest = (list: readonly number[]): number => Math.max(...list.map((v) => positions[3 * v + 1]));
  assert(whole.length === 2, `the skin is open at the neck and at the mouth, got ${whole.length} holes`);
  const [neckLoop, mouthLoop] = whole.sort((a, b) => lowest(a) - lowest(b));
  const loops = boundaryLoops({ corners: 3, indices: halfTriangles });
  assert(loops.length === 1, `half a head has one border, got ${loops.length}`);

  const neck = new Set(neckLoop.filter((v) => index.has(v)).map((v) => index.get(v)!));
  const mouth = new Set(mouthLoop.filter((v) => index.has(v)).map((v) => index.get(v)!));
  const middle = (v: number): boolean => mirror[local[v]] === local[v];
  const depth = (v: number): number => own[3 * v + 2];
  const front = [...neck].filter(middle).reduce((a, b) => (depth(b) > depth(a) ? b : a));
  let loop = loops[0];
  const start = loop.indexOf(front);
  loop = [...loop.slice(start), ...loop.slice(0, start)];
  const lips = loop.filter((v) => mouth.has(v));
  return { local, index, triangles: halfTriangles, positions: own, loop, neck, lips };
}

/** Puts the border on the sides of the right half of the square (y up): middle, top, right, bottom. */
function placeBorder(input: AtlasInput, half: Half, hub: number, uv: Float64Array, fixed: Uint8Array): void {
  const { loop, neck, lips, positions: p, local } = half;
  const lip = new Set(lips);
  const apart = (a: number, b: number): number =>
    Math.hypot(p[3 * a] - p[3 * b], p[3 * a + 1] - p[3 * b + 1], p[3 * a + 2] - p[3 * b + 2]);
  const wanted = (a: number, b: number): number =>
    (apart(a, b) * (input.scale[local[a]] + input.scale[local[b]])) / 2;

  // Counter-clockwise from the neck's front: along the neck to the back, up the seam, over the crown down the face.
  const neckChain = loop.slice(
    0,
    loop.findIndex((v) => !neck.has(v)),
  );
  const rest = [neckChain[neckChain.length - 1], ...loop.slice(neckChain.length)];
  const crown = rest.findIndex((v) => p[3 * v + 2] > input.seamDepth && p[3 * v + 1] > 0);
  const seam = rest.slice(0, crown + 1);
  const face = rest.slice(crown).filter((v) => !lip.has(v) || v === lips[0] || v === lips[lips.length - 1]);
  const upper = face.indexOf(lips[0]);
  const middle = [...face.slice(0, upper + 1), hub, ...face.slice(upper + 1), neckChain[0]];

  const [left, right, bottom, top] = [0.5, 1 - MARGIN, MARGIN, 1 - MARGIN];
  const lay = (
    chain: readonly number[],
    from: readonly [number, number],
    to: readonly [number, number],
    length: (a: number, b: number) => number,
    axis: 0 | 1,
  ): void => {
    const sums = [0];
    for (let i = 1; i < chain.length; i++) sums.push(sums[i - 1] + length(chain[i - 1], chain[i]));
    const total = sums[sums.length - 1];
    chain.forEach((v, i) => {
      const t = sums[i] / total;
      uv[2 * v] = from[0] + t * (to[0] - from[0]);
      uv[2 * v + 1] = from[1] + t * (to[1] - from[1]);
      // Sides are slid along; their ends stay.
      fixed[2 * v + axis] = 1;
      if (i === 0 || i === chain.length - 1) fixed[2 * v + 1 - axis] = 1;
    });
  };
  const seamLengths = [0];
  for (let i = 1; i < seam.length; i++) seamLengths.push(seamLengths[i - 1] + apart(seam[i - 1], seam[i]));
  const total = seamLengths[seamLengths.length - 1];
  const corner = seamLengths.findIndex((l) => l > (1 - TOP_SHARE) * total);
  lay(neckChain, [left, bottom], [right, bottom], apart, 1);
  lay(seam.slice(0, corner + 1), [right, bottom], [right, top], apart, 0);
  lay(seam.slice(corner), [right, top], [left, top], apart, 1);
  const alongFace = (a: number, b: number): number =>
    a === hub || b === hub ? MOUTH_GAP * input.scale[local[a === hub ? b : a]] : wanted(a, b);
  lay(middle, [left, top], [left, bottom], alongFace, 0);
}

/** Wanted flat triangles: their true shape times the wanted scale, normalised to fill the half square. */
function wantedShapes(
  positions: Float64Array,
  scale: Float64Array,
  importance: Float64Array,
  triangles: Uint32Array,
  hub: number,
): { rest: Float64Array; weights: Float64Array } {
  const count = triangles.length / 3;
  const rest = new Float64Array(count * 3);
  const weights = new Float64Array(count);
  const apart = (a: number, b: number): number =>
    Math.hypot(...[0, 1, 2].map((axis) => positions[3 * a + axis] - positions[3 * b + axis]));
  let area = 0;
  for (let t = 0; t < count; t++) {
    const [a, b, c] = triangles.subarray(3 * t, 3 * t + 3);
    let shape: readonly [number, number, number];
    let size: number;
    if (c === hub) {
      shape = [apart(a, b), apart(a, b) / 2, MOUTH_GAP];
      size = (scale[a] + scale[b]) / 2;
      weights[t] = 0.05;
    } else {
      const [x1, ac, bc] = [apart(a, b), apart(a, c), apart(b, c)];
      const x2 = (x1 * x1 + ac * ac - bc * bc) / (2 * x1);
      // Needles would blow up the energy; a floor on the height changes nothing that can be seen.
      shape = [x1, x2, Math.sqrt(Math.max(ac * ac - x2 * x2, (0.05 * x1) ** 2))];
      size = (scale[a] + scale[b] + scale[c]) / 3;
      weights[t] = (importance[a] + importance[b] + importance[c]) / 3;
    }
    for (let i = 0; i < 3; i++) rest[3 * t + i] = shape[i] * size;
    const own = (rest[3 * t] * rest[3 * t + 2]) / 2;
    area += c === hub ? 0 : own;
    weights[t] *= own;
  }
  const factor = Math.sqrt(((0.5 - MARGIN) * (1 - 2 * MARGIN)) / area);
  return { rest: rest.map((x) => x * factor), weights: weights.map((w) => w / area) };
}

/** Both halves: the right one is the mirror of the left one, the midline is shared, the seam is doubled. */
function mirrorAtlas({ triangles, mirror, positions }: AtlasInput, half: Half, flat: Float64Array): Atlas {
  const uv: number[] = [];
  const place = new Map<string, number>();
  const seamOnly = (v: number): boolean => flat[2 * half.index.get(v)!] > 0.5 + 1e-9;
  const put = (v: number, side: 1 | -1): number => {
    const left = half.index.has(v) ? v : mirror[v];
    const key = mirror[v] === v && seamOnly(left) ? `${left} ${side}` : `${v}`;
    const known = place.get(key);
    if (known !== undefined) return known;
    const i = half.index.get(left)!;
    const u = flat[2 * i] - 0.5;
    const next = uv.length / 2;
    uv.push(0.5 + side * u, 1 - flat[2 * i + 1]);
    place.set(key, next);
    return next;
  };
  const uvTriangles = new Uint32Array(triangles.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = triangles.subarray(t, t + 3);
    const side = corners.some((v) => mirror[v] !== v && positions[3 * v] < 0) ? -1 : 1;
    corners.forEach((v, c) => {
      uvTriangles[t + c] = put(v, side);
    });
  }
  return { uv: Float64Array.from(uv), uvTriangles };
}
