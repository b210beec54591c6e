import { faceHull } from '../asset/face-hull.ts';
import type { Head } from '../asset/head.ts';
import { headSurfaces } from '../asset/head-surfaces.ts';
import { cropPhoto, headViewport } from '../asset/photo-tiles.ts';
import type { PhotoParameters } from '../fit/parameters.ts';
import type { Image } from '../image/image.ts';
import { projectPoints } from '../render/camera.ts';
import type { Light } from '../render/light.ts';
import { renderPreview } from '../render/preview.ts';
import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';

/**
 * Mean absolute difference of a head and its photo, sRGB in [0, 1], over pixels that the head covers inside the outline of
 * the face (paper Eq. 10, measured).
 *
 * @param head With the photo's expression.
 * @param light What the head is lit with.
 * @param size Pixels across and down the comparison.
 */
export function pixelError(
  photo: Image,
  head: Head,
  pose: PhotoParameters,
  light: Light,
  model: ShapeModel,
  size = 256,
): number {
  const { camera } = pose;
  const viewport = headViewport(head, camera, model, size);
  const drawing = renderPreview(headSurfaces(head), { camera, viewport, light });
  const crop = cropPhoto(photo, viewport);
  const { vertices, triangles } = head.parts[0].mesh;
  const { depth } = faceHull(
    projectPoints(camera, surfacePoints(vertices, triangles, model.landmarks), viewport),
  );
  let [sum, count] = [0, 0];
  for (let i = 0; i < size * size; i++) {
    if (drawing.data[4 * i + 3] < 255) continue;
    if (depth((i % size) + 0.5, Math.floor(i / size) + 0.5) < 0) continue;
    for (let c = 0; c < 3; c++) sum += Math.abs(drawing.data[4 * i + c] - crop.data[3 * i + c]) / 255;
    count += 3;
  }
  return count > 0 ? sum / count : Number.NaN;
}
