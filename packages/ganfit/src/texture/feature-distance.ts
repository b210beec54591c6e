import { type Image, toPlanes } from '@ganfit/core/image';
import { alignedCrop, type IdentityNetwork, identify } from '@ganfit/core/networks';
import type { Runtime } from '@ganfit/core/runtime';
import { input } from '@ganfit/core/tensor';

/** Compares pictures of faces by the inner values of the identity network. */
export interface FeatureJudge {
  /**
   * @returns Mean over the network's taps of the distance of the inner values as a share of the second picture's length, and
   *   one less the cosine of both embeddings.
   */
  readonly compare: (a: Image, b: Image) => Promise<{ readonly taps: number; readonly identity: number }>;
  dispose(): Promise<void>;
}

/**
 * Opens the network with its taps.
 *
 * @param landmarks iBUG 68 points of all pictures, `[68, 2]`, pixels.
 */
export async function featureJudge(
  runtime: Runtime,
  network: IdentityNetwork,
  landmarks: Float32Array,
): Promise<FeatureJudge> {
  const { side } = network.template;
  const { embedding, taps } = identify(network, input('crop', [1, 3, side, side]));
  const graph = await runtime.compile({ embedding, ...taps });
  const look = (image: Image): Promise<Record<string, Float32Array>> =>
    graph.run({
      crop: toPlanes(alignedCrop(image, landmarks, network.template), {
        order: 'RGB',
        mean: 0,
        divisor: 255,
      }),
    });
  return {
    async compare(a, b) {
      const [x, y] = [await look(a), await look(b)];
      const shares = network.taps.map((name) => distance(x[name], y[name]) / length(y[name]));
      const product = x['embedding'].reduce((sum, value, i) => sum + value * y['embedding'][i], 0);
      return {
        taps: shares.reduce((sum, share) => sum + share, 0) / shares.length,
        identity: 1 - product / (length(x['embedding']) * length(y['embedding'])),
      };
    },
    dispose: () => graph.dispose(),
  };
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}

function length(a: Float32Array): number {
  let sum = 0;
  for (const value of a) sum += value * value;
  return Math.sqrt(sum);
}
