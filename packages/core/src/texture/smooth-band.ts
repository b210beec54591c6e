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
  /** Distance to the outer border of the face, `[V]`, millimetres, 0 outside. */
  readonly depths: Float32Array;
  /** Weights above half are lips, `[V]`: no color crosses their border. Unseen ones take the tone of the others. */
  readonly lips?: Uint8Array;
  /** Logarithmic color of the lips, `[3]`, where they were seen. */
  readonly lipTone?: readonly number[];
  readonly cavities: Cavities;
}

/** Vertices with less trust than this lend no color, in the middle of the face and near its border. */
const WEAK = [0.04, 0.2] as const;

/** Colors within so many deviations are continued into the unseen as they are. */
const STILL_SKIN = 0.7;

/** More trust than this closes the face's border. */
const KNOWN = 0.4;
/** Millimetres from the unseen outside in which strange colors are held back. */
const SHY = 14;

/** Distance from what is known within which its color is continued as it is, and beyond which the skin's tone draws fully. */
const NEAR = 8;
const FAR = 32;

/** Millimetres over which a lip that was not seen takes the tone of the lips: their rims are wet, shadowed or beside teeth. */
const LIP_REACH = 4;

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
  const { lips, lipTone, cavities } = bounds;
  const doubts = doubtsAtBorder(graph, own, other, bounds);
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
    const lip = lipTone !== undefined && lips !== undefined && lips[v] > 127;
    // What is continued beyond the face's border is more likely wrong than what fills a hole inside.
    const away = smoothstep(NEAR * (1 - doubts[v]), FAR - 10 * doubts[v], distances[v]) / (reach * reach);
    const drift = unknown * (lip ? 1 / LIP_REACH ** 2 : away) + 1e-7;
    const base = lip ? lipTone : tone.color;
    const dark = (1 - firm[v]) * cavities.shares[v];
    weights[v] = hold + drift + dark;
    for (let k = 0; k < 3; k++) {
      const shade = tone.color[k] + cavities.shades[3 * v + k];
      const wish = hold * seen.values[3 * v + k] + drift * base[k] + dark * shade;
      values[3 * v + k] = wish / weights[v];
    }
    for (let e = starts[v]; e < starts[v + 1]; e++) {
      const w = neighbors[e];
      const near = Math.min(seen.trust[v], seen.trust[w]);
      const far = (1 - near) * Math.min(mirrored.trust[v], mirrored.trust[w]);
      if (lips && lips[v] > 127 !== lips[w] > 127) links[e] *= Math.max(near + far, LIP_BORDER);
      for (let k = 0; k < 3; k++) {
        const [i, j] = [3 * v + k, 3 * w + k];
        differences[3 * e + k] =
          near * (seen.values[i] - seen.values[j]) + far * (mirrored.values[i] - mirrored.values[j]);
      }
    }
  }
  // A hundredth of a percent of the range is below what eight bits hold.
  return diffuse({ ...graph, weights: links }, { values, weights, differences }, 3, 1e-8);
}

/**
 * How far a strange color may be hair, its shadow or background, `[V]`: 1 beside what was not seen and is connected to the
 * outside of the face, 0 at holes in the middle of it and on lips.
 */
function doubtsAtBorder(
  graph: SurfaceGraph,
  own: Band,
  other: Band,
  { depths, lips }: FlowBounds,
): Float32Array {
  const { starts, neighbors } = graph;
  const open = Uint8Array.from(depths, (depth) => (depth === 0 ? 1 : 0));
  const stack = [...open.keys()].filter((v) => open[v] === 1);
  for (let v = stack.pop(); v !== undefined; v = stack.pop()) {
    for (let e = starts[v]; e < starts[v + 1]; e++) {
      const w = neighbors[e];
      if (open[w] || (lips && lips[w] > 127) || Math.max(own.trust[w], other.trust[w]) > KNOWN) continue;
      open[w] = 1;
      stack.push(w);
    }
  }
  const distances = distanceFrom(graph, (v) => open[v] === 1, SHY);
  return distances.map((distance, v) => (lips && lips[v] > 127 ? 0 : smoothstep(SHY, 0.2 * SHY, distance)));
}

/**
 * Pulls what is unlike skin at the face's border to the nearest color that is still skin: it would be continued for
 * centimetres, and no edge is left where the photo ends.
 */
function calmed(band: Band, tone: SkinTone, doubts: Float32Array): Band {
  const values = band.values.slice();
  for (let v = 0; v < band.trust.length; v++) {
    if (band.trust[v] === 0 || doubts[v] === 0) continue;
    const share = doubts[v] * (1 - Math.min(1, STILL_SKIN / colorDistance(tone, band.values, v)));
    for (let k = 0; k < 3; k++) values[3 * v + k] -= share * (values[3 * v + k] - tone.color[k]);
  }
  return { values, trust: band.trust };
}

/** Where a source knows nothing its smooth band is the result's, so that its fine band never refers to nothing. */
export function filled(band: Band, smooth: Float32Array): Float32Array {
  return band.values.map((value, i) => (band.trust[Math.floor(i / 3)] > 0 ? value : smooth[i]));
}
