import { GanfitError } from '../../error.ts';
import {
  add,
  broadcastTo,
  concat,
  constant,
  div,
  matmul,
  mul,
  pad,
  reshape,
  resizeBilinear,
  slice,
  sqrt,
  square,
  sum,
  type Tensor,
} from '../../tensor/index.ts';
import type { NamedTensors } from '../gan/architecture.ts';
import type { SynthesizeOptions, TextureModel } from '../model.ts';
import type { PcaTextureModel } from '../pca/pca-model.ts';
import { keepBands } from './detail-bands.ts';
import {
  type DetailArchitecture,
  detailLevels,
  NOISE_CHANNELS,
  STATISTICS,
  traceDetail,
  windowSize,
} from './detail-network.ts';
import { hashNoise } from './noise-planes.ts';

/** All that makes a hybrid texture. */
export interface HybridParts {
  readonly name: string;
  readonly base: PcaTextureModel;
  readonly architecture: DetailArchitecture;
  /** Of the network, by the names of `detailShapes`. */
  readonly weights: NamedTensors;
  /** Description of the detail that goes along with each component of the base, `[K, STATISTICS · cells]`. */
  readonly told: Float32Array;
  /** Description along each of the further numbers of the latent, `[D, STATISTICS · cells]`. */
  readonly spread: Float32Array;
  /** Mean description, `[STATISTICS, cells]`, in the units of `describeDetail`. */
  readonly middle: Float32Array;
  /** Deviation of each of the statistics, `[STATISTICS]`. */
  readonly scale: Float32Array;
  /** How much detail counts, `[1, 1, rows, columns]`: 0 where photos show no skin. */
  readonly mask: Tensor;
  /** Shares of the detail's bands of 1, 2, 4 … texels of the finest map that are kept; all of it as it is without them. */
  readonly shares?: readonly number[];
}

/** A linear base and a generator of the detail that it lacks. */
export interface HybridTextureModel
  extends TextureModel,
    Pick<HybridParts, 'architecture' | 'told' | 'spread' | 'middle' | 'scale'> {
  readonly base: PcaTextureModel;
}

/**
 * Makes a texture model of a linear base and a detail network (adversarially trained, as Gecer et al. 2019, equation 5).
 *
 * Of a latent, the first K numbers are those of the base; the next D tell what the detail is like from place to place, beyond
 * what the base lets expect; the last `planes - 1` mix the noise that tells where pores lie. With the latter two at zero a person
 * has the detail that is usual for the base. The coarsest resolution is the base alone.
 */
export function hybridModel(parts: HybridParts): HybridTextureModel {
  const { name, base, architecture, told, spread, middle, scale } = parts;
  const numbers = middle.length;
  const shared: TracedParts = {
    ...parts,
    tracedTold: constant(told, [base.latentSize, numbers]),
    tracedSpread: constant(spread, [spread.length / numbers, numbers]),
  };
  return {
    name,
    latentSize: sizeOf(parts),
    resolutions: detailLevels(architecture),
    topologyDigest: base.topologyDigest,
    skinColors: base.skinColors,
    base,
    architecture,
    told,
    spread,
    middle,
    scale,
    synthesize: (latent, options) => synthesize(shared, latent, options),
  };
}

/** Whether a texture model is a linear base with a detail network. */
export function isHybrid(model: TextureModel): model is HybridTextureModel {
  return 'architecture' in model && 'base' in model;
}

interface TracedParts extends HybridParts {
  readonly tracedTold: Tensor;
  readonly tracedSpread: Tensor;
}

function codesOf({ spread, middle }: HybridParts): number {
  return spread.length / middle.length;
}

function sizeOf(parts: HybridParts): number {
  return parts.base.latentSize + codesOf(parts) + parts.architecture.planes - 1;
}

function synthesize(parts: TracedParts, latent: Tensor, options: SynthesizeOptions = {}): Tensor {
  const { base, architecture, weights, tracedTold, tracedSpread, mask, shares } = parts;
  const { window, edge, cell, planes } = architecture;
  const levels = detailLevels(architecture);
  const { resolution = levels[levels.length - 1] } = options;
  const size = sizeOf(parts);
  if (latent.shape.length !== 2 || latent.shape[1] !== size) {
    throw new GanfitError(
      'shape',
      `synthesize: the latent must be [N, ${size}], got [${latent.shape}]. Take a latent of this model.`,
    );
  }
  if (!levels.includes(resolution)) {
    throw new GanfitError(
      'input',
      `texture: the resolution must be one of ${levels.join(', ')}, got ${resolution}. Choose one of these.`,
    );
  }
  const part = (from: number, to: number) => slice(latent, [from], [to], [1]);
  const [own, described] = [base.latentSize, base.latentSize + codesOf(parts)];
  const linear = part(0, own);
  const skin = base.synthesize(linear, { resolution });
  const kept = shares?.slice(Math.log2(levels[levels.length - 1] / resolution));
  // Coarse maps hold nothing of the bands that are kept.
  if (resolution === edge || kept?.length === 0) return skin;

  const [count] = latent.shape;
  const cells = [window.rows / cell, window.columns / cell];
  const pattern = concat(
    [broadcastTo(constant([1], [1, 1]), [count, 1]), part(described, described + planes - 1)],
    1,
  );
  const residual = traceDetail(
    weights,
    architecture,
    {
      base: (at) =>
        windowOf(architecture, at === resolution ? skin : base.synthesize(linear, { resolution: at })),
      description: reshape(add(matmul(linear, tracedTold), matmul(part(own, described), tracedSpread)), [
        count,
        STATISTICS,
        ...cells,
      ]),
      mixture: div(pattern, sqrt(sum(square(pattern), 1, true))),
      noise: (at) => noiseOf(architecture, at),
    },
    resolution,
  );
  const [rows, columns] = windowSize(architecture, resolution);
  const scale = resolution / edge;
  const [top, left] = [window.top * scale, window.left * scale];
  const detail = kept ? keepBands(residual, kept, base.pca.detailColor) : residual;
  const inside = mul(detail, resizeBilinear(mask, [rows, columns]));
  return add(
    skin,
    pad(inside, [0, 0, top, left], [0, 0, resolution - top - rows, resolution - left - columns]),
  );
}

function windowOf(architecture: DetailArchitecture, map: Tensor): Tensor {
  const resolution = map.shape[3];
  const [rows, columns] = windowSize(architecture, resolution);
  const scale = resolution / architecture.edge;
  const [top, left] = [architecture.window.top * scale, architecture.window.left * scale];
  return slice(map, [top, left], [top + rows, left + columns], [2, 3]);
}

// Several graphs of one model share the numbers.
const cache = new WeakMap<DetailArchitecture, Map<number, Tensor>>();

/** `[planes, 2 h w]`. The hash runs over channels, planes and texels, in this order. */
function noiseOf(architecture: DetailArchitecture, resolution: number): Tensor {
  const known = cache.get(architecture) ?? new Map<number, Tensor>();
  cache.set(architecture, known);
  let noise = known.get(resolution);
  if (!noise) {
    const { planes } = architecture;
    const [rows, columns] = windowSize(architecture, resolution);
    const texels = rows * columns;
    const numbers = hashNoise(resolution, NOISE_CHANNELS * planes * texels);
    const sorted = new Float32Array(numbers.length);
    for (let channel = 0; channel < NOISE_CHANNELS; channel++) {
      for (let plane = 0; plane < planes; plane++) {
        const from = (channel * planes + plane) * texels;
        sorted.set(numbers.subarray(from, from + texels), (plane * NOISE_CHANNELS + channel) * texels);
      }
    }
    noise = constant(sorted, [planes, NOISE_CHANNELS * texels]);
    known.set(resolution, noise);
  }
  return noise;
}
