import { GanfitError } from '../error.ts';
import { readSafetensors, tensorOf } from '../linalg/safetensors.ts';
import { MIRRORED_POINT } from '../networks/ibug-points.ts';
import type { Observation } from '../networks/observation.ts';
import type { AlignmentPoints } from './alignment-points.ts';
import { SHAPE_FEATURE_COUNT, shapeFeatures } from './shape-features.ts';
import { type ShapePrior, shapePrior } from './shape-prior.ts';

/**
 * A linear map from what the networks saw of a face to its identity coefficients, with the covariance of what it leaves open.
 * Learnt from photos that the renderer made (the idea is MICA's: Zielonka et al. 2022, section 3, with a linear head).
 */
export interface ShapeRegressor {
  /** Features to a few numbers, `[r, F]` in steps, and the size of a step, `[r]`. */
  readonly steps: Int16Array;
  readonly stepSize: Float32Array;
  /** Added to them, `[r]`. */
  readonly bias: Float32Array;
  /** From them to coefficients, `[ns, r]`, and what is added, `[ns]`. */
  readonly basis: Float32Array;
  readonly offset: Float32Array;
  /** 1 for modes that are their own mirror image, -1 for those that are its opposite, `[ns]`. */
  readonly parity: Float32Array;
  /** Covariance of the true coefficients about the regressed ones, `[ns, ns]`. */
  readonly covariance: Float32Array;
  /** Share of the covariance that several photos of one person have in common, 0 to 1. */
  readonly common: number;
  /** SHA-256 of the shape model's file whose coefficients it knows. */
  readonly shapeDigest: string;
}

/**
 * Reads `shape-regressor.safetensors`.
 *
 * @throws GanfitError `format` when the file is damaged or of another kind.
 */
export function loadShapeRegressor(bytes: Uint8Array): ShapeRegressor {
  const file = readSafetensors(bytes);
  const steps = tensorOf(file, 'steps', 'I16');
  const floats = (name: string) => tensorOf(file, name, 'F32');
  const [rank, count] = [steps.shape[0], floats('offset').shape[0]];
  const shapes: readonly [string, readonly number[]][] = [
    ['stepSize', [rank]],
    ['bias', [rank]],
    ['basis', [count, rank]],
    ['parity', [count]],
    ['covariance', [count, count]],
  ];
  const misfit = shapes.find(([name, shape]) => floats(name).shape.join() !== shape.join());
  if (misfit || steps.shape[1] !== SHAPE_FEATURE_COUNT) {
    throw new GanfitError(
      'format',
      `loadShapeRegressor: ${misfit ? `"${misfit[0]}" must be [${misfit[1]}], got [${floats(misfit[0]).shape}]` : `"steps" must have ${SHAPE_FEATURE_COUNT} columns, got ${steps.shape[1]}`}. Train it again.`,
    );
  }
  return {
    steps: steps.data,
    stepSize: floats('stepSize').data,
    bias: floats('bias').data,
    basis: floats('basis').data,
    offset: floats('offset').data,
    parity: floats('parity').data,
    covariance: floats('covariance').data,
    common: Number(file.metadata['common'] ?? 1),
    shapeDigest: file.metadata['shape'] ?? '',
  };
}

/**
 * The landmarks are among the features, so the fit would count them twice; and the landmark network's errors depend on the
 * face, which the regressor knows and the landmarks' likelihood does not. The covariance is therefore taken this many times as
 * small: landmarks and pixels move the shape little, and find pose, expression and light.
 */
export const REGRESSED_SHARE = 0.15;

/**
 * What the photos say about the shape before any landmark is fitted: the posterior that becomes the fit's prior.
 *
 * @param observations Photos of one person; their answers are averaged, and the covariance shrinks to what they share.
 * @param share Factor on the covariance. Default `REGRESSED_SHARE`, 0.15; 1 is the honest posterior of the regressor alone.
 * @returns `undefined` when no observation carries what the regressor looks at.
 */
export function regressShape(
  regressor: ShapeRegressor,
  observations: readonly Observation[],
  points: AlignmentPoints,
  share = REGRESSED_SHARE,
): ShapePrior | undefined {
  const count = regressor.offset.length;
  if (count !== points.identityCount) return undefined;
  const mean = new Float32Array(count);
  let photos = 0;
  for (const observation of observations) {
    const features = shapeFeatures(observation, points);
    if (!features) continue;
    photos++;
    const own = coefficientsOf(regressor, features);
    const other = mirroredFeatures(observation, points);
    const opposite = other && coefficientsOf(regressor, other);
    own.forEach((value, k) => {
      mean[k] += opposite ? (value + regressor.parity[k] * opposite[k]) / 2 : value;
    });
  }
  if (photos === 0) return undefined;
  const left = share * (regressor.common + (1 - regressor.common) / photos);
  return shapePrior(
    mean.map((value) => value / photos),
    regressor.covariance.map((value) => left * value),
  );
}

/** Features of the mirror image: networks are not quite even-handed, and both answers together err less. */
function mirroredFeatures(
  { mirrored, landmarks, image }: Observation,
  points: AlignmentPoints,
): Float32Array | undefined {
  if (!mirrored) return undefined;
  const flipped = new Float32Array(landmarks.length);
  MIRRORED_POINT.forEach((partner, point) => {
    flipped[2 * point] = image.width - landmarks[2 * partner];
    flipped[2 * point + 1] = landmarks[2 * partner + 1];
  });
  return shapeFeatures({ ...mirrored, landmarks: flipped }, points);
}

function coefficientsOf({ steps, stepSize, bias, basis, offset }: ShapeRegressor, features: Float32Array) {
  const rank = bias.length;
  const inner = new Float64Array(rank);
  for (let i = 0; i < rank; i++) {
    let sum = 0;
    for (let j = 0, at = i * features.length; j < features.length; j++, at++) sum += steps[at] * features[j];
    inner[i] = bias[i] + stepSize[i] * sum;
  }
  return offset.map((value, k) => {
    let sum = value;
    for (let i = 0; i < rank; i++) sum += basis[k * rank + i] * inner[i];
    return sum;
  });
}
