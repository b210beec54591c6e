import type { ShapeModel } from '../../shape/model.ts';
import { complete } from '../complete.ts';
import { mirrorTexels } from '../mirror.ts';
import { mapTexels } from '../texels.ts';
import { evenMean } from './even-tone.ts';
import type { PersonSkin } from './person-skin.ts';

/** A running mean over people, which can be summed in parts and added up. */
export interface MeanSums {
  /** S, texels across and down. */
  readonly size: number;
  /** Weighted sums of logarithmic RGB beside the person's own tone, and the weights: `[N, 4]`. */
  readonly texels: Float32Array;
  /** Sum of the tones, logarithmic RGB, and the number of people, `[4]`. */
  readonly tone: Float64Array;
}

const FLOOR = 0.005;
/** So many people, as a share of all, must have shown a texel before it is fully believed. */
const QUORUM = 0.2;

/** An empty mean. */
export function meanSums(model: ShapeModel, size: number): MeanSums {
  return {
    size,
    texels: new Float32Array(4 * mapTexels(model.parts[0], size).count),
    tone: new Float64Array(4),
  };
}

/** Adds one person. The mean is geometric and beside each person's tone, so that dark and light skins weigh alike. */
export function addPerson(sums: MeanSums, person: PersonSkin): void {
  const { colors, trust } = person;
  const tone = personTone(person);
  tone.forEach((value, k) => {
    sums.tone[k] += value;
  });
  sums.tone[3]++;
  for (let n = 0; n < trust.length; n++) {
    if (trust[n] <= 0) continue;
    for (let k = 0; k < 3; k++) {
      sums.texels[4 * n + k] += trust[n] * (Math.log(colors[3 * n + k] + FLOOR) - tone[k]);
    }
    sums.texels[4 * n + 3] += trust[n];
  }
}

/** Adds another part of the population. */
export function addSums(sums: MeanSums, part: MeanSums): void {
  part.texels.forEach((value, i) => {
    sums.texels[i] += value;
  });
  part.tone.forEach((value, i) => {
    sums.tone[i] += value;
  });
}

/**
 * Finishes the mean: symmetric, and continued where nobody was seen.
 *
 * @returns Linear RGB, `[S, S, 3]`.
 */
export function meanTexture({ size, texels, tone }: MeanSums, model: ShapeModel): Float32Array {
  const map = mapTexels(model.parts[0], size);
  const places = mirrorTexels(model, size);
  const color = new Float32Array(3 * size * size);
  const confidence = new Float32Array(size * size);
  const people = Math.max(1, tone[3]);
  for (let n = 0; n < map.count; n++) {
    const sum = [0, 1, 2, 3].map((k) => texels[4 * n + k]);
    if (!Number.isNaN(places[2 * n])) {
      const [column, row] = [Math.floor(places[2 * n]), Math.floor(places[2 * n + 1])];
      const inside = column >= 0 && row >= 0 && column < size && row < size;
      const other = inside ? map.entries[row * size + column] : -1;
      if (other >= 0) for (let k = 0; k < 4; k++) sum[k] += texels[4 * other + k];
    }
    if (sum[3] <= 0) continue;
    const texel = map.texels[n];
    confidence[texel] = Math.min(1, sum[3] / (2 * QUORUM * people));
    for (let k = 0; k < 3; k++) {
      color[3 * texel + k] = Math.max(0, Math.exp(sum[k] / sum[3] + tone[k] / people) - FLOOR);
    }
  }
  const { color: whole } = complete({ size, color, confidence }, model, { light: 0, strangers: false });
  evenMean(model, map, whole);
  return whole;
}

/** Median color of the well-seen skin, logarithmic RGB. */
export function personTone({ colors, trust }: PersonSkin): [number, number, number] {
  return [medianTone(colors, trust, 0), medianTone(colors, trust, 1), medianTone(colors, trust, 2)];
}

function medianTone(colors: Float32Array, trust: Float32Array, k: number): number {
  const values: number[] = [];
  const stride = Math.max(1, Math.floor(trust.length / 60_000));
  for (let n = 0; n < trust.length; n += stride) if (trust[n] > 0.7) values.push(colors[3 * n + k]);
  values.sort((a, b) => a - b);
  return Math.log((values[values.length >> 1] ?? 0.3) + FLOOR);
}
