import { GanfitError } from '../error.ts';
import { align } from '../fit/align.ts';
import { alignmentPoints } from '../fit/alignment-points.ts';
import { fit } from '../fit/fit.ts';
import { fitAverage } from '../fit/fit-average.ts';
import type { FitStep } from '../fit/fit-step.ts';
import { LANDMARK_TRUST, noiseOfPhotos } from '../fit/landmark-noise.ts';
import type { FitParameters } from '../fit/parameters.ts';
import { DEFAULT_PRESET, PRESETS, type Preset, type PresetName } from '../fit/presets.ts';
import { projectLandmarks } from '../fit/project-landmarks.ts';
import { regressShape, type ShapeRegressor } from '../fit/shape-regressor.ts';
import type { Image } from '../image/image.ts';
import { cosine, distance } from '../networks/compare.ts';
import { parseFace } from '../networks/face-parser.ts';
import { embedFace, judgeFace, type NetworkKit } from '../networks/kit.ts';
import type { Observation } from '../networks/observation.ts';
import type { Runtime } from '../runtime/index.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { CompletedTexture } from '../texture/complete.ts';
import { imageOfTexture } from '../texture/image-of-texture.ts';
import type { TextureModel } from '../texture/model.ts';
import { assembleHead } from './assemble.ts';
import { faceBackdrop } from './face-backdrop.ts';
import type { Head } from './head.ts';
import { landmarkError } from './landmark-error.ts';
import { renderLikeness } from './likeness.ts';
import { measureEyes } from './measure-eyes.ts';
import { paintParts } from './paint-parts.ts';
import { lookUnder, matchLook, measureLook, naturalWhites, whitesHue } from './photo-look.ts';
import { relativeLight } from './relative-light.ts';
import { averageShade, settleTone } from './settle-tone.ts';
import { finishSkin, modelTexture, personalSkin, skinTexture } from './skin-texture.ts';
import { startParameters } from './start-parameters.ts';
import { unwrapPhotos } from './unwrap-photos.ts';

/** What the chain needs, loaded once. */
export interface ReconstructionKit {
  readonly runtime: Runtime;
  readonly model: ShapeModel;
  readonly networks: NetworkKit;
  /** Reads the shape from what the networks saw; without it the shape model's own prior holds. */
  readonly regressor?: ShapeRegressor;
  /** What skin looks like; without it the skin is what the photo shows and a smooth guess. */
  readonly texture?: TextureModel;
}

/** Options of {@link reconstruct}. */
export interface ReconstructOptions {
  /** How thorough the fit is: a preset's name, or a preset with options of one's own. Default `DEFAULT_PRESET`. */
  readonly preset?: PresetName | Preset;
  /** Several photos: share shape and skin (`joint`, the default), or average them after every iteration (Eq. 13). */
  readonly combine?: 'joint' | 'average';
  /** Every random number comes from it. Default 0. */
  readonly seed?: number;
  /** Base mesh of the head. Default `neutral`. */
  readonly expression?: 'neutral' | 'photo';
  /** Texels across and down the skin. Default: as the preset says. */
  readonly textureSize?: number;
  /**
   * Goes on from an earlier fit of the same photos, as `face.json` holds it: stage A is left out, and so are the steps on the
   * blurred photo where the skin is known.
   */
  readonly start?: FitParameters;
  /** Stops the chain between two steps. */
  readonly signal?: AbortSignal;
}

/** Where the chain stands. */
export interface ReconstructionStep {
  readonly stage: Stage;
  /** Share of this stage that is done, in [0, 1]. */
  readonly fraction: number;
  /** What is known of the head so far; absent until `align` has ended. */
  readonly parameters?: FitParameters;
  /** The iteration that was just done, in stage `fit`. */
  readonly iteration?: FitStep;
  /** All of it, in the last step alone: a `for await` does not see what the generator returns. */
  readonly result?: Reconstruction;
}

/** The stages in their order. */
export const STAGES = ['align', 'fit', 'texture', 'assemble', 'compare'] as const;
export type Stage = (typeof STAGES)[number];

/** One term of the objective. */
export interface LossShare {
  /** Without its weight. */
  readonly value: number;
  /** Part of the weighted sum, in [0, 1]. */
  readonly share: number;
}

/** All that comes out of one face. */
export interface Reconstruction {
  readonly parameters: FitParameters;
  /** Base colours by part, sRGB. */
  readonly textures: Readonly<Record<string, Image>>;
  /** What each texel of the skin rests on, RGB: shares seen in the photo, seen on the other side, and invented. */
  readonly evidence: Image;
  /** The head to be written. */
  readonly head: Head;
  /** The head as the photo shows it, without morph targets. */
  readonly posed: Head;
  /** Wall time of each stage, seconds. */
  readonly seconds: Readonly<Record<Stage, number>>;
  /** Terms of the objective in the last iteration; none when only landmarks were aligned. */
  readonly losses: Readonly<Record<string, LossShare>>;
  /** Mean distance of the inner landmarks, as a share of the outer-eye distance. */
  readonly landmarkError: number;
  /** Photo against render, by the identity network. */
  readonly cosine: number;
  /** Photo against render, by the judge, which no fit ever sees. */
  readonly judgeDistance: number;
}

/**
 * The chain from observed faces of one person to a head: align, fit, texture, assemble, compare.
 *
 * An async generator of steps: who shows progress, saves or stops does it in the `for await`. The last step carries the
 * result, which is also what the generator returns.
 *
 * @param seen One observation per photo of the same person; the texture is merged by confidence.
 * @throws GanfitError `input` without observations, with a start that belongs to other ones or as `parseFace` does; `cancelled` when the
 *   signal fires.
 */
export async function* reconstruct(
  seen: readonly Observation[],
  kit: ReconstructionKit,
  options: ReconstructOptions = {},
): AsyncGenerator<ReconstructionStep, Reconstruction> {
  const { seed = 0, expression = 'neutral', signal } = options;
  const chosen = options.preset ?? DEFAULT_PRESET;
  const preset: Preset = typeof chosen === 'string' ? PRESETS[chosen] : chosen;
  const textureSize = options.textureSize ?? preset.skinSize;
  const { model, networks } = kit;
  const seconds: Record<string, number> = {};
  let stage: Stage | undefined;
  let start = performance.now();
  const enter = (next?: Stage): ReconstructionStep => {
    if (stage) seconds[stage] = (performance.now() - start) / 1000;
    if (signal?.aborted) throw new GanfitError('cancelled', 'reconstruct: the fit was stopped.');
    start = performance.now();
    stage = next;
    return { stage: next ?? 'compare', fraction: next ? 0 : 1 };
  };

  yield enter('align');
  const observations = await withSkin(seen, networks);
  const points = alignmentPoints(model);
  const prior =
    kit.regressor && preset.shapePrior === 'regressed'
      ? regressShape(kit.regressor, observations, points)
      : undefined;
  const noise = noiseOfPhotos(LANDMARK_TRUST[preset.landmarkTrust], observations.length);
  let parameters = options.start
    ? startParameters(options.start, observations, points, kit.texture)
    : align(model, observations, { points, prior, noise }).parameters;

  yield { ...enter('fit'), parameters };
  let losses: Readonly<Record<string, number>> = {};
  const fitKit = { model, runtime: kit.runtime, identity: networks.identity, texture: kit.texture, points };
  const backdrop =
    kit.texture && preset.backdrop === 'head'
      ? faceBackdrop(model, kit.texture, kit.runtime, points)
      : undefined;
  const fitOptions = { preset, prior, seed, signal, backdrop };
  // Averaging lets each photo take its own steps, where its landmarks are the only ones.
  const average = options.combine === 'average' && observations.length > 1;
  const stageB = average
    ? fitAverage(parameters, observations, fitKit, fitOptions)
    : fit(parameters, observations, fitKit, { ...fitOptions, noise });
  for await (const step of stageB) {
    ({ parameters, losses } = step);
    yield { stage: 'fit', fraction: step.progress, parameters, iteration: step };
  }

  yield enter('texture');
  parameters = {
    ...parameters,
    photos: parameters.photos.map((photo, p) => ({
      ...photo,
      eyes: measureEyes(observations[p], parameters, model, points, p),
    })),
  };
  const [observation] = observations;
  const [pose] = parameters.photos;
  const projected = projectLandmarks(points, pose, parameters.identity);
  const unwrapped = unwrapPhotos(observations, parameters, model, points, textureSize);
  yield { stage: 'texture', fraction: 0.3 };
  const latent = parameters.texture;
  const fitted =
    kit.texture && latent ? await modelTexture(kit.texture, latent, kit.runtime, textureSize) : undefined;
  const vertices = evaluateShape(model, parameters.identity, pose.expression);
  let look = measureLook(observation.image, observation.landmarks);
  if (fitted) {
    const shade = averageShade(parameters, model);
    const tone = settleTone(fitted, textureSize, model, shade, whitesHue(observations));
    parameters = { ...parameters, tone };
    personalSkin(fitted, textureSize, model, tone);
    look = lookUnder(look, [shade[0] / tone[0], shade[1] / tone[1], shade[2] / tone[2]]);
  }
  const skin = skinTexture(unwrapped, model, vertices, {
    fitted,
    detail: preset.detail,
    seed,
    expression: pose.expression,
  });
  finishSkin(skin.color, skin.size, model);
  const textures: Record<string, Image> = { skin: imageOfTexture(skin.color, skin.size) };
  // A small skin wants small parts beside it.
  const share = Math.min(1, textureSize / FULL_SKIN);
  paintParts(textures, model, look, share);

  yield enter('assemble');
  const delit = fitted !== undefined && preset.detail === 'none';
  const pictured = (): Head => ({
    ...assembleHead(parameters, model, textures, { expression: 'photo', morphs: false }),
    delit,
  });
  // The eyes are painted, rendered and painted again: only then is it known how lids and light change what was painted.
  const draft = pictured();
  const light = relativeLight(pose.light, draft, pose.camera, model.regions['face']);
  const drawn = renderLikeness(draft, pose.camera, projected, { light });
  const matched = matchLook(look, observation, drawn);
  paintParts(textures, model, fitted ? naturalWhites(matched) : matched, share, /^eye/);
  const head: Head = { ...assembleHead(parameters, model, textures, { expression, detail: true }), delit };
  const posed = pictured();

  yield enter('compare');
  const likeness = renderLikeness(posed, pose.camera, projected, { light });
  const embedding = await embedFace(networks, likeness.image, likeness.landmarks);
  const render = await judgeFace(networks, likeness.image, likeness.landmarks);
  const photo = await judgeFace(networks, observation.image, observation.landmarks);
  const last = enter();
  const result: Reconstruction = {
    parameters,
    textures,
    evidence: evidenceOf(skin),
    head,
    posed,
    seconds: seconds as Record<Stage, number>,
    losses: lossShares(losses, { ...preset.weights }),
    landmarkError: landmarkError(projected, observation.landmarks),
    cosine: cosine(embedding, observation.embedding),
    judgeDistance: distance(render, photo),
  };
  yield { ...last, result };
  return result;
}

/** Photos that have been told apart by hand, or need not be, stay as they are. */
async function withSkin(
  observations: readonly Observation[],
  { parser }: NetworkKit,
): Promise<readonly Observation[]> {
  if (!parser) return observations;
  const parsed: Observation[] = [];
  for (const observation of observations) {
    const { image, landmarks } = observation;
    parsed.push({ ...observation, skin: observation.skin ?? (await parseFace(parser, image, landmarks)) });
  }
  return parsed;
}

/** Texels of a skin whose parts have their full size. */
const FULL_SKIN = 1024;

function evidenceOf({ size, seen, mirrored }: CompletedTexture): Image {
  const data = new Uint8Array(3 * size * size);
  for (let i = 0; i < size * size; i++) {
    const [own, other] = [Math.round(255 * seen[i]), Math.round(255 * mirrored[i])];
    data.set([own, other, Math.max(0, 255 - own - other)], 3 * i);
  }
  return { width: size, height: size, channels: 3, data };
}

function lossShares(
  weighted: Readonly<Record<string, number>>,
  weights: Readonly<Record<string, number>>,
): Record<string, LossShare> {
  const total = Object.values(weighted).reduce((sum, value) => sum + Math.abs(value), 0);
  const shares = Object.entries(weighted).map(([term, value]) => {
    const weight = weights[term] || 1;
    return [term, { value: value / weight, share: total > 0 ? Math.abs(value) / total : 0 }];
  });
  return Object.fromEntries(shares) as Record<string, LossShare>;
}
