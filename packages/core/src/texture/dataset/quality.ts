import type { ShapeModel } from '../../shape/model.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import type { UnwrappedTexture } from '../unwrap.ts';
import { eyewear } from './eyewear.ts';
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
  /** Strength of a spectacle frame around the root of the nose, of `eyewear`. */
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
  eyewear: { most: 0.38, reason: 'probably glasses' },
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
  unwrapped: UnwrappedTexture,
  model: ShapeModel,
): Pick<PhotoQuality, 'sharpness' | 'redness' | 'eyewear'> {
  const { size, color, confidence } = unwrapped;
  const map = mapTexels(model.parts[0], size);
  const face = faceOf(model, size);
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
    if (near !== undefined && face[n] > 0) {
      fine += Math.min(0.1, Math.abs(near));
      fineCount++;
    }
  }
  redness.sort((a, b) => a - b);
  return {
    sharpness: fineCount > 0 ? fine / fineCount : 0,
    redness: redness[redness.length >> 1] ?? 0,
    eyewear: eyewear(unwrapped, model),
  };
}

/** The part that the person's skin tells once its light is known. */
export function measureSkin(
  { map, trust, hidden, light }: PersonSkin,
  model: ShapeModel,
): Pick<PhotoQuality, 'coverage' | 'hidden' | 'deviation'> {
  const face = faceOf(model, map.size);
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

const cache = new WeakMap<ShapeModel, Map<number, Float32Array>>();

/** 1 in the front of the face, else 0, `[N]`. */
function faceOf(model: ShapeModel, size: number): Float32Array {
  const sizes = cache.get(model) ?? new Map<number, Float32Array>();
  cache.set(model, sizes);
  const known = sizes.get(size);
  if (known) return known;
  const skin = model.parts[0];
  const region = texelsFromVertices(mapTexels(skin, size), skin.triangles, model.regions['face'], 1);
  const face = region.map((value) => (value > 128 ? 1 : 0));
  sizes.set(size, face);
  return face;
}
