import { basename } from 'node:path';
import { assembleHead, type PlacedHead, type Reconstruction } from '@ganfit/core/asset';
import { skinToneAngle, withFewPixels, withoutColor } from '@ganfit/core/evaluate';
import { type FitParameters, PRESETS, type Preset, type PresetName } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import { chooseFace, faceSize, type Observation, observe } from '@ganfit/core/networks';
import { readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import type { Kit } from '../kit.ts';
import { compare, describe, describeHead, type Likenesses, type Portrait } from './compare-likeness.ts';
import { fitStages } from './fit-stages.ts';
import type { PersonPhoto } from './people-list.ts';

/** What a photo is turned into before it is fitted. */
export const CONDITIONS = ['as it is', 'grey', '30 pixels'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Pixels of the face in a degraded photo. */
const FEW = 30;

/** How people are evaluated. */
export interface EvaluatePeopleOptions {
  readonly preset: PresetName | Preset;
  readonly conditions: readonly Condition[];
  /** Fits from landmarks alone as well; doubles the time. */
  readonly landmarks: boolean;
  /** Keeps the heads of people with several photos, which takes some megabytes each. */
  readonly keep?: boolean;
}

/** One fit of one photo. */
export interface PersonFit {
  readonly photo: PersonPhoto;
  readonly condition: Condition;
  /** Of the photo as it is. */
  readonly real: Portrait;
  /** Of the fitted head. */
  readonly head: Likenesses;
  /** Of the head from landmarks alone, when asked for. */
  readonly aligned?: Likenesses;
  /** Of a head of mean shape in the mean texture of all these people, at this photo's camera. */
  readonly mean?: Likenesses;
  /** Share of the outer-eye distance. */
  readonly landmarkError: number;
  /** Typology angle of the photo as it is, degrees. */
  readonly tone: number;
  readonly seconds: number;
  /** The head itself, where it was asked for. */
  readonly result?: PlacedHead;
}

/** A photo that could not be fitted. */
export interface PersonFailure {
  readonly photo: PersonPhoto;
  readonly condition: Condition;
  readonly reason: string;
}

/**
 * Fits portraits and shows heads and photos to both networks; the tables are made by `peopleTables`.
 *
 * @param onFit Called with each finished fit, for people to look at.
 */
export async function fitPeople(
  photos: readonly PersonPhoto[],
  kit: Kit,
  { preset, conditions, landmarks, keep }: EvaluatePeopleOptions,
  io: Io,
  onFit: (name: string, observation: Observation, result: Reconstruction) => Promise<void>,
): Promise<{ readonly fits: readonly PersonFit[]; readonly failures: readonly PersonFailure[] }> {
  const fits: PersonFit[] = [];
  const failures: PersonFailure[] = [];
  const means: { fit: number; observation: Observation; parameters: FitParameters }[] = [];
  const texture = meanImage();
  const several = (person: string) => photos.filter((one) => one.person === person).length > 1;
  for (const photo of photos) {
    for (const condition of conditions) {
      const name = condition === 'as it is' ? photo.id : `${photo.id}, ${condition}`;
      try {
        const { image, focal } = await readPhoto(photo.path);
        const original = chooseFace(
          await observe(image, kit.networks, { focal }),
          undefined,
          basename(photo.path),
        );
        const shown = degraded(original, condition);
        const observation =
          shown === image
            ? original
            : chooseFace(await observe(shown, kit.networks, { focal }), undefined, name);
        const { fitted, result, seconds } = await fitStages([observation], kit, {
          preset,
          whole: true,
          signal: io.signal,
        });
        if (!result) continue;
        const fit: PersonFit = {
          photo,
          condition,
          real: await describe(kit, image, original.landmarks),
          head: await describeHead(original, result, kit),
          aligned: landmarks ? await landmarksOnly(observation, original, kit, io) : undefined,
          landmarkError: result.landmarkError,
          tone: skinToneAngle(image, original.landmarks),
          seconds,
          ...(keep && condition === 'as it is' && several(photo.person) && { result: placeable(result) }),
        };
        if (condition === 'as it is') {
          texture.add(result.textures['skin']);
          means.push({ fit: fits.length, observation: original, parameters: fitted });
        }
        fits.push(fit);
        const { judge, cosine } = compare(fit.head.alone, fit.real);
        io.note(`${name}: judge ${judge.toFixed(3)}, cosine ${cosine.toFixed(3)} (${seconds.toFixed(1)} s)`);
        await onFit(name, observation, result);
      } catch (error) {
        if (io.signal.aborted) throw error;
        const reason = (error as Error).message;
        io.note(`${name}: ${reason}`);
        failures.push({ photo, condition, reason });
      }
    }
  }
  const skin = texture.image();
  for (const { fit, observation, parameters } of skin ? means : []) {
    fits[fit] = { ...fits[fit], mean: await meanHead(observation, parameters, skin!, kit) };
  }
  return { fits, failures };
}

/** Without meshes and morph targets. */
function placeable({ parameters, textures, head }: Reconstruction): PlacedHead {
  return { parameters, textures, head: { delit: head.delit } };
}

function degraded({ image, box }: Observation, condition: Condition): Image {
  if (condition === 'grey') return withoutColor(image);
  return condition === '30 pixels' ? withFewPixels(image, faceSize(box), FEW) : image;
}

async function landmarksOnly(observation: Observation, original: Observation, kit: Kit, io: Io) {
  if (!('landmarks' in PRESETS)) return undefined;
  const { result } = await fitStages([observation], kit, {
    preset: 'landmarks',
    whole: true,
    signal: io.signal,
  });
  return result && describeHead(original, result, kit);
}

/** The mean shape at a photo's camera, with its expression and light: what one gets for ignoring who it is. */
async function meanHead(observation: Observation, fitted: FitParameters, skin: Image, kit: Kit) {
  const parameters = { ...fitted, identity: new Float32Array(fitted.identity.length) };
  const posed = assembleHead(parameters, kit.model, { skin }, { expression: 'photo', morphs: false });
  return describeHead(observation, { parameters, posed }, kit);
}

/** Average of textures of one size, as sRGB bytes: good enough for a face that is nobody's. */
function meanImage() {
  let sums: Float64Array | undefined;
  let count = 0;
  let size: Image | undefined;
  return {
    add(image: Image | undefined): void {
      if (!image || (size && size.data.length !== image.data.length)) return;
      size = image;
      sums ??= new Float64Array(image.data.length);
      for (let i = 0; i < sums.length; i++) sums[i] += image.data[i];
      count++;
    },
    image(): Image | undefined {
      return size && sums && { ...size, data: Uint8Array.from(sums, (sum) => Math.round(sum / count)) };
    },
  };
}
