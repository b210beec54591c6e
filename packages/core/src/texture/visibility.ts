import { rasterize } from '../mesh/rasterize.ts';
import { type Camera, projectVertices } from '../render/camera.ts';
import type { Viewport } from '../render/viewport.ts';

/** Answers how much of a small disc around a surface point belongs to the surface seen there. */
export interface Visibility {
  /** Pixels of the photo per millimetre at the head's depth. */
  readonly scale: number;
  /**
   * @param x Photo pixels.
   * @param y Photo pixels.
   * @param depth Millimetres along the viewing axis.
   * @param cosine Between the surface normal and the way to the camera.
   * @returns 0 hidden … 1 seen with nothing of another depth nearby.
   */
  share(x: number, y: number, depth: number, cosine: number): number;
}

/** Pixels of the depth buffer across; more would only sharpen a test that is softened anyway. */
const RESOLUTION = 512;
/** How far an occluder's edge may be misplaced by the fit, millimetres. */
const REACH = 2.5;
/** Depth differences below this are the same surface, millimetres. */
const TOLERANCE = 1.5;

/**
 * Renders the depth of a head once, so that any of its points can be asked about.
 *
 * A pixel beside an occluder counts as doubtful on both sides of the edge: in front lies the wrong surface's color, behind
 * it the photo shows what the fit did not expect.
 *
 * @param vertices Of all parts, `[V, 3]`, millimetres.
 * @param triangles Of all parts that may hide something, `[T, 3]`.
 */
export function visibility(camera: Camera, vertices: Float32Array, triangles: Uint32Array): Visibility {
  const whole = projectVertices(camera, vertices);
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  let depthSum = 0;
  for (let i = 0; i < whole.length; i += 3) {
    const x = whole[i] / whole[i + 2];
    const y = whole[i + 1] / whole[i + 2];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    depthSum += whole[i + 2];
  }
  const scale = RESOLUTION / Math.max(right - left, bottom - top, 1);
  const viewport: Viewport = {
    x: left,
    y: top,
    scale,
    width: Math.max(1, Math.ceil((right - left) * scale)),
    height: Math.max(1, Math.ceil((bottom - top) * scale)),
  };
  const { width, height, inverseDepth } = rasterize(
    projectVertices(camera, vertices, viewport),
    triangles,
    viewport.width,
    viewport.height,
    { cull: 'none' },
  );
  const photoScale = camera.focal / (depthSum / (whole.length / 3));
  const reach = Math.max(1, REACH * photoScale * scale);
  const offsets = discOffsets(reach);
  return {
    scale: photoScale,
    share(x, y, depth, cosine) {
      const column = (x - viewport.x) * scale;
      const row = (y - viewport.y) * scale;
      const tangent = Math.min(4, Math.sqrt(1 - Math.min(1, cosine * cosine)) / Math.max(cosine, 0.05));
      let seen = 0;
      for (let i = 0; i < offsets.length; i += 3) {
        const px = Math.floor(column + offsets[i]);
        const py = Math.floor(row + offsets[i + 1]);
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        const inverse = inverseDepth[py * width + px];
        if (inverse === 0) continue;
        // Away from the point its own surface may rise or fall with its slope; one more pixel for the buffer's grid.
        const slack = TOLERANCE + ((offsets[i + 2] + 1) / (photoScale * scale)) * tangent * 1.5;
        if (Math.abs(1 / inverse - depth) < slack) seen++;
      }
      return seen / (offsets.length / 3);
    },
  };
}

/** Points of the disc: right, down and how far from the middle, `[17, 3]`. */
function discOffsets(radius: number): Float64Array {
  const offsets = [0, 0, 0];
  for (const share of [0.5, 1]) {
    for (let k = 0; k < 8; k++) {
      const angle = (Math.PI * (k + share)) / 4;
      offsets.push(radius * share * Math.cos(angle), radius * share * Math.sin(angle), radius * share);
    }
  }
  return Float64Array.from(offsets);
}
