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
  /** Features to a few numbers of variance one, `[r, F]` in steps, and the size of a step, `[r]`. */
  readonly steps: Int16Array;
  readonly stepSize: Float32Array;
  /** Added to them, `[r]`. */
  readonly bias: Float32Array;
  /** From them to coefficients, `[ns, r]`, and what is added, `[ns]`. */
  readonly basis: Float32Array;
  readonly offset: Float32Array;
  /** 1 for modes that are their own mirror image, -1 for those that are its opposite, `[ns]`. */
  readonly parity: Float32Array;
  /**
   * Covariance of the true coefficients about the regressed ones, `[ns, ns]`; tighter than the truth in what moves the surface along its
   * normals, where landmarks would only disturb (`train.py`, --hold).
   */
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

/** Photos that show something else than a usual face (a hand, closed eyes under a studio lamp …), and how much wider they scatter. */
const UNUSUAL = { share: 0.05, spread: 1.5 };

/**
 * What the photos say about the shape before any landmark is fitted: the posterior that becomes the fit's prior.
 *
 * Photos far from all that it learnt from count less: a mixture of the answer and N(0, I), by its first two moments.
 *
 * @param observations Photos of one person; their answers are averaged, and the covariance shrinks to what they share.
 * @returns `undefined` when no observation carries what the regressor looks at.
 */
export function regressShape(
  regressor: ShapeRegressor,
  observations: readonly Observation[],
  points: AlignmentPoints,
): ShapePrior | undefined {
  const count = regressor.offset.length;
  if (count !== points.identityCount) return undefined;
  const answers = observations.flatMap((observation) => answerOf(regressor, observation, points) ?? []);
  const trusts = answers.map(({ trust }) => trust);
  const total = trusts.reduce((sum, trust) => sum + trust, 0);
  if (answers.length === 0) return undefined;
  const found = new Float32Array(count);
  for (const { coefficients, trust } of answers) {
    coefficients.forEach((value, k) => {
      found[k] += (trust / total) * value;
    });
  }
  // One good photo is enough, so the best of them says how far the answer is trusted.
  const trust = Math.max(...trusts);
  const photos = total ** 2 / trusts.reduce((sum, value) => sum + value * value, 0);
  const left = regressor.common + (1 - regressor.common) / photos;
  const covariance = regressor.covariance.map((value, at) => {
    const [i, j] = [Math.floor(at / count), at % count];
    const open = (i === j ? 1 : 0) + trust * found[i] * found[j];
    return trust * left * value + (1 - trust) * open;
  });
  const prior = shapePrior(
    found.map((value) => trust * value),
    covariance,
  );
  return { ...prior, trust };
}

/** Answer to one photo, and the probability that the photo is of the kind that the regressor knows. */
function answerOf(regressor: ShapeRegressor, observation: Observation, points: AlignmentPoints) {
  const features = shapeFeatures(observation, points);
  if (!features) return undefined;
  const own = innerOf(regressor, features);
  const other = mirroredFeatures(observation, points);
  const opposite = other && innerOf(regressor, other);
  const squares = [own, ...(opposite ? [opposite] : [])].map((inner) =>
    inner.reduce((sum, value) => sum + value * value, 0),
  );
  const distance = squares.reduce((sum, value) => sum + value, 0) / squares.length;
  const { share, spread } = UNUSUAL;
  const odds = share * spread ** -own.length * Math.exp((distance / 2) * (1 - 1 / spread ** 2));
  const [first, second] = [own, opposite ?? own].map((inner) => coefficientsOf(regressor, inner));
  const coefficients = first.map((value, k) =>
    opposite ? (value + regressor.parity[k] * second[k]) / 2 : value,
  );
  return { coefficients, trust: Math.max(1 / (1 + odds), 1e-6) };
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

/** The few numbers, `[r]`: near N(0, I) over the faces that were learnt from. */
function innerOf({ steps, stepSize, bias }: ShapeRegressor, features: Float32Array): Float64Array {
  const inner = new Float64Array(bias.length);
  for (let i = 0; i < inner.length; i++) {
    let sum = 0;
    for (let j = 0, at = i * features.length; j < features.length; j++, at++) sum += steps[at] * features[j];
    inner[i] = bias[i] + stepSize[i] * sum;
  }
  return inner;
}

function coefficientsOf({ basis, offset }: ShapeRegressor, inner: Float64Array): Float32Array {
  return offset.map((value, k) => {
    let sum = value;
    for (let i = 0; i < inner.length; i++) sum += basis[k * inner.length + i] * inner[i];
    return sum;
  });
}
