import type { Camera } from './camera.ts';

/**
 * A window of a photo, rendered at its own resolution. Photo pixel (x, y) lands on render pixel
 * `((x - viewport.x) * scale, (y - viewport.y) * scale)`; the camera itself keeps speaking of the whole photo, so that
 * crops never change its parameters.
 */
export interface Viewport {
  /** Left edge in photo pixels; may lie outside the photo. */
  readonly x: number;
  /** Top edge in photo pixels. */
  readonly y: number;
  /** Render pixels per photo pixel. */
  readonly scale: number;
  /** Render pixels across. */
  readonly width: number;
  /** Render pixels down. */
  readonly height: number;
}

/** Gives the viewport that shows the whole photo, at `scale` render pixels per photo pixel. */
export function wholeViewport(camera: Camera, scale = 1): Viewport {
  return {
    x: 0,
    y: 0,
    scale,
    width: Math.round(camera.width * scale),
    height: Math.round(camera.height * scale),
  };
}

/**
 * Gives a square viewport around a box of the photo.
 *
 * @param box Photo pixels; its larger side times `margin` fills the render.
 * @param size Render pixels across and down.
 */
export function squareViewport(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  size: number,
  margin = 1,
): Viewport {
  const side = Math.max(box.width, box.height) * margin;
  return {
    x: box.x + (box.width - side) / 2,
    y: box.y + (box.height - side) / 2,
    scale: size / side,
    width: size,
    height: size,
  };
}
