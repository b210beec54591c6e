import { assert } from '../../error.ts';
import { bytesToLinear, linearToBytes } from '../../image/color.ts';
import type { RandomStream } from '../../random/index.ts';
import type { TextureSet } from '../gan/texture-set.ts';
import { padCharts } from '../pad.ts';
import type { MixRegionName, MixRegions } from './mix-regions.ts';

/** What new people are mixed of. */
export interface MixStock {
  readonly set: TextureSet;
  /** Median logarithmic linear RGB of each person's face, `[count, 3]`. */
  readonly tones: Float32Array;
  readonly regions: MixRegions;
  /** Where the other side of the face lies, in texels (`column`, `row`), `[S, S, 2]`; NaN where there is none. */
  readonly mirror: Float32Array;
}

/** Who and what went into a mixed texture. */
export interface MixRecipe {
  /** The person that gives what is coarse, and all that no other one gives. */
  readonly base: number;
  /** Who lends which region. */
  readonly regions: readonly (readonly [MixRegionName, number])[];
  /** Who lends the fine detail of the whole face; the base where nobody else. */
  readonly detail: number;
  /** Added to the logarithm of linear RGB. */
  readonly toneShift: readonly [number, number, number];
  readonly mirrored: boolean;
}

/** Tones (logarithmic) within about this distance are alike enough to lend each other parts of the face. */
const LIKE = 0.18;
/** Chance of each region to be lent. */
const LENT = 0.5;
/** Chance that pores and wrinkles of the whole face come of somebody else. */
const OTHER_DETAIL = 0.35;
/**
 * Cells across the map, of whatever resolution it is: coarser than a cell is tone, finer is detail. In the face a cell is
 * 9.4 mm wide (median; 8.6 to 12.3 mm in the middle 80 %).
 */
const CELLS = 32;
/**
 * Beyond the difference of their tones people differ by so much in brightness (logarithmic) only where one has hair and the other
 * has not: the fine of the one on the coarse of the other would be blots, and a membrane from there would drag them over the skin.
 */
const STRANGE = 0.4;
/** A region is lent where at least this share of its border is alike. */
const ALIKE = 0.4;
const FLOOR = 0.01;

/**
 * Chooses people for a mixture: all of similar tone, and a target tone among theirs, so that the mixtures have the tones of
 * the population and no others.
 */
export function mixRecipe(stock: MixStock, random: RandomStream): MixRecipe {
  const { set, tones } = stock;
  const base = random.index(set.count);
  const partner = (): number => {
    // Rejection sampling; after many failures the person has no like and mixes with itself.
    for (let attempt = 0; attempt < 200; attempt++) {
      const other = random.index(set.count);
      let distance = 0;
      for (let k = 0; k < 3; k++) distance += (tones[3 * other + k] - tones[3 * base + k]) ** 2;
      if (other !== base && random.uniform() < Math.exp(-distance / (2 * LIKE * LIKE))) return other;
    }
    return base;
  };
  const names = Object.keys(stock.regions) as MixRegionName[];
  const lent = names.filter(() => random.uniform() < LENT);
  // At least one region changes hands, else nobody new is made.
  if (lent.length === 0) lent.push(names[random.index(names.length)]);
  const regions = lent.map((name): readonly [MixRegionName, number] => [name, partner()]);
  const detail = random.uniform() < OTHER_DETAIL ? partner() : base;
  const [towards, share] = [partner(), random.uniform()];
  const shift = (k: number): number => share * (tones[3 * towards + k] - tones[3 * base + k]);
  return {
    base,
    regions,
    detail,
    toneShift: [shift(0), shift(1), shift(2)],
    mirrored: random.uniform() < 0.5,
  };
}

/**
 * Makes the texture of a person that does not exist.
 *
 * Maps of one UV layout are aligned texel by texel, so parts of one face fit another. A lent region is laid in by seamless
 * cloning (Pérez et al. 2003): its own gradients over a membrane that meets the base at the border. All is done on
 * logarithms of linear color, where a tone is an offset.
 *
 * @returns `[3, S, S]`, sRGB, 0 … 255, as in `TextureSet`.
 */
export function mixTexture(stock: MixStock, recipe: MixRecipe): Uint8Array {
  const size = stock.set.resolution;
  const plane = size * size;
  const result = logarithms(stock.set, recipe.base);
  if (recipe.detail !== recipe.base) {
    const other = logarithms(stock.set, recipe.detail);
    const [own, strange] = [coarse(result, size), coarse(other, size)];
    const usual = toneBetween(stock, recipe.base, recipe.detail);
    for (let i = 0; i < result.length; i += 3) {
      const share = 1 / (1 + (brightness(own, strange, i, usual) / STRANGE) ** 4);
      for (let k = i; k < i + 3; k++)
        result[k] = own[k] + share * (other[k] - strange[k]) + (1 - share) * (result[k] - own[k]);
    }
  }
  for (const [name, person] of recipe.regions) {
    if (person === recipe.base) continue;
    const usual = toneBetween(stock, recipe.base, person);
    clone(result, logarithms(stock.set, person), stock.regions[name], { size, usual });
  }
  const linear = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    for (let k = 0; k < 3; k++) {
      linear[3 * i + k] = Math.max(0, Math.exp(result[3 * i + k] + recipe.toneShift[k]) - FLOOR);
    }
  }
  const bytes = linearToBytes(recipe.mirrored ? mirrored(linear, stock.mirror, size) : linear);
  const planar = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) for (let k = 0; k < 3; k++) planar[k * plane + i] = bytes[3 * i + k];
  return planar;
}

/** Median tones of all maps over a mask. @returns `[count, 3]`, logarithmic linear RGB. */
export function tonesOf(set: TextureSet, mask: Float32Array): Float32Array {
  const plane = set.resolution ** 2;
  assert(mask.length === plane, `tonesOf: the mask must have ${plane} texels`);
  const inside: number[] = [];
  const stride = Math.max(1, Math.floor(plane / 40_000));
  for (let i = 0; i < plane; i += stride) if (mask[i] > 0.5) inside.push(i);
  const tones = new Float32Array(3 * set.count);
  for (let n = 0; n < set.count; n++) {
    for (let k = 0; k < 3; k++) {
      const values = Uint8Array.from(inside, (i) => set.data[(3 * n + k) * plane + i]).sort();
      tones[3 * n + k] = Math.log(bytesToLinear(values.subarray(values.length >> 1))[0] + FLOOR);
    }
  }
  return tones;
}

/** `[S, S, 3]`. */
function logarithms(set: TextureSet, person: number): Float32Array {
  const plane = set.resolution ** 2;
  const result = new Float32Array(3 * plane);
  for (let k = 0; k < 3; k++) {
    const start = (3 * person + k) * plane;
    for (let i = 0; i < plane; i++) result[3 * i + k] = LOGARITHMS[set.data[start + i]];
  }
  return result;
}

const LOGARITHMS = bytesToLinear(Uint8Array.from({ length: 256 }, (_, i) => i)).map((value) =>
  Math.log(value + FLOOR),
);

/** By how much the first person is brighter than the second, logarithmic. */
function toneBetween({ tones }: MixStock, a: number, b: number): number {
  return [0, 1, 2].reduce((sum, k) => sum + (tones[3 * a + k] - tones[3 * b + k]) / 3, 0);
}

/** How far a texel is brighter or darker than another beyond what is usual between them. */
function brightness(a: Float32Array, b: Float32Array, at: number, usual: number): number {
  return (a[at] + a[at + 1] + a[at + 2] - b[at] - b[at + 1] - b[at + 2]) / 3 - usual;
}

/**
 * Lays what `other` shows inside a mask into `target`, over the membrane of their difference around it. Only the border speaks:
 * what lies beyond it may be hair or shade that has nothing to do with this region. Nor does the border where one of both
 * has hair; where that is most of it nothing is laid in.
 */
function clone(
  target: Float32Array,
  other: Float32Array,
  mask: Float32Array,
  { size, usual }: { readonly size: number; readonly usual: number },
): void {
  const plane = size * size;
  const membrane = new Float32Array(3 * plane);
  const known = new Uint8Array(plane);
  let [border, alike] = [0, 0];
  for (let i = 0; i < plane; i++) {
    if (mask[i] <= 0.02 || mask[i] >= 0.6) continue;
    border++;
    if (Math.abs(brightness(target, other, 3 * i, usual)) > STRANGE) continue;
    alike++;
    known[i] = 1;
    for (let k = 0; k < 3; k++) membrane[3 * i + k] = target[3 * i + k] - other[3 * i + k];
  }
  if (alike < ALIKE * border) return;
  padCharts(membrane, known, size, 3);
  const smooth = coarse(membrane, size);
  for (let i = 0; i < plane; i++) {
    if (mask[i] === 0) continue;
    for (let k = 0; k < 3; k++) {
      const laid = other[3 * i + k] + smooth[3 * i + k];
      target[3 * i + k] += mask[i] * (laid - target[3 * i + k]);
    }
  }
}

/** The image averaged in cells and interpolated smoothly, `[S, S, 3]`. */
function coarse(values: Float32Array, size: number): Float32Array {
  const cells = Math.min(CELLS, size);
  const step = size / cells;
  const sums = new Float32Array(3 * cells * cells);
  for (let row = 0; row < size; row++) {
    const top = Math.floor(row / step) * cells;
    for (let column = 0; column < size; column++) {
      const cell = 3 * (top + Math.floor(column / step));
      const i = 3 * (row * size + column);
      for (let k = 0; k < 3; k++) sums[cell + k] += values[i + k];
    }
  }
  const area = step * step;
  const result = new Float32Array(values.length);
  const weights = Array.from({ length: size }, (_, i) => splineWeights((i + 0.5) / step - 0.5, cells));
  const rows = new Float32Array(3 * cells);
  for (let row = 0; row < size; row++) {
    rows.fill(0);
    for (const [index, weight] of weights[row]) {
      for (let i = 0; i < rows.length; i++) rows[i] += (weight / area) * sums[3 * cells * index + i];
    }
    for (let column = 0; column < size; column++) {
      const at = 3 * (row * size + column);
      for (const [index, weight] of weights[column]) {
        for (let k = 0; k < 3; k++) result[at + k] += weight * rows[3 * index + k];
      }
    }
  }
  return result;
}

/** Quadratic B-spline around a place: no edge of a cell shows. */
function splineWeights(place: number, count: number): readonly (readonly [number, number])[] {
  const middle = Math.round(place);
  const t = place - middle;
  const clamp = (i: number): number => Math.min(count - 1, Math.max(0, i));
  return [
    [clamp(middle - 1), 0.5 * (0.5 - t) ** 2],
    [clamp(middle), 0.75 - t * t],
    [clamp(middle + 1), 0.5 * (0.5 + t) ** 2],
  ];
}

/** Every texel takes the color of its mirror image, bilinearly. */
function mirrored(values: Float32Array, places: Float32Array, size: number): Float32Array {
  const result = values.slice();
  for (let i = 0; i < size * size; i++) {
    if (Number.isNaN(places[2 * i])) continue;
    const [x, y] = [places[2 * i] - 0.5, places[2 * i + 1] - 0.5];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const sum = [0, 0, 0];
    for (let corner = 0; corner < 4; corner++) {
      const column = Math.min(size - 1, Math.max(0, left + (corner & 1)));
      const row = Math.min(size - 1, Math.max(0, top + (corner >> 1)));
      const weight = (1 - Math.abs(x - left - (corner & 1))) * (1 - Math.abs(y - top - (corner >> 1)));
      for (let k = 0; k < 3; k++) sum[k] += weight * values[3 * (row * size + column) + k];
    }
    for (let k = 0; k < 3; k++) result[3 * i + k] = sum[k];
  }
  return result;
}
