import type { LiveShape, SeenFace } from '../protocol.ts';

/** Pixels of a canvas. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The photo that the head is laid over. */
export interface PaintedPhoto {
  readonly picture: ImageBitmap;
  /** Pixels of the photo itself. */
  readonly width: number;
  readonly face: SeenFace;
}

/** What the page asks of the worker that draws. */
export type PainterCall =
  | { readonly type: 'open'; readonly triangles: Uint32Array }
  | {
      readonly type: 'begin';
      readonly over: OffscreenCanvas;
      readonly clay: OffscreenCanvas;
      readonly photo: PaintedPhoto;
    }
  | { readonly type: 'resize'; readonly over: Size; readonly clay: Size }
  | { readonly type: 'update'; readonly shape: LiveShape };

/** The answer to `open`: whether this worker can draw. */
export interface PainterReady {
  readonly canDraw: boolean;
}
