import type { FitParameters } from '@ganfit/core/fit';
import type { PhotoBalance, PhotoQuality } from '@ganfit/core/texture';

/** What one photo's fit leaves behind, so that later rounds need not repeat it. */
export interface FitRecord {
  readonly id: string;
  /** SHA-256 of the photo. */
  readonly source: string;
  readonly quality: Partial<PhotoQuality>;
  /** Height of the mouth's opening, share of its width. */
  readonly mouth: number;
  readonly mouthOpen: boolean;
  readonly parameters?: FitParameters;
  /** Why the photo is no use. */
  readonly reason?: string;
}

/** One line of `index.jsonl`. */
export interface TextureEntry extends FitRecord {
  readonly accepted: boolean;
  readonly heldOut: boolean;
  /** Names of the files, where a texture was made. */
  readonly texture?: string;
  readonly confidence?: string;
  /** Spherical harmonics of the light relative to the mean albedo, `[9, 3]`. */
  readonly light?: readonly number[];
  /** Median color of the skin in the texture, logarithmic linear RGB. */
  readonly tone?: readonly number[];
  /** SHA-256 of the mean it was judged and completed by. */
  readonly mean?: string;
  readonly topologyDigest: string;
}

/** What a worker is asked to do. */
export type Job =
  | { readonly kind: 'fit'; readonly id: string; readonly path: string }
  | { readonly kind: 'mean'; readonly id: string }
  | { readonly kind: 'sums'; readonly path: string }
  | { readonly kind: 'take-mean'; readonly path?: string }
  | { readonly kind: 'finish'; readonly id: string; readonly group: string; readonly balance: PhotoBalance };

/** What comes back. */
export interface Reply {
  /** `fit`: why the photo is no use. */
  readonly reason?: string;
  /** `mean`: logarithmic tone of the person, RGB. */
  readonly tone?: readonly number[];
  /** `finish`. */
  readonly entry?: Pick<
    TextureEntry,
    'quality' | 'accepted' | 'reason' | 'texture' | 'confidence' | 'light' | 'tone'
  >;
}

/** How a worker starts. */
export interface WorkerSetup {
  readonly dataset: string;
  readonly size: number;
  /** The model's own atlas, or the mean unrolled from a cylinder. Default `atlas`. */
  readonly layout?: 'atlas' | 'cylinder';
  readonly shape?: string;
  readonly offline?: boolean;
}

/** FitParameters as JSON: typed arrays become lists. */
export function parametersToJson(parameters: FitParameters): unknown {
  return JSON.parse(
    JSON.stringify(parameters, (_, value: unknown) =>
      value instanceof Float32Array ? Array.from(value, (x) => Number(x.toPrecision(7))) : value,
    ),
  );
}

/** And back. */
export function parametersFromJson(json: FitParameters): FitParameters {
  return {
    identity: Float32Array.from(json.identity),
    photos: json.photos.map((photo) => ({ ...photo, expression: Float32Array.from(photo.expression) })),
  };
}
