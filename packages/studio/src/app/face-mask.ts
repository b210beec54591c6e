import type { SeenFace } from '../protocol.ts';
import { type AnyCanvas, contextOf, type Window } from './photo-canvas.ts';

const SIDE = 512;

/**
 * Paints a soft mask of the face in a window of its photo: what lies outside the outline of the landmarks is transparent.
 *
 * @param canvas Gets a size of its own, in the window's shape.
 */
export function paintFaceMask<C extends AnyCanvas>(canvas: C, { landmarks }: SeenFace, view: Window): C {
  const aspect = view.width / view.height;
  canvas.width = Math.round(SIDE * Math.min(1, aspect));
  canvas.height = Math.round(SIDE / Math.max(1, aspect));
  const context = contextOf(canvas);
  if (!context) return canvas;
  const scale = canvas.width / view.width;
  const point = (i: number): [number, number] => [landmarks[2 * i], landmarks[2 * i + 1]];
  const [chin, nose] = [point(8), point(27)];
  // The landmarks end at the brows: the forehead is taken to be a third of the height from nose to chin.
  const up = [(nose[0] - chin[0]) * 0.34, (nose[1] - chin[1]) * 0.34];
  const jaw = Array.from({ length: 17 }, (_, i) => point(i));
  const brow = [26, 24, 22, 21, 19, 17].map(point).map(([x, y]): [number, number] => [x + up[0], y + up[1]]);
  const outline = [...jaw, ...brow].map(([x, y]) => [(x - view.x) * scale, (y - view.y) * scale]);
  const width = Math.hypot(jaw[16][0] - jaw[0][0], jaw[16][1] - jaw[0][1]) * scale;
  context.filter = `blur(${Math.max(2, width * 0.028)}px)`;
  context.beginPath();
  for (const [x, y] of outline) context.lineTo(x, y);
  context.closePath();
  context.fill();
  return canvas;
}
