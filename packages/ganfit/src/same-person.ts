import { cosine, type Observation } from '@ganfit/core/networks';

/** A cosine below this means somebody else; photos of one person are far above, of two people around zero. */
const SOMEBODY_ELSE = 0.25;
/** … and so does less than this share of what the others reach. */
const FAR_BELOW = 0.4;

/** Which photos show the same person. */
export interface SamePerson {
  /** Of every photo to the one that is most like the others; 1 for that one. */
  readonly cosines: readonly number[];
  /** The photo that is most like the others. */
  readonly middle: number;
  /** Photos that show somebody else. */
  readonly strangers: readonly number[];
}

/**
 * Tells photos of somebody else from those of the person that most of them show.
 *
 * @param embeddings One per photo, of the identity network.
 */
export function findStrangers(embeddings: readonly ArrayLike<number>[]): SamePerson {
  const table = embeddings.map((a) => embeddings.map((b) => cosine(a, b)));
  const typical = table.map((row, i) => medianOf(row.filter((_, j) => j !== i)));
  // Of two equally good ones the first: people name their best photo first.
  const middle = typical.reduce((best, value, i) => (value > typical[best] + 1e-6 ? i : best), 0);
  const cosines = table[middle];
  const usual = medianOf(cosines.filter((value, i) => i !== middle && value >= SOMEBODY_ELSE));
  const bound = Number.isNaN(usual) ? SOMEBODY_ELSE : Math.max(SOMEBODY_ELSE, FAR_BELOW * usual);
  const strangers = cosines.flatMap((value, i) => (i !== middle && value < bound ? [i] : []));
  return { cosines, middle, strangers };
}

/**
 * Chooses one face in every photo: the one asked for; else, where a photo shows several, the one most like the others'.
 *
 * @param photos All faces of every photo, left to right; none is empty.
 * @param largest The face to take when there is only one photo, or nothing to compare with.
 */
export function chooseFaces(
  photos: readonly (readonly Observation[])[],
  largest: (faces: readonly Observation[]) => Observation,
): Observation[] {
  // Photos with one face say who it is; without any, the largest of the first does.
  const certain = photos.filter((faces) => faces.length === 1).map(([face]) => face);
  const known = certain.length > 0 ? certain : [largest(photos[0])];
  return photos.map((faces) => {
    if (faces.length === 1) return faces[0];
    const likeness = (face: Observation): number =>
      medianOf(known.map((other) => cosine(face.embedding, other.embedding)));
    const best = faces.reduce((a, b) => (likeness(b) > likeness(a) ? b : a));
    return likeness(best) >= SOMEBODY_ELSE ? best : largest(faces);
  });
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
