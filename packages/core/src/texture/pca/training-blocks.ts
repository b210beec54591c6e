import type { Graph, Runtime } from '../../runtime/index.ts';
import { add, div, input, matmul, maximum, mul, square, sub, sum, type Tensor } from '../../tensor/index.ts';

/** Skin textures to learn from, with how far each texel is believed. */
export interface WeightedTextures {
  /** S, edge of the maps, a power of two. */
  readonly size: number;
  readonly topologyDigest: string;
  /** One map for each photo, `[3, S, S]`, sRGB, 0 to 255. */
  readonly maps: readonly Uint8Array[];
  /** `[S, S]` each, 0 nothing is known of the texel to 255 the photo shows it. */
  readonly weights: readonly Uint8Array[];
  /** The person in each photo: any numbers, equal ones for one person. */
  readonly people: ArrayLike<number>;
}

/** A model found so far, and what it says of each person. */
export interface PcaEstimate {
  /** `[3, S, S / 2]`. */
  readonly mean: Float32Array;
  /** Latents of the photos by component, `[K, N]`, and parities, `[K]`. */
  readonly latents: Float64Array;
  readonly parities: Int8Array;
  /** `[3, S, S / 2]` each, K of them. */
  readonly components: readonly Float32Array[];
}

/** How texels are believed in one round. */
export interface FillRule {
  /** Weight that even an invented texel has, 0 … 1. With 1 everything is taken as it is. */
  readonly floor: number;
  /** Departures from the model of this size weigh a quarter; 0 trusts all. Units of color from -1 to 1. */
  readonly tolerance: number;
}

/** Where a band lies in a half map, `[3, S, S / 2]`. */
export interface Band {
  readonly start: number;
  readonly length: number;
}

/** What is done with each band. */
export interface BlockWork<K extends string> {
  /**
   * Traces what is wanted from the symmetric and antisymmetric parts of all photos, relative to the estimate's mean,
   * `[N, B]`, and from each photo's weighted squared misses, `[N]`.
   */
  readonly consume: (even: Tensor, odd: Tensor, misses: Tensor) => Record<K, Tensor>;
  /** Gets the results of each band. */
  readonly done: (results: Record<K, Float32Array>, band: Band) => void;
  /** Half maps that `consume` takes bands of as inputs `[1, B]`, by name. */
  readonly halfMaps?: Readonly<Record<string, Float32Array>>;
  readonly onBlock?: (fraction: number) => void;
}

/** Rows of a map in one block. */
const BAND = 2048;

/**
 * Goes through all textures band by band, filled where little is known, and runs a product over each band.
 *
 * A texel is mixed from what the photo says and what the model so far says, by its weight; a texel that departs far from the
 * model (hair, glasses) loses weight (Geman & McClure). The memory needed is one band of all photos.
 *
 * @param photos Which photos take part, N.
 */
export async function overBlocks<K extends string>(
  runtime: Runtime,
  set: WeightedTextures,
  photos: readonly number[],
  estimate: PcaEstimate,
  rule: FillRule,
  { consume, done, halfMaps = {}, onBlock }: BlockWork<K>,
): Promise<void> {
  const { size } = set;
  const half = size / 2;
  const rows = Math.max(1, Math.min(size, Math.floor(BAND / half)));
  const length = rows * half;
  const chosen = [1, -1].map((parity) =>
    [...estimate.parities.keys()].filter((k) => estimate.parities[k] === parity),
  );
  const counts = chosen.map((list) => list.length);
  const graph = await compileBlock(runtime, [photos.length, length], counts, rule, consume);
  const latents = chosen.map((list) => latentRows(estimate, list, photos));
  const feeds: Record<string, Float32Array> = { even: latents[0], odd: latents[1] };
  for (const name of ['left', 'right', 'leftWeight', 'rightWeight']) {
    feeds[name] = new Float32Array(photos.length * length);
  }
  feeds['evenBasis'] = new Float32Array(Math.max(1, chosen[0].length) * length);
  feeds['oddBasis'] = new Float32Array(Math.max(1, chosen[1].length) * length);
  try {
    for (let start = 0; start < 3 * size * half; start += length) {
      const firstRow = start / half;
      readBand(set, photos, estimate.mean, firstRow, rows, feeds);
      for (const [i, name] of (['evenBasis', 'oddBasis'] as const).entries()) {
        chosen[i].forEach((k, row) => {
          feeds[name].set(estimate.components[k].subarray(start, start + length), row * length);
        });
      }
      for (const [name, map] of Object.entries(halfMaps)) feeds[name] = map.subarray(start, start + length);
      done(await graph.run(feeds), { start, length });
      onBlock?.((start + length) / (3 * size * half));
    }
  } finally {
    await graph.dispose();
  }
}

function compileBlock<K extends string>(
  runtime: Runtime,
  shape: readonly [number, number],
  counts: readonly number[],
  { floor, tolerance }: FillRule,
  consume: BlockWork<K>['consume'],
): Promise<Graph<K>> {
  const [photos, length] = shape;
  const product = (name: string, count: number): Tensor =>
    matmul(input(name, [photos, Math.max(1, count)]), input(`${name}Basis`, [Math.max(1, count), length]));
  const [even, odd] = [product('even', counts[0]), product('odd', counts[1])];
  const side = (name: string, foretold: Tensor): { filled: Tensor; miss: Tensor } => {
    const rest = sub(input(name, shape), foretold);
    const weight = input(`${name}Weight`, shape);
    const own = maximum(weight, floor);
    if (tolerance === 0) return { filled: add(foretold, mul(own, rest)), miss: mul(own, square(rest)) };
    const far = add(1, mul(square(rest), 1 / tolerance ** 2));
    const trust = div(own, square(far));
    return { filled: add(foretold, mul(trust, rest)), miss: mul(div(own, far), square(rest)) };
  };
  const left = side('left', add(even, odd));
  const right = side('right', sub(even, odd));
  const symmetric = mul(0.5, add(left.filled, right.filled));
  const antisymmetric = mul(0.5, sub(left.filled, right.filled));
  return runtime.compile(consume(symmetric, antisymmetric, sum(add(left.miss, right.miss), 1)));
}

/** `[N, Kp]`, at least one column. */
function latentRows(
  { latents, parities }: PcaEstimate,
  list: readonly number[],
  photos: readonly number[],
): Float32Array {
  const width = Math.max(1, list.length);
  const people = latents.length / Math.max(1, parities.length);
  const rows = new Float32Array(photos.length * width);
  photos.forEach((photo, n) => {
    list.forEach((k, i) => {
      rows[n * width + i] = latents[k * people + photo];
    });
  });
  return rows;
}

function readBand(
  { maps, weights, size }: WeightedTextures,
  photos: readonly number[],
  mean: Float32Array,
  firstRow: number,
  rows: number,
  { left, right, leftWeight, rightWeight }: Record<string, Float32Array>,
): void {
  const half = size / 2;
  photos.forEach((photo, n) => {
    const [map, weight] = [maps[photo], weights[photo]];
    for (let r = 0; r < rows; r++) {
      // Rows of the three colors lie below each other; weights have one plane only.
      const from = (firstRow + r) * size;
      const trust = ((firstRow + r) % size) * size;
      const to = n * rows * half + r * half;
      const center = (firstRow + r) * half;
      for (let j = 0; j < half; j++) {
        const middle = mean[center + j];
        const other = size - 1 - j;
        left[to + j] = map[from + j] / 127.5 - 1 - middle;
        right[to + j] = map[from + other] / 127.5 - 1 - middle;
        leftWeight[to + j] = weight[trust + j] / 255;
        rightWeight[to + j] = weight[trust + other] / 255;
      }
    }
  });
}
