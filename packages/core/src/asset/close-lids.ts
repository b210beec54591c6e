import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from '../texture/face-area.ts';
import { fitEyeBall } from './eye-ball.ts';
import { LID_EDGE, type LidLoops } from './lid-loops.ts';

/** The upper edge ends so far below the lower one, millimetres: nothing shows between them from below either. */
const OVERLAP = 0.7;
/** Clearance from the eyeball of a lid's inner edge and of its outer skin, millimetres. */
const INNER = 0.15;
const OUTER = 0.7;

/**
 * Makes the lids of one eye close: the shapes of a model know nothing of how wide this person's eyes are, so that a slit may
 * stay open or a lid cut through the eyeball.
 *
 * The upper lid is turned further about the eyeball, or less far, until the edges meet, each part of it in proportion to its
 * own way; then all of it is kept outside the eyeball.
 *
 * @param model Its regions `eyelids` and `hidden` say which skin may move.
 * @param skin The person at rest, `[S, 3]`, millimetres.
 * @param eye The eyeball, `[V, 3]`.
 * @param blink Displacement of the skin by `eyeBlink…` at weight 1, `[S, 3]`.
 * @param lids Of this eye.
 * @returns The corrected displacement.
 */
export function closeLids(
  model: ShapeModel,
  skin: Float32Array,
  eye: Float32Array,
  blink: Float32Array,
  lids: LidLoops,
): Float32Array {
  const { eyelids, hidden } = model.regions;
  const out = Float32Array.from(blink);
  if (!eyelids || !hidden) return out;
  const { center, radius } = fitEyeBall(eye);
  const cornea = bulge(eye, center) - radius;
  const half = lids.loops[LID_EDGE].length / 2;
  const [upper, lower] = [lids.loops[LID_EDGE].slice(1, half), lids.loops[LID_EDGE].slice(half + 1)];
  // Where the edges' vertices come to lie: (x, gap to the other edge, own way down).
  const columns = upper
    .map((v) => {
      const x = skin[3 * v] + blink[3 * v];
      const gap = skin[3 * v + 1] + blink[3 * v + 1] - edgeHeight(lower, skin, blink, x);
      return { x, gap: gap + OVERLAP, way: Math.max(1, -blink[3 * v + 1]) };
    })
    .sort((a, b) => a.x - b.x);
  const own = new Map(lids.loops.slice(0, LID_EDGE).flatMap((loop) => loop.map((v) => [v, INNER] as const)));
  for (let v = 0; v < eyelids.length; v++) {
    const i = 3 * v;
    const isNear =
      Math.abs(skin[i] - center[0]) < 2 * radius && Math.abs(skin[i + 1] - center[1]) < 2 * radius;
    if (eyelids[v] === 0 || !isNear) continue;
    const share = Math.min(1, eyelids[v] / 128);
    if (blink[i + 1] < 0) {
      const { gap, way } = between(columns, skin[i] + blink[i]);
      const turn = share * (gap / radius) * Math.min(1.15, -blink[i + 1] / way);
      const [y, z] = [skin[i + 1] + out[i + 1] - center[1], skin[i + 2] + out[i + 2] - center[2]];
      const [c, s] = [Math.cos(turn), Math.sin(turn)];
      out[i + 1] += c * y - s * z - y;
      out[i + 2] += s * y + c * z - z;
    }
    if (hidden[v] > 127) continue;
    keepOutside(out, skin, i, center, radius + (own.get(v) ?? OUTER) * share, cornea);
  }
  return out;
}

/** Height of the lower lid's edge at one place from side to side. */
function edgeHeight(edge: readonly number[], skin: Float32Array, blink: Float32Array, x: number): number {
  const points = edge
    .map((v) => [skin[3 * v] + blink[3 * v], skin[3 * v + 1] + blink[3 * v + 1]] as const)
    .sort((a, b) => a[0] - b[0]);
  const next = points.findIndex((point) => point[0] > x);
  if (next === 0) return points[0][1];
  if (next < 0) return points[points.length - 1][1];
  const [[x0, y0], [x1, y1]] = [points[next - 1], points[next]];
  return y0 + ((y1 - y0) * (x - x0)) / Math.max(x1 - x0, 1e-6);
}

interface Column {
  readonly x: number;
  readonly gap: number;
  readonly way: number;
}

/** A column between the listed ones, which are in order of x; a bell of two millimetres keeps it smooth. */
function between(columns: readonly Column[], x: number): { readonly gap: number; readonly way: number } {
  const clamped = Math.min(Math.max(x, columns[0].x), columns[columns.length - 1].x);
  let [sum, gap, way] = [0, 0, 0];
  for (const column of columns) {
    const weight = Math.exp(-(((column.x - clamped) / 2) ** 2));
    sum += weight;
    gap += weight * column.gap;
    way += weight * column.way;
  }
  return { gap: gap / sum, way: way / sum };
}

/** Distance of the foremost point of the cornea from the eye's middle. */
function bulge(eye: Float32Array, center: readonly number[]): number {
  let farthest = 0;
  for (let i = 0; i < eye.length; i += 3) {
    farthest = Math.max(
      farthest,
      Math.hypot(eye[i] - center[0], eye[i + 1] - center[1], eye[i + 2] - center[2]),
    );
  }
  return farthest;
}

/** Pushes a point of a lid out of the eyeball along its radius. */
export function keepOutside(
  out: Float32Array,
  skin: Float32Array,
  i: number,
  center: readonly number[],
  ball: number,
  cornea: number,
): void {
  const from = [0, 1, 2].map((axis) => skin[i + axis] + out[i + axis] - center[axis]);
  const distance = Math.hypot(from[0], from[1], from[2]);
  const limit = ball + cornea * smoothstep(0.75, 0.95, from[2] / distance);
  // Behind the eye's middle nothing shows.
  if (distance >= limit || from[2] < 0) return;
  const push = ((limit - distance) / distance) * smoothstep(0, 0.3 * limit, from[2]);
  for (let axis = 0; axis < 3; axis++) out[i + axis] += push * from[axis];
}
