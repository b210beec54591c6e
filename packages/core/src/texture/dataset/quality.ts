import { surfacePoints } from '../../shape/evaluate.ts';
import type { ShapeModel } from '../../shape/model.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import type { UnwrappedTexture } from '../unwrap.ts';
import type { PersonSkin } from './person-skin.ts';

/** What speaks for and against a photo, in numbers. */
export interface PhotoQuality {
  /** Detector's score, 0 … 1. */
  readonly score: number;
  /** Outer-eye distance, pixels. */
  readonly eyeDistance: number;
  /** Size of the second largest face as a share of the largest. */
  readonly secondFace: number;
  /** Degrees, from the fitted camera. */
  readonly yaw: number;
  readonly pitch: number;
  /** Of the fit, share of the outer-eye distance. */
  readonly landmarkError: number;
  /** Mean strength of the finest detail, logarithmic brightness. */
  readonly sharpness: number;
  /** Median of log(red / green): zero for a gray picture. */
  readonly redness: number;
  /** Share of the face's texels that the photo shows. */
  readonly coverage: number;
  /** Share of the face hidden by hair and the like. */
  readonly hidden: number;
  /** Relative deviation of the face from mean albedo times light. */
  readonly deviation: number;
  /** Strength of the strongest line across the root of the nose, logarithmic brightness: the bridge of glasses. */
  readonly eyewear: number;
  /** Smooth difference between the sides of the finished face, logarithmic. */
  readonly lopsided: number;
  /** Smooth difference between the finished upper face and the mean person's, logarithmic. */
  readonly uneven: number;
}

/** Bounds beyond which a photo is no use. */
export const QUALITY_BOUNDS: Readonly<
  Record<keyof PhotoQuality, { readonly least?: number; readonly most?: number; readonly reason: string }>
> = {
  score: { least: 0.9, reason: 'the detector doubts that this is a face' },
  eyeDistance: { least: 90, reason: 'the face is small' },
  secondFace: { most: 0.5, reason: 'another face is nearly as large' },
  yaw: { least: -25, most: 25, reason: 'the head is turned away' },
  pitch: { least: -25, most: 25, reason: 'the head is bowed or raised' },
  landmarkError: { most: 0.05, reason: 'the fitted landmarks are far from the photo' },
  sharpness: { least: 0.006, reason: 'the photo is blurred' },
  redness: { least: 0.06, reason: 'the photo has no color' },
  coverage: { least: 0.25, reason: 'too little of the face is seen' },
  hidden: { most: 0.45, reason: 'hair or something else hides the face' },
  deviation: { most: 0.9, reason: 'the light is uneven or the face is covered' },
  eyewear: { most: 0.25, reason: 'probably glasses' },
  lopsided: { most: 0.2, reason: 'one side has another light or is covered' },
  uneven: { most: 0.22, reason: 'shadows or highlights are left' },
};

/**
 * Says why a photo is left out.
 *
 * @returns One phrase with the number, or undefined when nothing speaks against it.
 */
export function rejection(quality: Partial<PhotoQuality>): string | undefined {
  for (const [name, { least, most, reason }] of Object.entries(QUALITY_BOUNDS)) {
    const value = quality[name as keyof PhotoQuality];
    if (value === undefined) continue;
    if (least !== undefined && !(value >= least)) return `${reason} (${name} ${value.toFixed(3)} < ${least})`;
    if (most !== undefined && !(value <= most)) return `${reason} (${name} ${value.toFixed(3)} > ${most})`;
  }
  return undefined;
}

/** The part of {@link PhotoQuality} that the unwrapped photo alone tells. */
export function measurePhoto(
  { size, color, confidence }: UnwrappedTexture,
  model: ShapeModel,
): Pick<PhotoQuality, 'sharpness' | 'redness' | 'eyewear'> {
  const map = mapTexels(model.parts[0], size);
  const zones = zonesOf(model, size);
  let [fine, fineCount] = [0, 0];
  const redness: number[] = [];
  const brightness = Float32Array.from(confidence, (trust, i) =>
    trust > 0 ? Math.log(0.3 * color[3 * i] + 0.6 * color[3 * i + 1] + 0.1 * color[3 * i + 2] + 0.01) : 0,
  );
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    if (confidence[texel] < 0.7) continue;
    if (n % 7 === 0) redness.push(Math.log((color[3 * texel] + 0.01) / (color[3 * texel + 1] + 0.01)));
    const near = laplacian(brightness, confidence, texel, size, 1);
    if (near !== undefined && zones.face[n] > 0) {
      fine += Math.min(0.1, Math.abs(near));
      fineCount++;
    }
  }
  redness.sort((a, b) => a - b);
  return {
    sharpness: fineCount > 0 ? fine / fineCount : 0,
    redness: redness[redness.length >> 1] ?? 0,
    eyewear: bridgeLine(brightness, confidence, zones.bridge, Math.max(1, Math.round((3 * size) / 512))),
  };
}

/** The part that the person's skin tells once its light is known. */
export function measureSkin(
  { map, trust, hidden, light }: PersonSkin,
  model: ShapeModel,
): Pick<PhotoQuality, 'coverage' | 'hidden' | 'deviation'> {
  const { face } = zonesOf(model, map.size);
  let [covered, area] = [0, 0];
  for (let n = 0; n < map.count; n++) {
    area += face[n];
    covered += face[n] * trust[n];
  }
  return { coverage: area > 0 ? covered / area : 0, hidden, deviation: light.deviation };
}

/** Value less the mean of four neighbors at a distance; undefined at the border of what is seen. */
function laplacian(
  values: Float32Array,
  confidence: Float32Array,
  texel: number,
  size: number,
  distance: number,
): number | undefined {
  const [row, column] = [Math.floor(texel / size), texel % size];
  if (row < distance || column < distance || row >= size - distance || column >= size - distance)
    return undefined;
  let sum = 0;
  for (const step of [-distance, distance, -distance * size, distance * size]) {
    if (confidence[texel + step] < 0.6) return undefined;
    sum += values[texel + step];
  }
  return values[texel] - sum / 4;
}

/**
 * Strength of the strongest dark or bright line that runs across the root of the nose: averaged along each row, a bridge of
 * glasses stays while frown lines, which run upwards, vanish. On 930 portraits, 150 with glasses, the area under the ROC
 * curve is 0.997.
 */
function bridgeLine(
  brightness: Float32Array,
  confidence: Float32Array,
  rows: readonly (readonly number[])[],
  distance: number,
): number {
  const profile = rows.map((texels) => {
    let [sum, total] = [0, 0];
    for (const texel of texels) {
      sum += confidence[texel] * brightness[texel];
      total += confidence[texel];
    }
    return total > 0.5 * texels.length ? sum / total : Number.NaN;
  });
  let strongest = 0;
  for (let i = distance; i + distance < profile.length; i++) {
    const line = Math.abs(profile[i] - (profile[i - distance] + profile[i + distance]) / 2);
    if (line > strongest) strongest = line;
  }
  return strongest;
}

/** Half the width of the root of the nose and its height about the eyes, millimetres. */
const BRIDGE = { width: 2.7, below: 8, above: 13 } as const;

interface Zones {
  /** The front of the face, `[N]`. */
  readonly face: Float32Array;
  /** Texels of the root of the nose by rows, where glasses have their bridge. */
  readonly bridge: readonly (readonly number[])[];
}

const cache = new WeakMap<ShapeModel, Map<number, Zones>>();

function zonesOf(model: ShapeModel, size: number): Zones {
  let sizes = cache.get(model);
  if (!sizes) {
    sizes = new Map();
    cache.set(model, sizes);
  }
  let zones = sizes.get(size);
  if (zones) return zones;
  const skin = model.parts[0];
  const map = mapTexels(skin, size);
  const marks = surfacePoints(model.mean, skin.triangles, model.landmarks);
  const rims = [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47];
  const eyes = rims.reduce((sum, i) => sum + marks[3 * i + 1], 0) / rims.length;
  const face = model.regions['face'];
  const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
  const bridge = new Map<number, number[]>();
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    if (Math.abs(x) > BRIDGE.width || y < eyes - BRIDGE.below || y > eyes + BRIDGE.above || z < 0) continue;
    const row = Math.floor(map.texels[n] / size);
    bridge.set(row, [...(bridge.get(row) ?? []), map.texels[n]]);
  }
  zones = {
    face: texelsFromVertices(map, skin.triangles, face, 1).map((value) => (value > 128 ? 1 : 0)),
    bridge: [...bridge].sort(([a], [b]) => a - b).map(([, texels]) => texels),
  };
  sizes.set(size, zones);
  return zones;
}
