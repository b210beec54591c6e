import { GanfitError } from '@ganfit/core/error';
import { embedFace, faceSize, type Observation, observe, SMALLEST_FACE } from '@ganfit/core/networks';
import { decodePhoto, imageDataOf, type Kit, type Photo } from '@ganfit/web';
import type { Look, NamedFile } from '../protocol.ts';
import type { Answer } from './session.ts';

/** A photo that was looked at. */
export interface KnownPhoto {
  readonly name: string;
  readonly observations: readonly Observation[];
}

/** The picture that is sent to the page is not larger than this, pixels. */
const PICTURE_SIDE = 1600;

/**
 * Decodes a photo and finds the faces in it.
 *
 * @throws GanfitError as `decodePhoto`; a photo without a face is no error here, the page says it beside the photo.
 */
export async function lookAt(
  { name, content }: NamedFile,
  kit: Kit,
): Promise<{ known: KnownPhoto; answer: Answer<Look> }> {
  const photo = await decodePhoto(content, name);
  const observations = await observe(photo.image, kit.networks, photo);
  let pace = 0;
  if (observations.length > 0) {
    pace = await paceOf(kit, photo, observations[0]);
  }
  const { width, height } = photo.image;
  const picture = await screenPicture(photo, name);
  const faces = observations.map(({ box, landmarks, embedding }) => ({
    box: { x: box.x, y: box.y, width: box.width, height: box.height },
    landmarks,
    embedding: normalized(embedding),
    isTooSmall: faceSize(box) < SMALLEST_FACE,
  }));
  return {
    known: { name, observations },
    answer: { result: { picture, width, height, faces, pace }, transfer: [picture] },
  };
}

/** Best of three: other programs disturb single ones. */
async function paceOf({ networks }: Kit, { image }: Photo, { landmarks }: Observation): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await embedFace(networks, image, landmarks);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

async function screenPicture({ image }: Photo, name: string): Promise<ImageBitmap> {
  const scale = Math.min(1, PICTURE_SIDE / Math.max(image.width, image.height));
  try {
    return await createImageBitmap(imageDataOf(image), {
      resizeWidth: Math.max(1, Math.round(image.width * scale)),
      resizeHeight: Math.max(1, Math.round(image.height * scale)),
      resizeQuality: 'high',
    });
  } catch (cause) {
    throw new GanfitError(
      'runtime',
      `photo: ${name} needs more memory than this browser gives. Make it smaller.`,
      {
        cause,
      },
    );
  }
}

function normalized(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
