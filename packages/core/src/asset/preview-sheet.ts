import type { PhotoParameters } from '../fit/parameters.ts';
import type { Image } from '../image/image.ts';
import { type PreviewOptions, type PreviewSurface, renderPreview } from '../render/preview.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { Head } from './head.ts';
import { headSurfaces } from './head-surfaces.ts';
import {
  backdrop,
  clay,
  cropPhoto,
  headViewport,
  over,
  strip,
  turnedCamera,
  withinFace,
} from './photo-tiles.ts';
import { relativeLight } from './relative-light.ts';
import { withWetShine } from './wet-shine.ts';

/** How a preview sheet looks. */
export interface PreviewSheetOptions {
  /** Side of one tile, pixels. Default 480. */
  readonly tile?: number;
  /** Turn of the last tile about the vertical axis, radians. Default 30 degrees. */
  readonly turn?: number;
}

/**
 * Draws one strip for people to judge a fit by: photo | textured face over the photo | geometry | textured and turned.
 *
 * @param photo The photo that was fitted.
 * @param head The head with the photo's expression.
 * @param pose Camera and light of the photo.
 * @param model Its landmarks bound what is laid over the photo; its `neck` does not count for the crop.
 * @returns RGB, sRGB.
 */
export function previewSheet(
  photo: Image,
  head: Head,
  pose: PhotoParameters,
  model: ShapeModel,
  options: PreviewSheetOptions = {},
): Image {
  const { tile = 480, turn = Math.PI / 6 } = options;
  const { camera } = pose;
  const viewport = headViewport(head, camera, model, tile);
  const crop = cropPhoto(photo, viewport);
  const light = relativeLight(pose.light, head, camera, model.regions['face']);
  const surfaces = withWetShine(headSurfaces(head), head, light, camera);
  const draw = (what: readonly PreviewSurface[], more: Partial<PreviewOptions> = {}): Image =>
    renderPreview(what, { camera, viewport, light, ...more });
  const side = turnedCamera(camera, turn);
  return strip(tile, [
    crop,
    over(withinFace(draw(surfaces), head, camera, model, viewport), crop),
    over(draw(clay(surfaces), { light: undefined }), backdrop(tile)),
    over(draw(surfaces, { camera: side, viewport: headViewport(head, side, model, tile) }), backdrop(tile)),
  ]);
}
