import type { Look, SeenFace } from '../protocol.ts';

/** A rectangle in pixels of the photo. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A canvas of the page, or one that a worker draws on. */
export type AnyCanvas = HTMLCanvasElement | OffscreenCanvas;

/** What both kinds of canvas are drawn with. */
export function contextOf(canvas: AnyCanvas): OffscreenCanvasRenderingContext2D | null {
  // The two kinds differ in nothing that is used here, but TypeScript cannot call a method of both.
  return (canvas as OffscreenCanvas).getContext('2d');
}

/** Draws a window of a photo onto a canvas, as many pixels as the canvas has on the screen. */
export function drawPhoto(
  canvas: AnyCanvas,
  { picture, width }: Pick<Look, 'picture' | 'width'>,
  view: Window,
): void {
  const scale = picture.width / width;
  const context = contextOf(canvas);
  if (!context) return;
  context.imageSmoothingQuality = 'high';
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(
    picture,
    view.x * scale,
    view.y * scale,
    view.width * scale,
    view.height * scale,
    0,
    0,
    canvas.width,
    canvas.height,
  );
}

/** A window of the given shape around a face, hair and chin included. */
export function headWindow({ landmarks }: SeenFace, aspect: number, margin = 2.1): Window {
  const xs = landmarks.filter((_, i) => i % 2 === 0);
  const ys = landmarks.filter((_, i) => i % 2 === 1);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const size = Math.max(right - left, bottom - top) * margin;
  const [width, height] = aspect >= 1 ? [size * aspect, size] : [size, size / aspect];
  // The landmarks end at the brows; the middle of a head lies higher.
  const middle = (top + bottom) / 2 - 0.16 * (bottom - top);
  return { x: (left + right) / 2 - width / 2, y: middle - height / 2, width, height };
}

/** Draws the 68 points on a window of the photo. */
export function drawLandmarks(
  canvas: HTMLCanvasElement,
  { landmarks }: SeenFace,
  view: Window,
  color: string,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = canvas.width / view.width;
  context.fillStyle = color;
  const radius = Math.max(1.5, canvas.width / 260);
  for (let i = 0; i < landmarks.length; i += 2) {
    context.beginPath();
    context.arc((landmarks[i] - view.x) * scale, (landmarks[i + 1] - view.y) * scale, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

/** Pixels of a canvas that is as sharp as the screen. */
export function sharpSize(canvas: HTMLCanvasElement): { readonly width: number; readonly height: number } {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) =>
    Math.max(1, Math.round(side * ratio)),
  );
  return { width, height };
}

/** Makes a canvas as sharp as the screen; returns whether its size changed. */
export function fitCanvas(canvas: HTMLCanvasElement): boolean {
  const { width, height } = sharpSize(canvas);
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}
