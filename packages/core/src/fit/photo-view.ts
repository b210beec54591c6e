import { toPlanes } from '../image/layout.ts';
import { warp } from '../image/warp.ts';
import { landmarkBox } from '../networks/face-box.ts';
import type { Observation } from '../networks/observation.ts';
import { skinAt } from '../networks/skin-mask.ts';
import { projectVertices } from '../render/camera.ts';
import { squareViewport, type Viewport } from '../render/viewport.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { type AppearanceKit, appearanceKit } from './albedo.ts';
import type { FitParameters } from './parameters.ts';

/** The crop of the photo is this much larger than the landmarks' box: forehead and ears fit in. */
const MARGIN = 1.5;

/** What stays the same for one photo during a fit. */
export interface PhotoView {
  readonly observation: Observation;
  readonly viewport: Viewport;
  /** Crop of the photo, sRGB in [0, 1], `[3, size, size]`. */
  readonly photo: Float32Array;
  /** Where the crop lies inside the photo, and on skin as far as that is known, `[1, size, size]`. */
  readonly weights: Float32Array;
  readonly appearance: AppearanceKit;
}

/** Crops a photo around the landmarks to `size` pixels. */
export function photoView(observation: Observation, model: ShapeModel, size: number): PhotoView {
  const { image, landmarks, skin } = observation;
  const shown = skin && skinAt(skin);
  const viewport = squareViewport(landmarkBox(landmarks), size, MARGIN);
  const { x, y, scale } = viewport;
  const crop = warp(image, { a: 1 / scale, b: 0, x0: x, y0: y }, size, size, { border: 'edge' });
  const weights = Float32Array.from({ length: size * size }, (_, i) => {
    const [px, py] = [x + ((i % size) + 0.5) / scale, y + (Math.floor(i / size) + 0.5) / scale];
    return px > 0 && py > 0 && px < image.width && py < image.height ? (shown?.(px, py) ?? 1) : 0;
  });
  return {
    observation,
    viewport,
    photo: toPlanes(crop, { order: 'RGB', mean: 0, divisor: 255 }),
    weights,
    appearance: appearanceKit(model, image, skin),
  };
}

/**
 * Pixels and depth of the skin's vertices in one photo's crop, `[3 S]`.
 *
 * @param offsets Added to the vertices, `[S, 3]`, millimetres.
 */
export function projectSkin(
  model: ShapeModel,
  parameters: FitParameters,
  p: number,
  viewport: Viewport,
  offsets?: Float32Array,
) {
  const { camera, expression } = parameters.photos[p];
  const vertices = evaluateShape(model, parameters.identity, expression);
  const skin = vertices.subarray(0, 3 * model.parts[0].vertexCount);
  return projectVertices(camera, offsets ? skin.map((value, i) => value + offsets[i]) : skin, viewport);
}

/** Pixels of the photo to pixels of the render, `[N, 2]`. */
export function inViewport(places: Float32Array, { x, y, scale }: Viewport): Float32Array {
  return places.map((value, i) => (value - (i % 2 ? y : x)) * scale);
}
