import type { Look, NamedFile } from '../protocol.ts';

/** One photo that the visitor brought. */
export interface BroughtPhoto {
  readonly id: number;
  readonly file: NamedFile;
  /** Absent while the networks look at it. */
  look?: Look;
  /** Why it cannot be used. */
  error?: string;
  /** The chosen face, left to right. */
  face?: number;
}

/** Photos whose chosen faces are as unlike as this show different people, probably; cosine. */
const STRANGERS = 0.25;

/** The face that a visitor most likely means: the largest that can be fitted. */
export function likelyFace({ faces }: Look): number | undefined {
  let best: number | undefined;
  faces.forEach(({ box, isTooSmall }, i) => {
    if (isTooSmall) return;
    if (best === undefined || box.width * box.height > faces[best].box.width * faces[best].box.height)
      best = i;
  });
  return best;
}

/** In a further photo: the face that looks most like the one in the first. */
export function sameFace(look: Look, embedding: Float32Array): number | undefined {
  let best: number | undefined;
  look.faces.forEach((face, i) => {
    if (face.isTooSmall) return;
    if (best === undefined || dot(face.embedding, embedding) > dot(look.faces[best].embedding, embedding))
      best = i;
  });
  return best;
}

/** The photos that can be fitted now. */
export function usable(photos: readonly BroughtPhoto[]): BroughtPhoto[] {
  return photos.filter(({ look, face }) => look !== undefined && face !== undefined);
}

/** Whether a photo seems to show somebody else than the first. */
export function isStranger(photo: BroughtPhoto, photos: readonly BroughtPhoto[]): boolean {
  const [first] = usable(photos);
  if (!first || first === photo || photo.face === undefined) return false;
  const embedding = first.look?.faces[first.face as number]?.embedding;
  const own = photo.look?.faces[photo.face]?.embedding;
  return embedding !== undefined && own !== undefined && dot(embedding, own) < STRANGERS;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
