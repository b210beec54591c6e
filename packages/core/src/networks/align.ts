import {
  type FloatImage,
  fitSimilarity,
  type Image,
  invertSimilarity,
  type Similarity,
  warp,
} from '../image/index.ts';

/** Where a network wants the eyes, the nose and the corners of the mouth. */
export interface Template {
  /** Pixels across and down the crop. */
  readonly side: number;
  /** Image-left eye, image-right eye, nose, image-left and image-right corner of the mouth, `[5, 2]`, pixels of the crop. */
  readonly points: Float32Array;
}

/** Published templates put pixel centers at whole numbers; ours lie half a pixel further. */
function template(side: number, points: readonly number[]): Template {
  return { side, points: Float32Array.from(points, (value) => value + 0.5) };
}

/** The 112-pixel crop of ArcFace and MobileFaceNet (InsightFace, `face_align`). */
export const ARCFACE_112 = template(
  112,
  [38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041],
);

/** The 128-pixel crop of the shape network: ArcFace's template drawn at 0.95, so that it shows the whole head. */
export const SHAPE_128: Template = {
  side: 128,
  points: ARCFACE_112.points.map((value, i) => 0.95 * (value - 56) + 64 - (i % 2 ? 2 : 0)),
};

/** The 150-pixel chip of dlib's face recognition with padding 0.25, from dlib's mean face. */
export const DLIB_150 = template(
  150,
  [47.549, 46.599, 100.476, 46.599, 74.013, 76.563, 50.415, 103.023, 97.61, 103.023],
);

/**
 * The five points by which faces are aligned: the means of the eyes' outlines, the nose tip, the corners of the mouth.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`.
 * @returns `[5, 2]`.
 */
export function fivePoints(landmarks: Float32Array): Float32Array {
  const five = new Float32Array(10);
  for (let eye = 0; eye < 2; eye++) {
    for (let i = 0; i < 6; i++) {
      five[2 * eye] += landmarks[2 * (36 + 6 * eye + i)] / 6;
      five[2 * eye + 1] += landmarks[2 * (36 + 6 * eye + i) + 1] / 6;
    }
  }
  [30, 48, 54].forEach((index, i) => {
    five.set(landmarks.subarray(2 * index, 2 * index + 2), 4 + 2 * i);
  });
  return five;
}

/**
 * How a crop lies in the photo: the similarity from crop to photo whose inverse brings the five points nearest to the
 * template. A rendered face is cropped by the same rule with its projected landmarks.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`, pixels of the photo.
 */
export function alignment(landmarks: Float32Array, { points }: Template): Similarity {
  return invertSimilarity(fitSimilarity(fivePoints(landmarks), points));
}

/**
 * Cuts a face out as a network wants it.
 *
 * @returns `side * side` pixels, sRGB in [0, 1], black beyond the photo's edge.
 */
export function alignedCrop(image: Image, landmarks: Float32Array, template: Template): FloatImage {
  return warp(image, alignment(landmarks, template), template.side, template.side);
}
