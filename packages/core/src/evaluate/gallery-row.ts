import type { Head } from '../asset/head.ts';
import { headSurfaces, UNLIT } from '../asset/head-surfaces.ts';
import { backdrop, clay, cropPhoto, headViewport, over, strip, turnedCamera } from '../asset/photo-tiles.ts';
import type { PhotoParameters } from '../fit/parameters.ts';
import type { Image } from '../image/image.ts';
import type { Camera } from '../render/camera.ts';
import type { Light } from '../render/light.ts';
import { type PreviewOptions, type PreviewSurface, renderPreview } from '../render/preview.ts';
import type { ShapeModel } from '../shape/model.ts';

/** The columns of a gallery, in their order (paper Fig. 1 and 3). */
export const GALLERY_COLUMNS = ['photo', 'textured', 'geometry', 'albedo', 'turned'] as const;

/**
 * Draws one row of a gallery: photo | textured | geometry | albedo | turned. The head alone, never the photo behind it.
 *
 * @param head With the photo's expression.
 * @param pose Camera of the photo.
 * @param light What the textured columns are lit with.
 * @param more Further tiles, `[tile, tile]` each, such as other methods' heads.
 * @param tile Side of a tile, pixels.
 */
export function galleryRow(
  photo: Image,
  head: Head,
  pose: PhotoParameters,
  light: Light,
  model: ShapeModel,
  more: readonly Image[] = [],
  tile = 320,
): Image {
  const { camera } = pose;
  const viewport = headViewport(head, camera, model, tile);
  const surfaces = headSurfaces(head);
  const draw = (what: readonly PreviewSurface[], how: Partial<PreviewOptions> = {}): Image =>
    over(renderPreview(what, { camera, viewport, light, ...how }), backdrop(tile));
  const side = turnedCamera(camera, Math.PI / 5);
  return strip(tile, [
    cropPhoto(photo, viewport),
    draw(surfaces),
    draw(clay(surfaces), { light: undefined }),
    draw(surfaces, { light: UNLIT }),
    draw(surfaces, { camera: side, viewport: headViewport(head, side, model, tile) }),
    ...more,
  ]);
}

/** The window of the photo that shows the head, `[tile, tile]`. */
export function photoTile(photo: Image, head: Head, camera: Camera, model: ShapeModel, tile: number): Image {
  return cropPhoto(photo, headViewport(head, camera, model, tile));
}

/** The head alone in the same window; without light it shows its albedo. */
export function headTile(
  head: Head,
  camera: Camera,
  light: Light | 'none',
  model: ShapeModel,
  tile: number,
): Image {
  const viewport = headViewport(head, camera, model, tile);
  const lit = light === 'none' ? UNLIT : light;
  return over(renderPreview(headSurfaces(head), { camera, viewport, light: lit }), backdrop(tile));
}
