import { lightOnTone, type Reconstruction, relativeLight, renderLikeness } from '@ganfit/core/asset';
import { renderOverPhoto } from '@ganfit/core/evaluate';
import { alignmentPoints, projectLandmarks } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import { cosine, distance, embedFace, judgeFace, type Observation } from '@ganfit/core/networks';
import type { Light } from '@ganfit/core/render';
import type { Kit } from '../kit.ts';

/** What both networks say of one picture of a face. */
export interface Portrait {
  /** Of the network that fits optimise, compared by cosine. */
  readonly embedding: Float32Array;
  /** Of the judge, compared by distance. */
  readonly descriptor: Float32Array;
}

/** Two ways to show a head to the networks, from the camera of its photo. */
export interface Likenesses {
  /** The head alone over plain grey, five points by mesh landmarks. */
  readonly alone: Portrait;
  /** Laid over the photo inside the outline of the face. */
  readonly overPhoto: Portrait;
  /** The picture of `alone`. */
  readonly picture: Image;
}

/** Shows a face in a photo to both networks. */
export async function describe(kit: Kit, image: Image, landmarks: Float32Array): Promise<Portrait> {
  return {
    embedding: await embedFace(kit.networks, image, landmarks),
    descriptor: await judgeFace(kit.networks, image, landmarks),
  };
}

/** Renders a finished head both ways and shows it to both networks. */
export async function describeHead(
  { image }: Pick<Observation, 'image'>,
  result: Pick<Reconstruction, 'parameters' | 'posed'>,
  kit: Kit,
): Promise<Likenesses> {
  const { parameters, posed } = result;
  const [pose] = parameters.photos;
  const landmarks = projectLandmarks(alignmentPoints(kit.model), pose, parameters.identity);
  const light = photoLight(result, kit);
  const alone = renderLikeness(posed, pose.camera, landmarks, { light });
  const over = renderOverPhoto(image, posed, pose, landmarks, kit.model);
  return {
    alone: await describe(kit, alone.image, alone.landmarks),
    overPhoto: await describe(kit, over.image, over.landmarks),
    picture: alone.image,
  };
}

/** The light that a head is shown in beside its photo. */
export function photoLight(
  { parameters, posed }: Pick<Reconstruction, 'parameters' | 'posed'>,
  kit: Kit,
): Light {
  const [{ light, camera }] = parameters.photos;
  return relativeLight(light, posed, camera, kit.model.regions['face']);
}

/** The light that was fitted: with a texture model it explains the photo; else as `photoLight`. */
export function fittedLight(result: Pick<Reconstruction, 'parameters' | 'posed'>, kit: Kit): Light {
  const { texture, tone, photos } = result.parameters;
  return texture ? lightOnTone(photos[0].light, tone) : photoLight(result, kit);
}

/** How two portraits compare. */
export function compare(a: Portrait, b: Portrait): { readonly judge: number; readonly cosine: number } {
  return { judge: distance(a.descriptor, b.descriptor), cosine: cosine(a.embedding, b.embedding) };
}
