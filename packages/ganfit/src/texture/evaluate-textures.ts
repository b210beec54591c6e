import type { Image } from '@ganfit/core/image';
import type { IdentityNetwork } from '@ganfit/core/networks';
import { randomStream } from '@ganfit/core/random';
import { type Camera, projectPoints } from '@ganfit/core/render';
import type { Graph, Runtime } from '@ganfit/core/runtime';
import { type ShapeModel, surfacePoints } from '@ganfit/core/shape';
import { input } from '@ganfit/core/tensor';
import {
  compareDetail,
  randomLatent,
  type ScaleDistance,
  slicedWasserstein,
  type TextureModel,
  textureInverter,
} from '@ganfit/core/texture';
import { faceCamera, faceRenderer } from './face-render.ts';
import { featureJudge } from './feature-distance.ts';
import { type HeldOutTexture, seenL1 } from './held-out-textures.ts';

/** What a model makes of textures it has not learnt from; means over them. */
export interface TextureScore {
  readonly name: string;
  readonly latentSize: number;
  readonly textures: number;
  /** Mean absolute difference where the photo shows skin, colors from 0 to 1. */
  readonly l1: number;
  /** Distance of inner values of the identity network on renders, share of their length. */
  readonly features: number;
  /** One less the cosine of the identity embeddings of renders. */
  readonly identity: number;
  /** For details of one and two texels: median energy as a share of the real one's, and correlation. */
  readonly detail: readonly {
    readonly texels: number;
    readonly energy: number;
    readonly correlation: number;
  }[];
  /** Sliced Wasserstein distance of random samples from real textures, by level. */
  readonly wasserstein: readonly ScaleDistance[];
  /** Root mean square of the latents that were found; 1 for people like those learnt from. */
  readonly spread: number;
}

/** Everything that scoring needs. */
export interface ScoringTools {
  readonly runtime: Runtime;
  readonly shape: ShapeModel;
  readonly identity: IdentityNetwork;
  readonly heldOut: readonly HeldOutTexture[];
  /** The resolution that latents are searched at. */
  readonly resolution: number;
  readonly seed: number;
}

/** Pixels of the renders that are compared. */
const SIDE = 256;

/** Scores a texture model. */
export async function scoreModel(
  model: TextureModel,
  { runtime, shape, identity: network, heldOut, resolution, seed }: ScoringTools,
  onTexture: (fraction: number) => void = () => {},
): Promise<TextureScore> {
  const { size } = heldOut[0];
  const inverter = await textureInverter(runtime, model, { resolution, seed });
  const synthesis = await runtime.compile({
    texture: model.synthesize(input('latent', [1, model.latentSize]), { resolution: size }),
  });
  const render = faceRenderer(shape);
  const landmarks = frontLandmarks(shape, faceCamera({ side: SIDE }));
  const judge = await featureJudge(runtime, network, landmarks);
  const [l1, features, identity, latents]: number[][] = [[], [], [], []];
  const detail = new Map<number, { energy: number[]; correlation: number[] }>();
  try {
    for (const [n, real] of heldOut.entries()) {
      const { latent } = await inverter.invert({ ...real, confidence: real.seen });
      const { texture } = await synthesis.run({ latent });
      l1.push(seenL1(texture, real));
      latents.push(Math.sqrt(latent.reduce((sum, z) => sum + z * z, 0) / latent.length));
      const [own, theirs] = [blend(texture, real), real.color].map((map) =>
        render(toImage(map, size), { side: SIDE }),
      );
      const { taps, identity: far } = await judge.compare(own, theirs);
      features.push(taps);
      identity.push(far);
      if (real.resolved) {
        for (const { texels, energy, correlation } of compareDetail(texture, real.color, real.seen, size)) {
          const sums = detail.get(texels) ?? { energy: [], correlation: [] };
          sums.energy.push(energy);
          sums.correlation.push(correlation);
          detail.set(texels, sums);
        }
      }
      onTexture((n + 1) / heldOut.length);
    }
    const samples = await randomTextures(synthesis, model, heldOut.length, seed);
    return {
      name: model.name,
      latentSize: model.latentSize,
      textures: heldOut.length,
      l1: mean(l1),
      features: mean(features),
      identity: mean(identity),
      detail: [...detail].map(([texels, { energy, correlation }]) => ({
        texels,
        energy: median(energy),
        correlation: median(correlation),
      })),
      wasserstein: distances(samples, heldOut, seed),
      spread: mean(latents),
    };
  } finally {
    await Promise.all([inverter.dispose(), synthesis.dispose(), judge.dispose()]);
  }
}

/** What other real textures are apart from the held-out ones: the least that samples can reach. */
export function realDistances(
  real: readonly Float32Array[],
  heldOut: readonly HeldOutTexture[],
  seed: number,
): ScaleDistance[] {
  return distances(real, heldOut, seed);
}

function distances(
  textures: readonly Float32Array[],
  heldOut: readonly HeldOutTexture[],
  seed: number,
): ScaleDistance[] {
  const [{ size }] = heldOut;
  // Only where most photos show skin: elsewhere the real maps are invented, too.
  const shown = new Float32Array(size * size);
  for (const { seen } of heldOut) {
    for (let i = 0; i < shown.length; i++) shown[i] += seen[i] / heldOut.length;
  }
  return slicedWasserstein(
    textures,
    heldOut.map(({ color }) => color),
    size,
    shown.map((value) => (value > 0.6 ? 1 : 0)),
    { seed },
  );
}

async function randomTextures(
  synthesis: Graph<'texture'>,
  model: TextureModel,
  count: number,
  seed: number,
): Promise<Float32Array[]> {
  const random = randomStream(seed, 'samples');
  const textures: Float32Array[] = [];
  for (let i = 0; i < count; i++) {
    const { texture } = await synthesis.run({ latent: randomLatent(model, random) });
    textures.push(texture.map((value) => Math.max(-1, Math.min(1, value))));
  }
  return textures;
}

/** The model's texture where the photo shows skin, else the real one: what was invented is no measure. */
function blend(texture: Float32Array, { color, seen }: HeldOutTexture): Float32Array {
  return color.map((value, i) => value + seen[i % seen.length] * (texture[i] - value));
}

/** `[3, S, S]`, -1 … 1, as a picture. */
export function toImage(planes: ArrayLike<number>, size: number): Image {
  const texels = size * size;
  const data = new Uint8Array(3 * texels);
  for (let i = 0; i < texels; i++) {
    for (let c = 0; c < 3; c++) {
      data[3 * i + c] = Math.max(0, Math.min(255, Math.round(127.5 * (planes[c * texels + i] + 1))));
    }
  }
  return { width: size, height: size, channels: 3, data };
}

function frontLandmarks(shape: ShapeModel, camera: Camera): Float32Array {
  return projectPoints(camera, surfacePoints(shape.mean, shape.parts[0].triangles, shape.landmarks));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
