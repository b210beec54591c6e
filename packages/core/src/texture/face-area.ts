import type { ShapeModel } from '../shape/model.ts';
import { distanceFrom, type SurfaceGraph } from './surface-graph.ts';

/** Where a photo of the face may be trusted to show skin of the face. */
export interface FaceArea {
  /** 1 well inside the face, falling to 0 at its outer border and inside mouth, nostrils and eyes, `[S]`. */
  readonly weights: Float32Array;
  /** Distance to the outer border (hairline, ears, jaw), `[S]`, millimetres, 0 outside, at most 60. */
  readonly depths: Float32Array;
}

/** Over how many millimetres the photo fades out at the border of the face. */
const FADE = 18;

/**
 * Softens the `face` region of a model: hair, ears and the jaw's silhouette are near its outer border.
 *
 * @param model Its `regions.face` is read, weights above half count as face.
 * @param graph Links of the skin's S vertices.
 */
export function faceArea(model: ShapeModel, graph: SurfaceGraph): FaceArea {
  const face = model.regions['face'];
  const outer = largestComponent(graph, (v) => face[v] < 128);
  const depths = distanceFrom(graph, (v) => outer[v] === 1, 60);
  const weights = Float32Array.from(depths, (depth, v) => {
    const inside = face[v] < 128 ? 0 : face[v] / 255;
    return inside * smoothstep(0, FADE, depth);
  });
  return { weights, depths };
}

/** The Hermite step: 0 below `from`, 1 above `to`, smooth between (`from` may be the larger one). */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(Math.max((x - from) / (to - from), 0), 1);
  return t * t * (3 - 2 * t);
}

/** Marks the largest connected set of vertices that hold to a condition. */
function largestComponent(graph: SurfaceGraph, holds: (vertex: number) => boolean): Uint8Array {
  const component = new Int32Array(graph.vertexCount).fill(-1);
  let [best, bestCount] = [-1, 0];
  for (let seed = 0; seed < graph.vertexCount; seed++) {
    if (component[seed] >= 0 || !holds(seed)) continue;
    const stack = [seed];
    component[seed] = seed;
    let count = 0;
    for (let v = stack.pop(); v !== undefined; v = stack.pop()) {
      count++;
      for (let e = graph.starts[v]; e < graph.starts[v + 1]; e++) {
        const neighbor = graph.neighbors[e];
        if (component[neighbor] >= 0 || !holds(neighbor)) continue;
        component[neighbor] = seed;
        stack.push(neighbor);
      }
    }
    if (count > bestCount) [best, bestCount] = [seed, count];
  }
  return Uint8Array.from(component, (c) => (c >= 0 && c === best ? 1 : 0));
}
