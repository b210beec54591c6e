/**
 * Room `render`: camera, light, and the picture of a mesh. Vertices, colours, camera and light go in, an image comes out:
 * as plain numbers (`renderPreview`) or as traced tensors that carry gradients. It will never run a session.
 */

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
export { squareViewport, type Viewport, wholeViewport } from './viewport.ts';
