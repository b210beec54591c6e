import { edgeDistance, orderRing, vertexNeighbors } from '../../mesh/topology.ts';
import { type SplitRing, splitRing } from './ring-chains.ts';
import { skinRings, type Template } from './template.ts';

/** How a slit is closed. */
export interface SealRule {
  /** The rim of the slit: lid rim or mouth seam (cage vertices). */
  readonly rim: readonly number[];
  /** Part of the way that the upper side goes; the lower one goes the rest. */
  readonly upperShare: number;
  /** How far both sides overlap in the end, millimetres. */
  readonly overlap: number;
  /** Refined edges from the rim over which the whole displacement holds, and over which it has faded out. */
  readonly near: number;
  readonly far: number;
}

// Cage rings whose silhouettes meet when lids or lips are closed.
const EDGE_RINGS = [1, 2, 3];
const OUTERMOST_RING = 4;
const COLUMNS = 48;

/**
 * The displacement that closes what is left open between lids or lips, seen from the front: per column, the lowest point of
 * the upper edge comes down and the highest of the lower edge comes up until they meet. Never opens anything.
 *
 * @param neutral Positions at rest, `[V, 3]`: tell the upper side from the lower one.
 * @param moved Positions to be closed, `[V, 3]`.
 * @returns `[V, 3]`, millimetres; only y differs from zero.
 */
export function sealSlit(
  template: Template,
  neutral: ArrayLike<number>,
  moved: ArrayLike<number>,
  rule: SealRule,
): Float64Array {
  const cageNeighbors = vertexNeighbors(template.cage.quads, template.source.length);
  const rings = skinRings(template, rule.rim, OUTERMOST_RING + 1).map((ring) =>
    splitRing(orderRing(ring, cageNeighbors), neutral),
  );
  const left = Math.min(...rings[2].upper.vertices.map((v) => moved[3 * v]));
  const width = Math.max(...rings[2].upper.vertices.map((v) => moved[3 * v])) - left;
  const gap = columnGaps(rings, moved, left, width, rule.overlap);

  const neighbors = vertexNeighbors(template.quads, template.vertexCount);
  const sides = upperSide(rings, neighbors);
  const distance = edgeDistance(neighbors, rule.rim);
  const field = new Float64Array(template.vertexCount * 3);
  for (let v = 0; v < template.vertexCount; v++) {
    const place = ((moved[3 * v] - left) / width) * COLUMNS;
    if (distance[v] < 0 || distance[v] >= rule.far || place <= 0 || place >= COLUMNS) continue;
    const fade = Math.min(1, (rule.far - distance[v]) / (rule.far - rule.near));
    const at = Math.floor(place);
    const open = gap[at] + (place - at) * (gap[at + 1] - gap[at]);
    const share = sides[v] > 0 ? -rule.upperShare : 1 - rule.upperShare;
    field[3 * v + 1] = fade * fade * (3 - 2 * fade) * open * share;
  }
  return field;
}

/** How far each column is open, with the wanted overlap, smooth along the slit and zero at its corners. */
function columnGaps(
  rings: readonly SplitRing[],
  moved: ArrayLike<number>,
  left: number,
  width: number,
  overlap: number,
): Float64Array {
  const open = Float64Array.from({ length: COLUMNS + 1 }, (_, c) => {
    const x = left + (c / COLUMNS) * width;
    const heights = (side: 'upper' | 'lower'): number[] =>
      EDGE_RINGS.map((k) => heightAt(rings[k][side].vertices, moved, x)).filter((y) => y !== undefined);
    const gap = Math.min(...heights('upper')) - Math.max(...heights('lower')) + overlap;
    return Number.isFinite(gap) ? Math.max(0, gap) : 0;
  });
  // The widest of the neighbourhood, so that smoothing opens no column again.
  let smooth = open.map((_, c) => Math.max(...open.subarray(Math.max(0, c - 3), c + 4)));
  for (let round = 0; round < 3; round++) {
    smooth = smooth.map((own, c) => (own + (smooth[c - 1] ?? own) + (smooth[c + 1] ?? own)) / 3);
  }
  return smooth.map((value, c) => value * Math.min(1, Math.min(c, COLUMNS - c) / (0.05 * COLUMNS)));
}

/** 1 for vertices nearer (along edges) to the upper chains, -1 for the lower ones. */
function upperSide(rings: readonly SplitRing[], neighbors: readonly (readonly number[])[]): Int8Array {
  const inner = (side: 'upper' | 'lower'): number[] =>
    rings.flatMap((ring) => ring[side].vertices.slice(1, -1));
  const [up, down] = [inner('upper'), inner('lower')].map((seeds) => edgeDistance(neighbors, seeds));
  return Int8Array.from(up, (d, v) => (d <= down[v] ? 1 : -1));
}

/** Height of a chain of vertices at x: linear between the two that are next to it. */
function heightAt(chain: readonly number[], positions: ArrayLike<number>, x: number): number | undefined {
  const sorted = chain
    .map((v) => ({ x: positions[3 * v], y: positions[3 * v + 1] }))
    .sort((a, b) => a.x - b.x);
  for (let i = 1; i < sorted.length; i++) {
    const [a, b] = [sorted[i - 1], sorted[i]];
    if (a.x <= x && x <= b.x) return a.y + (b.x > a.x ? (x - a.x) / (b.x - a.x) : 0) * (b.y - a.y);
  }
  return undefined;
}
