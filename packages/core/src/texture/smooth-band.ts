import type { Cavities } from './cavities.ts';
import { diffuse } from './diffuse.ts';
import { smoothstep } from './face-area.ts';
import { colorDistance, type SkinTone } from './skin-tone.ts';
import { distanceFrom, type SurfaceGraph } from './surface-graph.ts';
import { type TexelMap, verticesFromTexels } from './texels.ts';

/** One source's smooth colors and how well each vertex is known by it. */
export interface Band {
  /** Logarithmic RGB, `[V, 3]`; zero where nothing is known. */
  readonly values: Float32Array;
  /** `[V]`, in [0, 1]. */
  readonly trust: Float32Array;
}

/** Where on the head colors may flow. */
export interface FlowBounds {
  /** How far a strange color may be hair or background instead of the face, `[V]`, 0 in the middle … 1 at the border. */
  readonly doubts: Float32Array;
  /** Weights above half are lips, `[V]`: no color crosses their border. */
  readonly lips?: Uint8Array;
  readonly cavities: Cavities;
}

/** Vertices with less trust than this lend no color, in the middle of the face and near its border. */
const WEAK = [0.04, 0.2] as const;

/** Colors within so many deviations are continued into the unseen as they are. */
const STILL_SKIN = 1.2;

/** Distance from what is known within which its color is continued as it is, and beyond which the skin's tone draws fully. */
const NEAR = 8;
const FAR = 32;

/** The share of a link that is left across the border of the lips where it was not seen. */
const LIP_BORDER = 0.01;

/** Share of each vertex's texels that there are, for `smoothBand`. */
export function coverageOf(map: TexelMap, triangles: Uint32Array, vertexCount: number): Float32Array {
  const ones = new Float32Array(map.count).fill(1);
  return verticesFromTexels(map, triangles, ones, ones, vertexCount, 1).weights;
}

/** Averages texels into vertices. */
export function smoothBand(
  map: TexelMap,
  triangles: Uint32Array,
  colors: Float32Array,
  seen: Float32Array,
  coverage: Float32Array,
): Band {
  const { values, weights } = verticesFromTexels(map, triangles, colors, seen, coverage.length, 3);
  return { values, trust: weights.map((weight, v) => (coverage[v] > 0 ? weight / coverage[v] : 0)) };
}

/**
 * Joins the seen and the mirrored band and continues them over the whole surface.
 *
 * A hole of some millimetres is filled by a membrane over its surroundings; with the distance from all that is known the
 * color returns to the person's skin. Near the border of the face only colors of skin run on: brows, fringe and shadows
 * stay where they are.
 *
 * @param own What was seen.
 * @param other What was seen on the other side, at its mirrored place.
 * @param reach Millimetres over which a color far from everything known returns to the tone.
 * @returns Logarithmic RGB, `[V, 3]`.
 */
export function solveSmoothBand(
  graph: SurfaceGraph,
  own: Band,
  other: Band,
  tone: SkinTone,
  bounds: FlowBounds,
  reach: number,
): Float32Array {
  const { vertexCount, starts, neighbors } = graph;
  const { doubts, lips, cavities } = bounds;
  const [seen, mirrored] = [calmed(own, tone, doubts), calmed(other, tone, doubts)];
  const firm = seen.trust.map((trust, v) => {
    const weak = WEAK[0] + doubts[v] * (WEAK[1] - WEAK[0]);
    return Math.max(0, (trust - weak) / (1 - weak));
  });
  const distances = distanceFrom(graph, (v) => Math.max(firm[v], mirrored.trust[v]) > 0.5, FAR);
  const values = new Float32Array(3 * vertexCount);
  const weights = new Float32Array(vertexCount);
  const differences = new Float32Array(3 * neighbors.length);
  const links = graph.weights.slice();
  for (let v = 0; v < vertexCount; v++) {
    // A vertex that was hardly seen, at a grazing angle or beside hair, must not pass its color on.
    const hold = (0.05 * firm[v] * firm[v]) / (1.01 - firm[v]);
    const unknown = 1 - Math.max(firm[v], mirrored.trust[v]);
    const drift = (unknown * smoothstep(NEAR, FAR, distances[v])) / (reach * reach) + 1e-7;
    const dark = (1 - firm[v]) * cavities.shares[v];
    weights[v] = hold + drift + dark;
    for (let k = 0; k < 3; k++) {
      const shade = tone.color[k] + cavities.shades[3 * v + k];
      const wish = hold * seen.values[3 * v + k] + drift * tone.color[k] + dark * shade;
      values[3 * v + k] = wish / weights[v];
    }
    for (let e = starts[v]; e < starts[v + 1]; e++) {
      const w = neighbors[e];
      const near = Math.min(seen.trust[v], seen.trust[w]);
      const far = (1 - near) * Math.min(mirrored.trust[v], mirrored.trust[w]);
      // Into the unseen a brow or a shadow at the border passes on skin, not itself.
      const still = (1 - near - far) * Math.max(doubts[v], doubts[w]);
      if (lips && lips[v] > 127 !== lips[w] > 127) links[e] *= Math.max(near + far, LIP_BORDER);
      for (let k = 0; k < 3; k++) {
        const [i, j] = [3 * v + k, 3 * w + k];
        differences[3 * e + k] =
          near * (seen.values[i] - seen.values[j]) +
          far * (mirrored.values[i] - mirrored.values[j]) +
          still * (seen.excess[i] - seen.excess[j]);
      }
    }
  }
  return diffuse({ ...graph, weights: links }, { values, weights, differences }, 3);
}

/**
 * Pulls what is doubtful and unlike skin to the nearest color that is still skin, the more the less it is trusted.
 *
 * @returns The band with `excess`, `[V, 3]`: how far each color lies beyond skin now; zero for skin.
 */
function calmed(band: Band, tone: SkinTone, doubts: Float32Array): Band & { readonly excess: Float32Array } {
  const values = band.values.slice();
  const excess = new Float32Array(values.length);
  for (let v = 0; v < band.trust.length; v++) {
    if (band.trust[v] === 0) continue;
    const share = doubts[v] * (1 - Math.min(1, STILL_SKIN / colorDistance(tone, band.values, v)));
    for (let k = 0; k < 3; k++) {
      const beyond = share * (values[3 * v + k] - tone.color[k]);
      excess[3 * v + k] = band.trust[v] * beyond;
      values[3 * v + k] -= (1 - band.trust[v]) * beyond;
    }
  }
  return { values, trust: band.trust, excess };
}

/** Where a source knows nothing its smooth band is the result's, so that its fine band never refers to nothing. */
export function filled(band: Band, smooth: Float32Array): Float32Array {
  return band.values.map((value, i) => (band.trust[Math.floor(i / 3)] > 0 ? value : smooth[i]));
}
