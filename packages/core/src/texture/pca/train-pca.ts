import { GanfitError } from '../../error.ts';
import { randomStream } from '../../random/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { constant, input, matmul, mul, sum, type Tensor, transpose } from '../../tensor/index.ts';
import { detailColorOf } from './detail-color.ts';
import { crossValidate, gramSpectrum } from './gram-spectrum.ts';
import type { FullPca } from './pca-file.ts';
import { shrinkPlanes } from './resample.ts';
import { overBlocks, type PcaEstimate, type WeightedTextures } from './training-blocks.ts';

/** How a PCA is trained. */
export interface TrainPcaOptions {
  /** Most components to give; some fewer come, without those of the light. */
  readonly components: number;
  /** Rounds of filling and finding components; the first takes the maps as they are. Default 3. */
  readonly rounds?: number;
  /** Components that fill what is not seen. Default 48. */
  readonly fill?: number;
  /** Weight of an invented texel, 0 … 1. Default 0.1. */
  readonly floor?: number;
  /** Size of a departure that is no skin any more, in units of color from -1 to 1. Default 0.3. */
  readonly tolerance?: number;
  /** Deals people out into the parts of the cross-validation. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Told where the training is, 0 … 1. */
  readonly onProgress?: (what: string, fraction: number) => void;
}

/** A trained PCA with what the training saw. */
export interface TrainedPca {
  readonly pca: FullPca;
  /** Latents of the photos that took part, `[K, N]`; never to be shipped. */
  readonly latents: Float64Array;
  /** Which photos took part, N of them. */
  readonly photos: readonly number[];
  readonly strangers: readonly Stranger[];
  /** Variance of left-out people over that of the trained ones, for each component. */
  readonly shrinkage: Float64Array;
  /** Share of the left-out people's variance that all components explain. */
  readonly explained: number;
}

/** A photo that was left out. */
export interface Stranger {
  readonly photo: number;
  /** Departure from the model, in units of the median one. */
  readonly departure: number;
  /** Largest share that the photo alone has in one of the first components. */
  readonly leverage: number;
}

const FOLDS = 5;
/** A photo that departs from the model so many times the median departure is none of its kind. */
const STRANGE = 3;
/** One side of the face brighter than the other, without detail of this many blocks across, is light and not skin. */
const SMOOTH = 16;
/** Departures below this are noise, units of color from -1 to 1. */
const LEAST_MISS = 0.02;
/** A component of which one photo makes so large a share is about this photo, not about people. */
const DOMINANT = 0.35;
/** Components that are looked at for that. */
const LEADING = 24;

/**
 * Learns a linear model of textures (Gecer et al. 2019, equation 1) from maps that are not seen everywhere.
 *
 * Expectation maximization in the manner of Roweis 1998: what a photo does not show, or what departs far from every skin
 * (hair, glasses), is filled from the model so far; then mean and components are found anew. Each map counts together with
 * its mirror image, so symmetric and antisymmetric parts are solved apart, from inner products of people. Components are
 * scaled so that people who were left out, by cross-validation, have latents of variance one. Smooth antisymmetric ones are
 * dropped: one side brighter than the other is what is left of the photos' light.
 *
 * @throws GanfitError `input` when there are too few maps; `cancelled`.
 */
export async function trainPca(
  runtime: Runtime,
  set: WeightedTextures,
  options: TrainPcaOptions,
): Promise<TrainedPca> {
  const { components, rounds = 3, fill = 48, floor = 0.1, tolerance = 0.3, seed = 0 } = options;
  const { onProgress = () => {}, signal } = options;
  if (set.maps.length < 2 * FOLDS) {
    throw new GanfitError(
      'input',
      `train-pca: there must be at least ${2 * FOLDS} textures, got ${set.maps.length}. Unwrap more photos.`,
    );
  }
  let photos = set.maps.map((_, i) => i);
  let strangers: TrainedPca['strangers'] = [];
  let estimate = emptyEstimate(set);
  let found: Found | undefined;
  const metric = trustMetric(set);
  for (let round = 0; round < rounds; round++) {
    const last = round === rounds - 1;
    const rule = round === 0 ? { floor: 1, tolerance: 0 } : { floor, tolerance };
    const tell = (what: string, share: number) => {
      if (signal?.aborted) throw new GanfitError('cancelled', 'train-pca: stopped.');
      onProgress(`${what}, round ${round + 1} of ${rounds}`, (round + share) / rounds);
    };
    const pass = { runtime, set, estimate, rule, metric };
    let grams = await gramPass(pass, photos, (share) => tell('comparing people', 0.5 * share));
    if (round === 1) {
      strangers = findStrangers(photos, grams.misses, estimate, set.size);
      if (strangers.length > 0) {
        const out = new Set(strangers.map(({ photo }) => photo));
        photos = photos.filter((photo) => !out.has(photo));
        grams = await gramPass(pass, photos, (share) => tell('comparing people again', 0.5 * share));
      }
    }
    tell('solving', 0.5);
    found = solve(
      grams,
      photos.length,
      last ? components : fill,
      last ? folds(set, photos, seed) : undefined,
    );
    estimate = await mixturePass(pass, photos, found, grams.mean, (share) =>
      tell('mixing components', 0.5 + 0.5 * share),
    );
  }
  if (!found) throw new GanfitError('input', `train-pca: rounds must be at least 1, got ${rounds}.`);
  const { explained, residual } = found;
  const kept = [...estimate.parities.keys()].filter(
    (k) => estimate.parities[k] === 1 || !isSmooth(estimate.components[k], set.size),
  );
  const shrinkage = Float64Array.from(kept, (k) => found.shrinkage[k]);
  const scaled = kept.map((k, i) => {
    const scale = Math.sqrt(shrinkage[i]);
    return estimate.components[k].map((value) => scale * value);
  });
  const people = photos.length;
  const latents = new Float64Array(kept.length * people);
  kept.forEach((k, i) => {
    latents.set(found.latents.subarray(k * people, (k + 1) * people), i * people);
  });
  const pca: FullPca = {
    name: 'texture-pca',
    topologyDigest: set.topologyDigest,
    count: kept.length,
    parities: Int8Array.from(kept, (k) => estimate.parities[k]),
    size: set.size,
    mean: estimate.mean,
    component: (k) => scaled[k],
    detailColor: detailColorOf(scaled, set.size),
    residual: residual / Math.sqrt(metric.reduce((total, value) => total + value ** 2, 0)),
    metadata: {},
  };
  return { pca, latents, photos, strangers, shrinkage, explained };
}

/** Whether a component is mostly what blocks of a sixteenth of the atlas show. */
function isSmooth(component: Float32Array, size: number): boolean {
  const factor = size / SMOOTH;
  if (factor < 2) return false;
  const blocks = shrinkPlanes(component, 3, [size, size / 2], factor);
  const square = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
  return square(blocks) * factor ** 2 > 0.5 * square(component);
}

interface Pass {
  readonly runtime: Runtime;
  readonly set: WeightedTextures;
  readonly estimate: PcaEstimate;
  readonly rule: { readonly floor: number; readonly tolerance: number };
  /** Roots of the weights of numbers in inner products, `[3, S, S / 2]`. */
  readonly metric: Float32Array;
}

interface Grams {
  /** `[N, N]` of symmetric and antisymmetric parts. */
  readonly even: Float64Array;
  readonly odd: Float64Array;
  /** The mean, corrected, `[3, S, S / 2]`. */
  readonly mean: Float32Array;
  /** Squared departure of each photo, `[N]`. */
  readonly misses: Float64Array;
}

async function gramPass(
  { runtime, set, estimate, rule, metric }: Pass,
  photos: readonly number[],
  onBlock: (share: number) => void,
): Promise<Grams> {
  const people = photos.length;
  const grams = {
    even: new Float64Array(people ** 2),
    odd: new Float64Array(people ** 2),
    mean: Float32Array.from(estimate.mean),
    misses: new Float64Array(people),
  };
  await overBlocks(runtime, set, photos, estimate, rule, {
    consume: (even, odd, misses) => {
      const root = input('metric', [1, even.shape[1]]);
      const gram = (x: Tensor): Tensor => matmul(mul(x, root), transpose(mul(x, root)));
      return { evenGram: gram(even), oddGram: gram(odd), shift: mul(sum(even, 0), 1 / people), misses };
    },
    done: ({ evenGram, oddGram, shift, misses }, { start }) => {
      addTo(grams.even, evenGram);
      addTo(grams.odd, oddGram);
      addTo(grams.misses, misses);
      shift.forEach((value, i) => {
        grams.mean[start + i] += value;
      });
    },
    halfMaps: { metric },
    onBlock,
  });
  return grams;
}

interface Found {
  /** `[K, N]` over the photos that take part. */
  readonly latents: Float64Array;
  readonly parities: Int8Array;
  readonly shrinkage: Float64Array;
  readonly explained: number;
  /** Length of what the components leave of a left-out person, in the metric. */
  readonly residual: number;
}

function solve({ even, odd }: Grams, people: number, count: number, fold?: Int32Array): Found {
  const found = [1, -1].flatMap((parity) => {
    const gram = parity === 1 ? even : odd;
    const { variances, latents } = gramSpectrum(gram, people, parity === 1, count);
    return Array.from(variances, (variance, rank) => ({
      variance,
      parity,
      rank,
      latents: latents.subarray(rank * people, (rank + 1) * people),
    }));
  });
  found.sort((a, b) => b.variance - a.variance);
  const kept = found.slice(0, count);
  const shrinkage = new Float64Array(kept.length).fill(1);
  let [total, explained] = [0, 0];
  if (fold) {
    for (const parity of [1, -1]) {
      const own = kept.filter((direction) => direction.parity === parity);
      const result = crossValidate(parity === 1 ? even : odd, people, parity === 1, fold, own.length);
      total += result.total;
      explained += result.explained;
      kept.forEach((direction, k) => {
        if (direction.parity === parity) shrinkage[k] = result.shrinkage[direction.rank];
      });
    }
  }
  const latents = new Float64Array(kept.length * people);
  kept.forEach((direction, k) => {
    latents.set(direction.latents, k * people);
  });
  return {
    latents,
    parities: Int8Array.from(kept, ({ parity }) => parity),
    shrinkage,
    explained: total > 0 ? explained / total : 1,
    residual: Math.sqrt(Math.max(0, total - explained)),
  };
}

async function mixturePass(
  { runtime, set, estimate, rule }: Pass,
  photos: readonly number[],
  { latents, parities }: Found,
  mean: Float32Array,
  onBlock: (share: number) => void,
): Promise<PcaEstimate> {
  const people = photos.length;
  const lists = [1, -1].map((parity) => [...parities.keys()].filter((k) => parities[k] === parity));
  const weights = lists.map((list) => {
    const rows = new Float32Array(Math.max(1, list.length) * people);
    list.forEach((k, row) => {
      for (let n = 0; n < people; n++) rows[row * people + n] = latents[k * people + n] / people;
    });
    return constant(rows, [Math.max(1, list.length), people]);
  });
  const components = Array.from(parities, () => new Float32Array(mean.length));
  await overBlocks(runtime, set, photos, estimate, rule, {
    consume: (even, odd) => ({ first: matmul(weights[0], even), second: matmul(weights[1], odd) }),
    done: ({ first, second }, { start, length }) => {
      for (const [i, result] of [first, second].entries()) {
        lists[i].forEach((k, row) => {
          components[k].set(result.subarray(row * length, (row + 1) * length), start);
        });
      }
    },
    onBlock,
  });
  // The next pass asks for latents by photo.
  const byPhoto = new Float64Array(parities.length * set.maps.length);
  for (let k = 0; k < parities.length; k++) {
    photos.forEach((photo, n) => {
      byPhoto[k * set.maps.length + photo] = latents[k * people + n];
    });
  }
  return { mean, latents: byPhoto, parities, components };
}

function emptyEstimate({ size, maps }: WeightedTextures): PcaEstimate {
  const mean = new Float32Array((3 * size * size) / 2);
  // A rough mean of a few keeps the sums small.
  const some = maps.filter((_, i) => i % Math.ceil(maps.length / 16) === 0);
  for (const map of some) {
    for (let i = 0; i < mean.length; i++) {
      const [row, column] = [Math.floor(i / (size / 2)), i % (size / 2)];
      mean[i] += (map[row * size + column] / 127.5 - 1) / some.length;
    }
  }
  return { mean, latents: new Float64Array(0), parities: new Int8Array(0), components: [] };
}

/** Texels count by how many photos show them: what is mostly invented must not steer. */
function trustMetric({ size, weights }: WeightedTextures): Float32Array {
  const half = size / 2;
  const trust = new Float32Array(size * half);
  for (const weight of weights) {
    for (let row = 0; row < size; row++) {
      for (let j = 0; j < half; j++) {
        trust[row * half + j] += weight[row * size + j] + weight[row * size + size - 1 - j];
      }
    }
  }
  const plane = trust.map((value) => Math.sqrt(0.05 + (0.95 * value) / (2 * 255 * weights.length)));
  const metric = new Float32Array(3 * plane.length);
  for (let c = 0; c < 3; c++) metric.set(plane, c * plane.length);
  return metric;
}

function findStrangers(
  photos: readonly number[],
  misses: Float64Array,
  { latents, parities }: PcaEstimate,
  size: number,
): Stranger[] {
  const sorted = misses.map(Math.sqrt).sort();
  const usual = Math.max(sorted[sorted.length >> 1], LEAST_MISS * Math.sqrt(3) * size);
  const people = latents.length / parities.length;
  // Few photos leave components that any of them may dominate.
  const leading = Math.min(LEADING, parities.length, Math.floor(photos.length / 10));
  return photos
    .map((photo, n) => {
      let leverage = 0;
      for (let k = 0; k < leading; k++) {
        leverage = Math.max(leverage, latents[k * people + photo] ** 2 / photos.length);
      }
      return { photo, departure: Math.sqrt(misses[n]) / usual, leverage };
    })
    .filter(({ departure, leverage }) => departure > STRANGE || leverage > DOMINANT);
}

/** Deals people into folds; all photos of one person go together. */
function folds({ people }: WeightedTextures, photos: readonly number[], seed: number): Int32Array {
  const random = randomStream(seed, 'folds');
  const dealt = new Map<number, number>();
  return Int32Array.from(photos, (photo) => {
    const person = people[photo];
    const fold = dealt.get(person) ?? random.index(FOLDS);
    dealt.set(person, fold);
    return fold;
  });
}

function addTo(sums: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += values[i];
}
