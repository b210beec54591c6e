import { surfacePoints } from '../../shape/evaluate.ts';
import type { ShapeModel } from '../../shape/model.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import type { UnwrappedTexture } from '../unwrap.ts';

/** The root of the nose about the eyes, millimetres: half its width, and how far it reaches down and up. */
const BRIDGE = { half: 5, below: 8, above: 17 } as const;
/** Where rims and nose pads stand between the nose and the eyes, millimetres from the middle and about the eyes. */
const PADS = { from: 5, to: 19, below: 3, above: 7 } as const;
/** Half the width of a frame, texels of 512. */
const FRAME = 3;
/** A gray line this strong beside the nose counts once; skin without glasses has a third of it. */
const GRAY = 0.1;
const FLOOR = 0.01;

/**
 * Strength of a spectacle frame: the strongest line across the root of the nose (the bridge) times the root of the strongest
 * colorless upright line beside it (rims and pads).
 *
 * Both are logarithmic contrasts, so they do not know how dark the skin is. Averaged along the row, frown lines, which run
 * upwards, vanish; level folds of old skin stay, but a fold is reddened by the light that goes through it, while metal, glass
 * and plastic are grayer than any skin.
 *
 * On 884 portraits, 134 with glasses, every pair is found at the bound 0.38, and of the others 7 are taken for glasses (by the
 * bridge's brightness alone, at its bound 0.25: 9 pairs missed, 22 mistaken).
 *
 * @returns From 0, without a unit; median 0.05 on bare faces.
 */
export function eyewear({ size, color, confidence }: UnwrappedTexture, model: ShapeModel): number {
  const zones = zonesOf(model, size);
  const step = Math.max(1, Math.round((FRAME * size) / 512));
  const brightness = (i: number): number =>
    Math.log(0.3 * color[3 * i] + 0.6 * color[3 * i + 1] + 0.1 * color[3 * i + 2] + FLOOR);
  const redness = (i: number): number => Math.log((color[3 * i] + FLOOR) / (color[3 * i + 2] + FLOOR));
  const line = strongest(profile(zones.bridge, confidence, brightness), step, Math.abs);
  const gray = zones.pads.map((columns) => strongest(profile(columns, confidence, redness), step, (x) => -x));
  return line * Math.sqrt(Math.max(...gray) / GRAY);
}

/** Mean of each list of texels; NaN where less than half of it was seen. */
function profile(
  lists: readonly (readonly number[])[],
  confidence: Float32Array,
  value: (texel: number) => number,
): number[] {
  return lists.map((texels) => {
    let [sum, total] = [0, 0];
    for (const texel of texels) {
      if (confidence[texel] === 0) continue;
      sum += confidence[texel] * value(texel);
      total += confidence[texel];
    }
    return total > 0.5 * texels.length ? sum / total : Number.NaN;
  });
}

/** Largest departure of a value from the mean of those a step before and behind it, at least 0. */
function strongest(values: readonly number[], step: number, measure: (departure: number) => number): number {
  let most = 0;
  for (let i = step; i + step < values.length; i++) {
    const departure = measure(values[i] - (values[i - step] + values[i + step]) / 2);
    if (departure > most) most = departure;
  }
  return most;
}

interface Zones {
  /** Texels of the root of the nose by rows, from the top. */
  readonly bridge: readonly (readonly number[])[];
  /** Those beside it by columns, for either side. */
  readonly pads: readonly (readonly (readonly number[])[])[];
}

const cache = new WeakMap<ShapeModel, Map<number, Zones>>();

function zonesOf(model: ShapeModel, size: number): Zones {
  const sizes = cache.get(model) ?? new Map<number, Zones>();
  cache.set(model, sizes);
  const known = sizes.get(size);
  if (known) return known;
  const skin = model.parts[0];
  const map = mapTexels(skin, size);
  const marks = surfacePoints(model.mean, skin.triangles, model.landmarks);
  const rims = [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47];
  const eyes = rims.reduce((sum, i) => sum + marks[3 * i + 1], 0) / rims.length;
  const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
  const bridge = new Map<number, number[]>();
  const pads = [new Map<number, number[]>(), new Map<number, number[]>()];
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    const height = y - eyes;
    if (z < 0) continue;
    if (Math.abs(x) <= BRIDGE.half && height >= -BRIDGE.below && height <= BRIDGE.above) {
      add(bridge, Math.floor(texel / size), texel);
    }
    if (Math.abs(x) < PADS.from || Math.abs(x) > PADS.to) continue;
    if (height < -PADS.below || height > PADS.above) continue;
    add(pads[x < 0 ? 0 : 1], texel % size, texel);
  }
  const zones = { bridge: inOrder(bridge), pads: pads.map(inOrder) };
  sizes.set(size, zones);
  return zones;
}

function add(lists: Map<number, number[]>, key: number, texel: number): void {
  const list = lists.get(key);
  if (list) list.push(texel);
  else lists.set(key, [texel]);
}

/** Lists in the order of their keys, without those at the ends of a zone that hold a few texels only: they are no mean. */
function inOrder(lists: ReadonlyMap<number, readonly number[]>): (readonly number[])[] {
  const sorted = [...lists].sort(([a], [b]) => a - b).map(([, texels]) => texels);
  const most = Math.max(0, ...sorted.map(({ length }) => length));
  return sorted.filter(({ length }) => length > 0.5 * most);
}
