import type { ShapeModel } from '../shape/model.ts';
import { type FaceArea, faceArea } from './face-area.ts';
import { type SurfaceGraph, surfaceGraph } from './surface-graph.ts';

/** What unwrapping and completing ask of a model again and again. */
export interface SkinSurface {
  readonly graph: SurfaceGraph;
  readonly area: FaceArea;
}

// Both depend on the model alone.
const cache = new WeakMap<ShapeModel, SkinSurface>();

/** Gives links and face area of a model's mean skin; kept per model. */
export function skinSurface(model: ShapeModel): SkinSurface {
  let surface = cache.get(model);
  if (!surface) {
    const { triangles, vertexCount } = model.parts[0];
    const graph = surfaceGraph(model.mean, triangles, vertexCount);
    surface = { graph, area: faceArea(model, graph) };
    cache.set(model, surface);
  }
  return surface;
}
