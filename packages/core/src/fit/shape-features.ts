import type { Observation } from '../networks/observation.ts';
import type { AlignmentPoints } from './alignment-points.ts';
import { initialPose } from './initial-pose.ts';

/** A point inside the head behind the nose, millimetres: about it the landmarks are measured. */
const MIDDLE = [0, 2.446, 57.347];

/** Where each kind of feature lies in the vector. */
export const SHAPE_FEATURES = { pattern: 6272, embedding: 512, landmarks: 136, pose: 6, code: 256 } as const;
export const SHAPE_FEATURE_COUNT = 7182;

/**
 * What a regressor of the shape looks at: the identity network's inner values and its embedding (scaled to unit variance), the
 * landmarks in millimetres on a mean head in the same pose, levelled, the pose, and what the shape network says.
 *
 * @param points Of the shape model whose coefficients are to be found.
 * @returns `[7182]`, or `undefined` when the observation lacks what one of the networks says.
 */
export function shapeFeatures(
  {
    pattern,
    embedding,
    landmarks,
    shapeCode,
  }: Pick<Observation, 'pattern' | 'embedding' | 'landmarks' | 'shapeCode'>,
  points: AlignmentPoints,
): Float32Array | undefined {
  const sizes = SHAPE_FEATURES;
  if (pattern?.length !== sizes.pattern || embedding.length !== sizes.embedding) return undefined;
  if (shapeCode?.length !== sizes.code) return undefined;
  const out = new Float32Array(SHAPE_FEATURE_COUNT);
  out.set(pattern);
  const length = Math.hypot(...embedding) || 1;
  const gain = Math.sqrt(sizes.embedding) / length;
  out.set(
    embedding.map((value) => gain * value),
    sizes.pattern,
  );
  const { rotation: r, translation } = initialPose(points.mean.subarray(0, 3 * 51), landmarks.subarray(34), {
    focal: 1,
    width: 0,
    height: 0,
  });
  const scale = -1 / translation[2];
  const along = (row: number) =>
    scale * (r[row] * MIDDLE[0] + r[row + 1] * MIDDLE[1] + r[row + 2] * MIDDLE[2] + translation[row / 3]);
  const [x0, y0] = [along(0), -along(3)];
  const roll = Math.atan2(r[1], r[4]);
  const [c, s] = [Math.cos(roll), Math.sin(roll)];
  let at = sizes.pattern + sizes.embedding;
  for (let i = 0; i < 68; i++) {
    const [dx, dy] = [landmarks[2 * i] - x0, landmarks[2 * i + 1] - y0];
    out[at++] = (c * dx + s * dy) / scale;
    out[at++] = (-s * dx + c * dy) / scale;
  }
  // The way out of the face, in the picture with the roll taken out.
  const [fx, fy] = [c * r[2] - s * r[5], s * r[2] + c * r[5]];
  const yaw = Math.atan2(fx, r[8]);
  const pitch = Math.asin(Math.min(Math.max(fy, -1), 1));
  out.set([yaw, pitch, yaw * yaw, pitch * pitch, yaw * pitch, Math.abs(yaw)], at);
  out.set(shapeCode, at + sizes.pose);
  return out;
}
