import type { FitStage, PresetName } from '@ganfit/core/fit';
import type { WebProvider } from '@ganfit/web';

/** A file of the visitor's, or one that they will get. */
export interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** What the page asks of the worker. */
export type Request =
  | {
      readonly type: 'open';
      /** Absolute URL of the folder that holds runtime and models. */
      readonly base: string;
      /** Skips the measuring: as asked for in the address, or as measured on an earlier visit. */
      readonly provider?: WebProvider;
    }
  | { readonly type: 'look'; readonly photo: number; readonly file: NamedFile }
  | { readonly type: 'forget'; readonly photo: number }
  | {
      readonly type: 'fit';
      /** Faces of one person; the texture comes from the first. */
      readonly faces: readonly { readonly photo: number; readonly face: number }[];
      readonly preset: PresetName;
    }
  | { readonly type: 'reopen'; readonly files: readonly NamedFile[] }
  | { readonly type: 'write'; readonly kind: DownloadKind }
  | { readonly type: 'cancel' };

/** `rpm` and `small` are GLB, with Ready Player Me's names and for phones. */
export type DownloadKind = 'glb' | 'rpm' | 'small' | 'usdz' | 'obj' | 'ply' | 'face' | 'all';

/** The answers to each kind of request. */
export interface Results {
  readonly open: Opened;
  readonly look: Look;
  readonly forget: undefined;
  readonly fit: FinishedHead;
  readonly reopen: FinishedHead;
  readonly write: NamedFile;
  readonly cancel: undefined;
}

/** What happens before an answer. */
export type Progress =
  | { readonly type: 'loading'; readonly received: number; readonly total: number }
  | { readonly type: 'step'; readonly step: LiveStep };

/** From the page to the worker. */
export interface Call {
  readonly id: number;
  readonly request: Request;
}

/** From the worker to the page. */
export type Reply =
  | { readonly id: number; readonly type: 'progress'; readonly progress: Progress }
  | { readonly id: number; readonly type: 'result'; readonly result: Results[keyof Results] }
  | { readonly id: number; readonly type: 'failure'; readonly code: string; readonly message: string };

/** The worker is ready, and this is what it found. */
export interface Opened {
  readonly provider: WebProvider;
  /** Name of the graphics card when one is there. */
  readonly adapter?: string;
  /** Whether WebGPU is only the processor in disguise. */
  readonly isSoftwareAdapter: boolean;
  readonly threads: number;
  /** Milliseconds of the identity network, forward and backward, where both were measured. */
  readonly measured?: Readonly<Record<WebProvider, number>>;
  /** Of all parts together, `[T, 3]`. */
  readonly triangles: Uint32Array;
}

/** What the networks see in one photo. */
export interface Look {
  /** The upright photo, made small enough for a screen. */
  readonly picture: ImageBitmap;
  /** Pixels of the photo itself. */
  readonly width: number;
  readonly height: number;
  /** From left to right; in pixels of the photo. */
  readonly faces: readonly SeenFace[];
  /** Milliseconds that one look of the identity network took, for estimates. */
  readonly pace: number;
}

/** One face in a photo. */
export interface SeenFace {
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** iBUG 68 points, `[68, 2]`. */
  readonly landmarks: Float32Array;
  /** Normalized, `[512]`: the dot product of two is their cosine. */
  readonly embedding: Float32Array;
  /** Too few pixels to be fitted. */
  readonly isTooSmall: boolean;
}

/** A camera as `Camera` of the library, millimetres and pixels. */
export interface PhotoView {
  readonly position: readonly [number, number, number];
  readonly target: readonly [number, number, number];
  readonly roll: number;
  readonly focal: number;
  readonly width: number;
  readonly height: number;
}

/** One step of a fit, as much of it as the page shows. */
export interface LiveStep {
  readonly stage: string;
  /** Share of the stage that is done. */
  readonly fraction: number;
  /** Which part of the fit this iteration belongs to; each counts its own. */
  readonly part?: FitStage;
  readonly iteration?: number;
  /** Each term times its weight. */
  readonly losses?: Readonly<Record<string, number>>;
  readonly total?: number;
  /** The head now; not with every step. */
  readonly shape?: LiveShape;
}

/** The head while it takes shape. */
export interface LiveShape {
  /** Millimetres, `[V, 3]`, with the expression of the first photo. */
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** Linear albedo, `[V, 3]`. */
  readonly colors: Float32Array;
  readonly camera: PhotoView;
  /** Spherical harmonics, `[9, 3]`, when the light is known. */
  readonly light?: Float32Array;
}

/** A head, ready to be shown and written. */
export interface FinishedHead {
  readonly glb: Uint8Array<ArrayBuffer>;
  /** One for each photo, in the order in which they were fitted. */
  readonly photos: readonly FittedPhoto[];
  /** What each texel of the skin rests on, painted for people; absent for a head from a file. */
  readonly evidence?: ImageBitmap;
  /** Shares of the face that were seen, and seen on the other side, in [0, 1]. */
  readonly seen?: { readonly own: number; readonly mirrored: number };
  readonly score?: Score;
  /** Wall time of the stages. */
  readonly seconds?: Readonly<Record<string, number>>;
  /** Sentences that the visitor should read. */
  readonly notes: readonly string[];
}

/** How much the head looks like the photo. */
export interface Score {
  /** By the network that the fit optimizes. */
  readonly cosine: number;
  /** By the network that no fit sees; below `limit` it is the same person. */
  readonly judgeDistance: number;
  readonly judgeLimit: number;
  /** Mean distance of the inner landmarks, as a share of the outer-eye distance. */
  readonly landmarkError: number;
}

/** What belongs to one photo of a head. */
export interface FittedPhoto {
  readonly name: string;
  readonly camera: PhotoView;
  /** Morph target weights of the photo's expression, by name. */
  readonly weights: Readonly<Record<string, number>>;
  /** Turn of both eyes in the photo, radians towards the subject's left and up. */
  readonly gaze: readonly [number, number];
  /** Half of the photo's light, spherical harmonics `[9, 3]`. */
  readonly light?: Float32Array;
}
