import type { Reconstruction } from '@ganfit/core/asset';
import { faceSize, JUDGE_THRESHOLD, type Observation, SMALLEST_FACE } from '@ganfit/core/networks';
import type { Io } from './io.ts';

/** Landmarks that lie further off than this, as a share of the outer-eye distance, mean that the fit went wrong. */
const LARGE_ERROR = 0.06;

/** Beyond this the head is somewhere else than the face. */
const HOPELESS = 0.15;

/** Cosine of strangers, but for one in fifty; fits of faces that lie on their side end here with fine landmarks. */
const STRANGER = 0.2;

/** Root mean squares of coefficients beyond these, in standard deviations, are no people: fits of photos stay below 0.9. */
const NO_PERSON = { shape: 1.8, expression: 2.2 } as const;

/** Why a result is not to be used; nothing when it may be. */
export function failureOf({
  landmarkError,
  cosine,
  parameters,
}: Pick<Reconstruction, 'landmarkError' | 'cosine' | 'parameters'>): string | undefined {
  // Also when it is no number.
  if (!(landmarkError <= HOPELESS)) {
    return `The fit failed: the landmarks of the head lie ${percent(landmarkError)} of the eyes' distance off the photo's.`;
  }
  const shape = rootMeanSquare(parameters.identity);
  if (!(shape <= NO_PERSON.shape)) return strange('shape', shape);
  const expression = Math.max(...parameters.photos.map((photo) => rootMeanSquare(photo.expression)));
  if (!(expression <= NO_PERSON.expression)) return strange('expression', expression);
  if (cosine >= STRANGER) return undefined;
  return (
    `The fit failed: the head shows nobody of the photo (cosine ${cosine.toFixed(2)}, strangers have less than ` +
    `${STRANGER}). Is the photo upright, and the face seen whole?`
  );
}

function strange(what: string, size: number): string {
  return `The fit failed: the ${what} of the head is ${size.toFixed(1)} standard deviations off the usual, no face has that.`;
}

function rootMeanSquare(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** What each file is for; a texture for everything else. */
const PURPOSES: Readonly<Record<string, string>> = {
  'head.glb': 'the head, with texture and named morph targets',
  'head.obj': 'the head for programs without glTF',
  'head.mtl': 'materials of head.obj',
  'head.ply': 'the head with a colour per vertex',
  'preview.png': 'photo, fit, geometry, turned',
  'face.json': 'every parameter of the fit',
  'report.json': 'times, losses, likeness',
  'photos.png': 'every photo: fit, geometry, turned',
};

/**
 * Sentences that the user should read: faces that were not taken, and signs of a bad fit.
 *
 * @param asked The face that the user named, if any.
 */
export function resultNotes(
  faces: readonly Observation[],
  chosen: Observation,
  asked: number | undefined,
  result: Pick<Reconstruction, 'landmarkError' | 'judgeDistance'>,
): string[] {
  const notes: string[] = [];
  if (faces.length > 1) {
    const others = faces.filter((face) => face !== chosen).map(placeOf);
    const why = asked === undefined ? 'the largest' : 'as asked';
    notes.push(
      `${faces.length} faces; number ${chosen.face} was fitted, ${why}. The others: ${others.join(', ')}. Choose with --face.`,
    );
  }
  const size = faceSize(chosen.box);
  if (size < SMALLEST_FACE) {
    notes.push(
      `The face is ${Math.floor(size)} pixels high: much of the head is what people usually look like.`,
    );
  }
  if (isGrey(chosen)) notes.push('The photo has no colours, so the skin has none either.');
  const outside = landmarksOutside(chosen);
  if (outside > MOST_OUTSIDE) {
    notes.push(`${outside} of 68 landmarks lie outside of the photo: what it does not show is a guess.`);
  }
  if (result.landmarkError > LARGE_ERROR) {
    notes.push(
      `The landmarks of the head lie ${percent(result.landmarkError)} of the eyes' distance off: look at preview.png before you use it.`,
    );
  }
  if (result.judgeDistance > JUDGE_THRESHOLD) {
    notes.push(
      'The judge does not take the head for the person in the photo: look at preview.png before you use it.',
    );
  }
  return notes;
}

/** More landmarks than these outside of the photo are a face cut off, not a chin at its edge. */
const MOST_OUTSIDE = 8;

function landmarksOutside({ image, landmarks }: Observation): number {
  let count = 0;
  for (let i = 0; i < landmarks.length; i += 2) {
    const [x, y] = [landmarks[i], landmarks[i + 1]];
    if (x < 0 || y < 0 || x > image.width || y > image.height) count++;
  }
  return count;
}

/** Channels of a grey photo differ by no more than what JPEG makes of it, bytes. */
const GREY = 3;

/** Whether the box of the face holds no colour. */
function isGrey({ image, box }: Observation): boolean {
  const { width, height, channels, data } = image;
  if (channels === 1) return true;
  const [left, top] = [Math.max(0, Math.floor(box.x)), Math.max(0, Math.floor(box.y))];
  let seen = false;
  for (let y = top; y < Math.min(height, box.y + box.height); y += 2) {
    for (let x = left; x < Math.min(width, box.x + box.width); x += 2) {
      const at = channels * (y * width + x);
      const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > GREY) return false;
      seen = true;
    }
  }
  return seen;
}

function placeOf({ face, box }: Observation): string {
  return `${face} (${Math.round(faceSize(box))} px, at ${Math.round(box.x)}, ${Math.round(box.y)})`;
}

/** Tells where the files are, what they are and how good the head is. */
export function printResult(
  io: Io,
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  result: Pick<Reconstruction, 'landmarkError' | 'cosine' | 'judgeDistance'>,
  seconds: number,
): void {
  io.print(`${folder}  (${seconds.toFixed(1)} s)`);
  // Textures last: they are for programs, the others for people.
  const order = Object.keys(PURPOSES);
  const rank = (file: string): number => (order.includes(file) ? order.indexOf(file) : order.length);
  const sorted = Object.entries(files).sort(([a], [b]) => rank(a) - rank(b));
  for (const [file, content] of sorted) {
    const purpose = PURPOSES[file] ?? 'texture';
    io.print(`  ${file.padEnd(12)} ${sizeOf(content.length).padStart(8)}  ${purpose}`);
  }
  io.print(`  landmark error ${percent(result.landmarkError)} of the eyes' distance`);
  const verdict = result.judgeDistance <= JUDGE_THRESHOLD ? 'the same person' : 'not the same person';
  io.print(
    `  likeness: cosine ${result.cosine.toFixed(2)}; judge ${result.judgeDistance.toFixed(2)}, ${verdict} ` +
      `(limit ${JUDGE_THRESHOLD})`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function sizeOf(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
