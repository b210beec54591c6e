import { GanfitError } from '../../error.ts';
import { readSafetensors, type Safetensor, writeSafetensors } from '../../linalg/safetensors.ts';
import { randomStream } from '../../random/index.ts';
import type { Shape } from '../../tensor/index.ts';
import {
  discriminatorShapes,
  drawWeights,
  type GanArchitecture,
  gainOf,
  generatorShapes,
  levelOf,
} from './architecture.ts';
import type { StoredGenerator } from './generator-file.ts';

const FORMAT = 'ganfit-gan-checkpoint-1';

/** The arrays of a training, by the names of the weights. */
export interface GanTrainingArrays {
  /** Trained numbers of the generator; `equalize` makes weights of them. */
  generator: Record<string, Float32Array>;
  discriminator: Record<string, Float32Array>;
  /** The generator averaged over the last steps: what is shipped. */
  average: Record<string, Float32Array>;
  /** Adam's running means of squared gradients; those of gradients do not exist at β₁ = 0. */
  generatorMoments: Record<string, Float32Array>;
  discriminatorMoments: Record<string, Float32Array>;
}

/** A training between two steps: all there is to go on from. Random numbers follow from the seed and the step. */
export interface GanTrainingState extends GanTrainingArrays {
  readonly architecture: GanArchitecture;
  /** Which maps it is trained on. */
  readonly topologyDigest: string;
  /** Steps taken. */
  steps: number;
  /** Real pictures shown. */
  images: number;
  /** Steps that each network's Adam took since the beginning. */
  generatorSteps: number;
  /** Probability of augmentations now. */
  augmentation: number;
  /** Running mean of the sign of real scores. */
  realSign: number;
}

const PARTS = ['generator', 'discriminator', 'average', 'generatorMoments', 'discriminatorMoments'] as const;

/** Draws a training's first state. */
export function startTraining(
  architecture: GanArchitecture,
  seed: number,
  topologyDigest = '',
): GanTrainingState {
  const [made, judged] = [generatorShapes(architecture), discriminatorShapes(architecture)];
  const zeros = (shapes: Readonly<Record<string, Shape>>) =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))]),
    );
  const generator = drawWeights(made, randomStream(seed, 'generator'));
  return {
    architecture,
    topologyDigest,
    generator,
    discriminator: drawWeights(judged, randomStream(seed, 'discriminator')),
    average: Object.fromEntries(Object.entries(generator).map(([name, data]) => [name, data.slice()])),
    generatorMoments: zeros(made),
    discriminatorMoments: zeros(judged),
    steps: 0,
    images: 0,
    generatorSteps: 0,
    augmentation: 0,
    realSign: 0,
  };
}

/** A state as the bytes of a safetensors file; equal states give equal bytes. */
export function writeCheckpoint(state: GanTrainingState): Uint8Array {
  const { architecture, topologyDigest, steps, images, generatorSteps, augmentation, realSign } = state;
  const tensors: Record<string, Safetensor> = {};
  for (const part of PARTS) {
    const shapes = shapesOf(part, architecture);
    for (const [name, data] of Object.entries(state[part])) {
      tensors[`${part}.${name}`] = { type: 'F32', shape: shapes[name], data };
    }
  }
  const counts = JSON.stringify({ steps, images, generatorSteps, augmentation, realSign });
  return writeSafetensors({
    tensors,
    metadata: { format: FORMAT, architecture: JSON.stringify(architecture), topologyDigest, counts },
  });
}

/**
 * Reads what `writeCheckpoint` wrote.
 *
 * @param expected What the training to go on with is for; another architecture or topology is refused.
 * @throws GanfitError `format` when the file is broken or of another version, `input` when it belongs to another training.
 */
export function readCheckpoint(
  bytes: Uint8Array,
  expected: { readonly architecture?: GanArchitecture; readonly topologyDigest?: string } = {},
): GanTrainingState {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== FORMAT) {
    throw new GanfitError(
      'format',
      `readCheckpoint: the file's format must be ${FORMAT}, got ${metadata.format ?? 'none'}. Start a new training.`,
    );
  }
  const architecture = JSON.parse(metadata.architecture) as GanArchitecture;
  if (expected.architecture && JSON.stringify(expected.architecture) !== JSON.stringify(architecture)) {
    throw new GanfitError(
      'input',
      `readCheckpoint: the checkpoint must be of the same architecture, got widths ${architecture.widths} and latent ` +
        `${architecture.latentSize}. Ask for these, or train into another folder.`,
    );
  }
  if (expected.topologyDigest !== undefined && expected.topologyDigest !== metadata.topologyDigest) {
    throw new GanfitError(
      'input',
      `readCheckpoint: the checkpoint must belong to the data set's UV layout ${expected.topologyDigest || 'unknown'}, got ` +
        `${metadata.topologyDigest || 'unknown'}. Unwrap the photos again, or train into another folder.`,
    );
  }
  const arrays = Object.fromEntries(
    PARTS.map((part) => [
      part,
      Object.fromEntries(
        Object.entries(shapesOf(part, architecture)).map(([name, shape]) => {
          const stored = tensors[`${part}.${name}`];
          if (stored?.type !== 'F32' || `${stored.shape}` !== `${shape}`) {
            throw new GanfitError(
              'format',
              `readCheckpoint: "${part}.${name}" must be float32 [${shape}], got ${stored ? `[${stored.shape}]` : 'nothing'}. ` +
                'Take an older checkpoint or start anew.',
            );
          }
          return [name, stored.data as Float32Array];
        }),
      ),
    ]),
  ) as unknown as GanTrainingArrays;
  const counts = JSON.parse(metadata.counts) as Pick<
    GanTrainingState,
    'steps' | 'images' | 'generatorSteps' | 'augmentation' | 'realSign'
  >;
  return { ...arrays, ...counts, architecture, topologyDigest: metadata.topologyDigest };
}

/**
 * What is shipped of a training: the averaged generator up to a resolution.
 *
 * The colors of lower levels are those of their own phases: the layers below have moved on since.
 */
export function trainedGenerator(state: GanTrainingState, name: string, resolution: number): StoredGenerator {
  const { architecture, topologyDigest, average } = state;
  const widths = architecture.widths.slice(0, levelOf(architecture, resolution) + 1);
  const shapes = generatorShapes({ ...architecture, widths });
  const weights = Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => [
      key,
      average[key].map((value) => value * gainOf(key, shape)),
    ]),
  );
  return { name, architecture: { ...architecture, widths }, topologyDigest, weights };
}

function shapesOf(part: (typeof PARTS)[number], architecture: GanArchitecture): Record<string, Shape> {
  return part.startsWith('discriminator') ? discriminatorShapes(architecture) : generatorShapes(architecture);
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
