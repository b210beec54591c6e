import type { TextureLook } from './texture-look.ts';

/** Whom something is like, and how much. */
export interface Nearest {
  readonly id: string;
  readonly value: number;
}

/** The training map that is nearest, by three measures. */
export interface NearestMaps {
  /** Correlation of the face's details, mirror images count as well; 1 for the same. */
  readonly detail: Nearest;
  /** Root mean square difference of the face's colors at 64 texels, of 255. */
  readonly tone: Nearest;
  /** Cosine of the embeddings of renders. */
  readonly identity: Nearest;
}

/** What is compared. */
export type ComparedLook = Pick<TextureLook, 'tone' | 'detail' | 'embedding'>;

/** A map that a model was trained on. */
export interface TrainingMap extends ComparedLook {
  readonly id: string;
  /** The mirror image's. */
  readonly mirrored: Pick<TextureLook, 'tone' | 'detail'>;
}

/** Finds the training maps that a texture is nearest to. */
export function nearestMaps(maps: readonly TrainingMap[], look: ComparedLook): NearestMaps {
  let detail: Nearest = { id: '', value: -2 };
  let tone: Nearest = { id: '', value: Number.POSITIVE_INFINITY };
  let identity: Nearest = { id: '', value: -2 };
  for (const { id, mirrored, ...own } of maps) {
    const correlation = Math.max(product(look.detail, own.detail), product(look.detail, mirrored.detail));
    const difference = Math.min(apart(look.tone, own.tone), apart(look.tone, mirrored.tone));
    const cosine = product(look.embedding, own.embedding);
    if (correlation > detail.value) detail = { id, value: correlation };
    if (difference < tone.value) tone = { id, value: difference };
    if (cosine > identity.value) identity = { id, value: cosine };
  }
  return { detail, tone, identity };
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function apart(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
}
