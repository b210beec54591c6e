/**
 * Room `shape`: 3D morphable models of heads. Coefficients go in, vertices come out.
 * It will never look at a picture.
 */

export {
  buildShapeModel,
  type ShapeBuildOptions,
  type ShapeSources,
  type TrainedShape,
} from './build/build-model.ts';
export { evaluateNamed, evaluateShape, namedWeights, surfacePoints } from './evaluate.ts';
export { importIct } from './import-ict.ts';
export type { Basis, ShapeModel, ShapePart, SurfacePoints } from './model.ts';
export { loadShapeModel, readShapeModel, writeShapeModel } from './stored-model.ts';
export { topologyDigest } from './topology-digest.ts';
