/**
 * Room `render`: camera, light, and the picture of a mesh. Vertices, colours, camera and light go in, an image comes out:
 * as plain numbers (`renderPreview`) or as traced tensors that carry gradients (`traceRender`). It will never run a session.
 */

export { inputSilhouettes, silhouetteFeeds, type TracedSilhouettes } from './antialias.ts';
export {
  type Camera,
  cameraFromPose,
  cameraPose,
  type Pose,
  projectPoints,
  projectVertices,
  scaleCamera,
} from './camera.ts';
export {
  type HarmonicLight,
  type Light,
  type PhongLight,
  plainShader,
  SPECULAR_DEFAULTS,
  type Specular,
} from './light.ts';
export { type PreviewOptions, type PreviewSurface, renderPreview } from './preview.ts';
export { constantLight, type TracedLight } from './shade.ts';
export {
  findSilhouettes,
  type SilhouettePairs,
  silhouetteCapacity,
  triangleNeighbors,
} from './silhouette.ts';
export { traceSrgbDecoding, traceSrgbEncoding } from './srgb.ts';
export { traceTexture, traceVertexColors } from './texture-lookup.ts';
export {
  cameraFromVector,
  cameraVector,
  type TracedCamera,
  traceCamera,
  traceProjection,
  windowVector,
} from './trace-camera.ts';
export {
  type TracedAlbedo,
  type TracedPicture,
  type TracedScene,
  traceRender,
  traceTriangleMask,
  traceVertexNormals,
} from './trace-render.ts';
export { squareViewport, type Viewport, wholeViewport } from './viewport.ts';
