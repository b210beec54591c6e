import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from './face-area.ts';
import { distanceFrom, type SurfaceGraph } from './surface-graph.ts';

/** Which vertices of the skin lie in nostrils and eye sockets, and how dark it is there. */
export interface Cavities {
  /** How far a vertex belongs to a cavity: 0 outside and at the rim … 1 inside, `[S]`. */
  readonly shares: Float32Array;
  /** Logarithm of the color's ratio to lit skin, `[S, 3]`; zero outside. */
  readonly shades: Float32Array;
}

/** Little light gets into a nostril, and what comes out has been reflected by blood-filled skin several times. */
const NOSTRIL = [0.3, 0.14, 0.11].map(Math.log);
/** Behind the lids, where a gap beside the eyeball may show it. */
const SOCKET = [0.72, 0.5, 0.46].map(Math.log);

/** From the rim to full darkness, millimetres. */
const NOSTRIL_DEPTH = 3.5;
const SOCKET_DEPTH = 3;

/**
 * Finds the nostrils and sockets of a model.
 *
 * No photo shows them well, most viewers cast no shadows into them, so their darkness is painted.
 *
 * @param model Its `regions.hidden` is read; without one there are no cavities.
 * @param graph Links of the skin's S vertices.
 * @param darkness Share of the darkness, 0 … 1.
 */
export function cavitiesOf(model: ShapeModel, graph: SurfaceGraph, darkness: number): Cavities {
  const shares = new Float32Array(graph.vertexCount);
  const shades = new Float32Array(3 * graph.vertexCount);
  const hidden = model.regions['hidden'];
  if (!hidden) return { shares, shades };
  const height = heightBelowEyes(model);
  const depths = distanceFrom(graph, (v) => hidden[v] < 128, 2 * NOSTRIL_DEPTH);
  for (let v = 0; v < graph.vertexCount; v++) {
    if (depths[v] === 0) continue;
    const nostril = model.mean[3 * v + 1] < height;
    shares[v] = smoothstep(0, nostril ? NOSTRIL_DEPTH : SOCKET_DEPTH, depths[v]);
    const shade = nostril ? NOSTRIL : SOCKET;
    for (let k = 0; k < 3; k++) shades[3 * v + k] = darkness * shade[k];
  }
  return { shares, shades };
}

/** Halfway between the lower lids and the tip of the nose, millimetres: sockets lie above, nostrils below. */
export function heightBelowEyes({ mean, parts, landmarks }: ShapeModel): number {
  const places = surfacePoints(mean, parts[0].triangles, landmarks);
  return 0.5 * (0.5 * (places[3 * 41 + 1] + places[3 * 46 + 1]) + places[3 * 30 + 1]);
}

/** 1 inside a nostril, 0 outside and at its rim, `[S]`. */
export function nostrilShares(model: ShapeModel, graph: SurfaceGraph): Float32Array {
  const { shares } = cavitiesOf(model, graph, 1);
  // Without hidden places there are no shares, and no landmarks are asked for.
  if (!model.regions['hidden']) return shares;
  const height = heightBelowEyes(model);
  return shares.map((share, v) => (model.mean[3 * v + 1] < height ? share : 0));
}
