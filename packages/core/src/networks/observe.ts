import type { Image } from '../image/index.ts';
import { detectFaces } from './detector.ts';
import { findFaceMesh } from './face-mesh.ts';
import { describeFace, type NetworkKit } from './kit.ts';
import { findLandmarks } from './landmarker.ts';
import type { Observation } from './observation.ts';
import { shapeCode } from './shape-code.ts';

/**
 * What the networks see in a photo: one record for each face, from left to right. `chooseFace` takes one of them and
 * complains when there is none.
 *
 * @param image The upright photo.
 * @param options `focal`: focal length in pixels of `image`, if the photo says it; `smallest`: size of the smallest face worth finding, pixels,
 *   as `detectFaces` takes it.
 */
export async function observe(
  image: Image,
  kit: NetworkKit,
  options: { readonly focal?: number; readonly smallest?: number } = {},
): Promise<Observation[]> {
  const boxes = await detectFaces(kit.detector, image, options.smallest);
  boxes.sort((a, b) => a.x + a.width / 2 - (b.x + b.width / 2));
  const observations: Observation[] = [];
  for (const [face, box] of boxes.entries()) {
    const landmarks = await findLandmarks(kit.landmarker, image, box);
    const mesh = kit.mesh && (await findFaceMesh(kit.mesh, image, landmarks));
    const { embedding, pattern } = await describeFace(kit, image, landmarks);
    const mirrored = await describeFace(kit, image, landmarks, true);
    const code = kit.shape && (await shapeCode(kit.shape, image, landmarks));
    observations.push({
      image,
      face,
      box,
      landmarks,
      // Where the network doubts that there is a face, its points are worth nothing.
      ...(mesh && mesh.score > 0.5 && { mesh: mesh.points }),
      embedding,
      pattern,
      ...(code && { shapeCode: code.own }),
      mirrored: { ...mirrored, ...(code && { shapeCode: code.mirrored }) },
      focal: options.focal,
    });
  }
  return observations;
}
