import type { Head } from '../asset/head.ts';
import { headSurfaces } from '../asset/head-surfaces.ts';
import { type Likeness, likenessViewport } from '../asset/likeness.ts';
import { cropPhoto, over, withinFace } from '../asset/photo-tiles.ts';
import { relativeLight } from '../asset/relative-light.ts';
import { withWetShine } from '../asset/wet-shine.ts';
import type { PhotoParameters } from '../fit/parameters.ts';
import type { Image } from '../image/image.ts';
import { renderPreview } from '../render/preview.ts';
import type { ShapeModel } from '../shape/model.ts';

/**
 * A head laid over the photo it was fitted to, inside the outline of the face: hair, ears and background are the photo's.
 * Networks take such a picture for the person more easily than the head alone, so its figures stand in a column of their own.
 *
 * @param head With the photo's expression.
 * @param landmarks Where its 68 landmarks fall in the photo, `[68, 2]`, pixels.
 * @param size Pixels across and down.
 */
export function renderOverPhoto(
  photo: Image,
  head: Head,
  pose: PhotoParameters,
  landmarks: Float32Array,
  model: ShapeModel,
  size = 320,
): Likeness {
  const viewport = likenessViewport(landmarks, size);
  const { camera } = pose;
  const light = relativeLight(pose.light, head, camera, model.regions['face']);
  const surfaces = withWetShine(headSurfaces(head), head, light, camera);
  const drawing = renderPreview(surfaces, { camera, viewport, light });
  return {
    image: over(withinFace(drawing, head, camera, model, viewport), cropPhoto(photo, viewport)),
    landmarks: landmarks.map((value, i) => (value - (i % 2 ? viewport.y : viewport.x)) * viewport.scale),
  };
}
