import { GanfitError } from '../../error.ts';
import {
  add,
  concat,
  constant,
  matmul,
  mul,
  reshape,
  resizeBilinear,
  slice,
  sub,
  type Tensor,
} from '../../tensor/index.ts';
import type { SynthesizeOptions, TextureModel } from '../model.ts';
import { checkResolution, meanHalf, type PcaLevel, pcaResolutions, type TexturePca } from './texture-pca.ts';

/** A PCA as a texture model; its plain numbers stay within reach for closed forms. */
export interface PcaTextureModel extends TextureModel {
  readonly pca: TexturePca;
}

/**
 * Gives a PCA the interface that it shares with the GAN.
 *
 * The layers stay apart in the graph: products with a latent run over the stored numbers (half a face, fine detail in
 * brightness only) and are enlarged afterwards, a few milliseconds at 256 x 256 where the whole basis would take some tens.
 */
export function pcaModel(pca: TexturePca): PcaTextureModel {
  return {
    name: pca.name,
    latentSize: pca.count,
    resolutions: pcaResolutions(pca),
    topologyDigest: pca.topologyDigest,
    linear: true,
    skinColors: pca.skinColors,
    pca,
    synthesize: (latent, options = {}) => synthesize(pca, latent, options),
  };
}

function synthesize(pca: TexturePca, latent: Tensor, { resolution = pca.size }: SynthesizeOptions): Tensor {
  checkResolution(pca, resolution);
  const { shape } = latent;
  if (shape.length !== 2 || shape[1] !== pca.count) {
    throw new GanfitError(
      'shape',
      `synthesize: the latent must be [N, ${pca.count}], got [${shape}]. Take a latent of this model.`,
    );
  }
  const size = [resolution, resolution] as const;
  let result = wholeMean(pca, resolution);
  for (const level of pca.levels) {
    if (level.resolution > resolution) continue;
    const planes = resizeBilinear(wholeLevel(pca, level, latent), size);
    const colored = level.channels === 3 ? planes : mul(planes, constant([...pca.detailColor], [1, 3, 1, 1]));
    result = add(result, colored);
  }
  return result;
}

/** A layer of a texture over the whole face, `[N, channels, R, R]`. */
function wholeLevel(pca: TexturePca, level: PcaLevel, latent: Tensor): Tensor {
  const { channels, resolution } = level;
  const half = [latent.shape[0], channels, resolution, resolution / 2];
  const even = reshape(productWith(pca, level, latent, 1), half);
  if (!pca.parities.includes(-1)) return concat([even, flip(even)], 3);
  const odd = reshape(productWith(pca, level, latent, -1), half);
  return concat([add(even, odd), flip(sub(even, odd))], 3);
}

/** Sum of the components of one parity, `[N, channels R R / 2]`. */
function productWith(pca: TexturePca, level: PcaLevel, latent: Tensor, parity: number): Tensor {
  const { selection, basis } = constantsOf(pca, level, parity);
  return matmul(matmul(latent, selection), basis);
}

interface LevelConstants {
  /** Picks the latents of one parity, `[K, Kp]`. */
  readonly selection: Tensor;
  /** `[Kp, channels R R / 2]`. */
  readonly basis: Tensor;
}

// Several graphs of one model share the numbers.
const cache = new WeakMap<Float32Array, Map<number, LevelConstants>>();

function constantsOf({ count, parities }: TexturePca, { data }: PcaLevel, parity: number): LevelConstants {
  const known = cache.get(data) ?? new Map<number, LevelConstants>();
  cache.set(data, known);
  let constants = known.get(parity);
  if (!constants) {
    const chosen = [...parities.keys()].filter((k) => parities[k] === parity);
    const length = data.length / count;
    const selection = new Float32Array(count * chosen.length);
    const basis = new Float32Array(chosen.length * length);
    chosen.forEach((k, i) => {
      selection[k * chosen.length + i] = 1;
      basis.set(data.subarray(k * length, (k + 1) * length), i * length);
    });
    constants = {
      selection: constant(selection, [count, chosen.length]),
      basis: constant(basis, [chosen.length, length]),
    };
    known.set(parity, constants);
  }
  return constants;
}

function wholeMean(pca: TexturePca, resolution: number): Tensor {
  const half = constant(meanHalf(pca, resolution), [1, 3, resolution, resolution / 2]);
  return concat([half, flip(half)], 3);
}

/** Columns in reverse. */
function flip(x: Tensor): Tensor {
  const columns = x.shape[3];
  return slice(x, [columns - 1], [-columns - 1], [3], [-1]);
}
