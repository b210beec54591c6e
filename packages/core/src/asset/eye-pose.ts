import type { EyePose } from '../fit/parameters.ts';
import type { ShapeModel } from '../shape/model.ts';
import { keepOutside } from './close-lids.ts';
import { fitEyeBall } from './eye-ball.ts';
import { LID_EDGE, type LidLoops, lidLoops } from './lid-loops.ts';

/** Which entry of a pair is meant. */
export const SIDES = { Left: 0, Right: 1 } as const;

/** Between open lids the pupil stands above their middle: by so much, millimetres. */
const ABOVE_MIDDLE = 0.8;
/** Clearance of the lids from the eyeball, millimetres. */
const CLEARANCE = 0.25;
/** Farther than this no eye is moved, millimetres. */
const FARTHEST = 1.5;

/** Heights of the edges of open lids over the middle of an eye, millimetres above the pupil that looks straight ahead. */
export interface LidHeights {
  readonly upper: number;
  readonly lower: number;
}

/**
 * How far up the eyeballs of a person have to be moved so that the pupils stand between the lids as people's do: no landmark
 * tells where a shape model should have put them.
 *
 * @param neutral The person at rest, `[V, 3]`, millimetres.
 * @returns Millimetres, alike for both eyes.
 */
export function eyeLift(model: ShapeModel, neutral: Float32Array): number {
  const lids = lidLoops(model);
  if (lids.length === 0) return 0;
  let sum = 0;
  for (const eye of lids) {
    const { upper, lower } = lidHeights(model, neutral, eye);
    sum += (upper + lower) / 2 + ABOVE_MIDDLE;
  }
  return Math.min(FARTHEST, Math.max(-FARTHEST, sum / lids.length));
}

/** Heights of the lids' edges as they are in `vertices`. */
export function lidHeights(model: ShapeModel, vertices: Float32Array, { side, loops }: LidLoops): LidHeights {
  const { center } = eyeBallOf(model, vertices, side);
  const ring = loops[LID_EDGE];
  const half = ring.length >> 1;
  const above = (edge: readonly number[]): number => {
    let [sum, weight] = [0, 0];
    for (const v of edge) {
      const bell = Math.exp(-(((vertices[3 * v] - center[0]) / 1.5) ** 2)) + 1e-9;
      weight += bell;
      sum += bell * (vertices[3 * v + 1] - center[1]);
    }
    return sum / weight;
  };
  return { upper: above(ring.slice(1, half)), lower: above(ring.slice(half + 1)) };
}

/**
 * Moves eyeballs into their place, lids over them and turns them, in place.
 *
 * @param vertices Of the whole head, `[V, 3]`, millimetres, eyes straight ahead and where the model puts them.
 * @param lift As `eyeLift` says of this person.
 * @param pose Default: lids as they are, straight ahead.
 */
export function poseEyes(model: ShapeModel, vertices: Float32Array, lift: number, pose?: EyePose): void {
  for (const lids of lidLoops(model)) {
    const { side } = lids;
    const part = model.parts.find(({ name }) => name === `eye${side}`);
    if (!part) continue;
    const end = part.vertexStart + part.vertexCount;
    for (let v = part.vertexStart; v < end; v++) vertices[3 * v + 1] += lift;
    if (pose) {
      addShape(model, vertices, `eyeBlink${side}`, pose.blink[SIDES[side]]);
      addShape(model, vertices, `eyeSquint${side}`, pose.squint[SIDES[side]]);
    }
    clearLids(model, vertices, lids);
    if (pose) turnEye(vertices.subarray(3 * part.vertexStart, 3 * end), pose.gaze);
  }
}

/** Unit vector of a gaze. */
export function gazeAxis([left, up]: EyePose['gaze']): [number, number, number] {
  return [Math.sin(left) * Math.cos(up), Math.sin(up), Math.cos(left) * Math.cos(up)];
}

/** The sphere of one eyeball. */
export function eyeBallOf(
  model: ShapeModel,
  vertices: Float32Array,
  side: 'Left' | 'Right',
): ReturnType<typeof fitEyeBall> {
  const part = model.parts.find(({ name }) => name === `eye${side}`)!;
  return fitEyeBall(vertices.slice(3 * part.vertexStart, 3 * (part.vertexStart + part.vertexCount)));
}

/** Adds a share of a shape to the skin. */
function addShape(model: ShapeModel, vertices: Float32Array, name: string, weight: number): void {
  const k = model.shapeNames.indexOf(name);
  if (k < 0 || weight === 0) return;
  const rows = model.shapes.data.subarray(3 * k * model.vertexCount);
  for (let i = 0; i < 3 * model.parts[0].vertexCount; i++) vertices[i] += weight * rows[i];
}

/** Pushes lids out of the eyeball: a shape moves them along chords. */
function clearLids(model: ShapeModel, vertices: Float32Array, { side, loops }: LidLoops): void {
  const { eyelids } = model.regions;
  const part = model.parts.find(({ name }) => name === `eye${side}`)!;
  const eye = vertices.slice(3 * part.vertexStart, 3 * (part.vertexStart + part.vertexCount));
  const { center, radius } = fitEyeBall(eye);
  let farthest = 0;
  for (let i = 0; i < eye.length; i += 3) {
    farthest = Math.max(
      farthest,
      Math.hypot(eye[i] - center[0], eye[i + 1] - center[1], eye[i + 2] - center[2]),
    );
  }
  if (!eyelids) return;
  const rim = new Set(loops.flat());
  const still = new Float32Array(3 * model.parts[0].vertexCount);
  const skin = vertices.subarray(0, still.length);
  for (let v = 0; v < eyelids.length; v++) {
    if (eyelids[v] === 0 && !rim.has(v)) continue;
    if (model.regions['hidden']?.[v] > 127) continue;
    if (Math.abs(skin[3 * v] - center[0]) > 1.3 * radius || Math.abs(skin[3 * v + 1] - center[1]) > radius)
      continue;
    keepOutside(still, skin, 3 * v, center, radius + CLEARANCE, farthest - radius);
  }
  for (let i = 0; i < still.length; i++) skin[i] += still[i];
}

/** Turns an eyeball about its middle, in place: first up, then to the side. */
function turnEye(eye: Float32Array, [left, up]: EyePose['gaze']): void {
  const { center } = fitEyeBall(eye);
  const [cu, su, cl, sl] = [Math.cos(up), Math.sin(up), Math.cos(left), Math.sin(left)];
  for (let i = 0; i < eye.length; i += 3) {
    const [x, y, z] = [0, 1, 2].map((axis) => eye[i + axis] - center[axis]);
    const [risen, depth] = [cu * y + su * z, cu * z - su * y];
    eye[i] = center[0] + cl * x + sl * depth;
    eye[i + 1] = center[1] + risen;
    eye[i + 2] = center[2] + cl * depth - sl * x;
  }
}

/** Lids of most people who rest: opening and its spread, millimetres. */
const OPENING = 9.6;
const WIDEST = 10.8;
const NARROWEST = 7.5;
/** How much of a person's own difference from that is believed. */
const OWN = 0.6;
/** Share of what the photo corrected of the lids that is taken for the person's and not for the moment's. */
const LASTING = 0.5;

/**
 * Lids of a person at rest: the model's, corrected by what the photo shows of them and drawn towards those of most people.
 *
 * @param neutral The person at rest, `[V, 3]`, millimetres, eyes not yet in their place.
 * @param photos Eyes as measured; others tell nothing.
 */
export function restingEyes(
  model: ShapeModel,
  neutral: Float32Array,
  photos: readonly (EyePose | undefined)[],
): EyePose {
  const measured = photos.filter((eyes) => eyes !== undefined);
  const lids = lidLoops(model);
  const pair = { blink: [0, 0] as [number, number], squint: [0, 0] as [number, number] };
  for (const eye of lids) {
    const { side } = eye;
    const { upper, lower } = lidHeights(model, neutral, eye);
    const way = lidWay(model, eye);
    let opening = upper - lower;
    // Both eyes of a person open alike: what the photo tells of them is shared.
    for (const { blink, squint } of measured) {
      const less = ((blink[0] + blink[1]) * way.upper + (squint[0] + squint[1]) * way.lower) / 2;
      opening -= (LASTING * less) / measured.length;
    }
    const wanted = Math.min(WIDEST, Math.max(NARROWEST, OPENING + OWN * (opening - OPENING)));
    const close = upper - lower - wanted;
    // The upper lid does a little more of it.
    pair.blink[SIDES[side]] = (0.6 * close) / way.upper;
    pair.squint[SIDES[side]] = (0.4 * close) / way.lower;
  }
  return { gaze: [0, 0], ...pair };
}

/** How far `eyeBlink` lowers the upper lid and `eyeSquint` raises the lower one in the middle of an eye, millimetres. */
export function lidWay(model: ShapeModel, { side, loops }: LidLoops): LidHeights {
  const ring = loops[LID_EDGE];
  const [top, bottom] = [ring[ring.length >> 2], ring[(3 * ring.length) >> 2]];
  const rise = (name: string, v: number): number => {
    const k = model.shapeNames.indexOf(`${name}${side}`);
    return k < 0 ? 0 : model.shapes.data[3 * (k * model.vertexCount + v) + 1];
  };
  const upper = Math.max(4, -rise('eyeBlink', top));
  const lower = Math.max(1, rise('eyeSquint', bottom));
  return { upper, lower };
}
