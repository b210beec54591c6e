import type { AlignmentPoints } from '../fit/alignment-points.ts';
import type { EyePose, FitParameters } from '../fit/parameters.ts';
import { projectLandmarks } from '../fit/project-landmarks.ts';
import type { Image } from '../image/image.ts';
import type { Observation } from '../networks/observation.ts';
import { projectPoints } from '../render/camera.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { landmarkWarp } from '../texture/landmark-warp.ts';
import { eyeBallOf, eyeLift } from './eye-pose.ts';
import { LID_EDGE, type LidLoops, lidLoops } from './lid-loops.ts';
import { type LidWindow, labelLikelihoods, labelWindow } from './lid-window.ts';

/** Distance of samples on the face, millimetres. */
const STEP = 0.5;
/** The window reaches beyond the corners of an eye and above and below its middle by so much, millimetres. */
const ASIDE = 2.5;
const TALL = 7.5;
/** Eyes that the photo shows smaller than this tell nothing, pixels from corner to corner. */
const SMALLEST = 12;
/** Neighbors err together: so many samples count as one. */
const TOGETHER = 30;

/** Candidates: weights of `eyeBlink` and `eyeSquint` on top of the expression. */
const BLINKS = range(-0.15, 0.5, 0.05);
const SQUINTS = range(-0.6, 0.6, 0.15);
/** What is expected of them before looking: standard deviations. */
const BLINK_SPREAD = 0.12;
const SQUINT_SPREAD = 0.25;
/** Gazes to the side and up, radians, and their spread about the way to the camera. */
const GAZE_STEP = 0.025;
const GAZE_REACH = 0.3;
const GAZE_SPREAD = [0.12, 0.05] as const;
/** The upper lid stays so far above the middle of a pupil, millimetres. */
const PUPIL = 2;
/** Rounds of labels, colours and poses. */
const ROUNDS = 3;

/**
 * Measures lids and gaze of one photo by what lies in and around the eyes: skin, lashes, white and iris are told apart by their
 * colours, which are learnt from the photo itself, and the borders are moved until they explain the pixels best.
 *
 * A landmark network sees an eye in some 10 pixels and draws lids towards the average; borders of regions show them to a
 * fraction of a millimetre. Expectation and maximization over classes with normal colours, in the spirit of region-based
 * segmentation (Zhu and Yuille 1996), with shapes from the face model.
 *
 * @param photo Which of the photos.
 * @returns `undefined` where the eyes are too small or the model has none.
 */
export function measureEyes(
  observation: Observation,
  parameters: FitParameters,
  model: ShapeModel,
  points: AlignmentPoints,
  photo = 0,
): EyePose | undefined {
  const { expression, camera } = parameters.photos[photo];
  const vertices = evaluateShape(model, parameters.identity, expression);
  const lift = eyeLift(model, evaluateShape(model, parameters.identity));
  const projected = projectLandmarks(points, parameters.photos[photo], parameters.identity).subarray(34);
  const detected = observation.landmarks.subarray(34);
  const warp = landmarkWarp({ projected, detected });
  const toPhoto = (places: Float32Array): Float32Array => {
    const pixels = projectPoints(camera, places);
    const shift = [0, 0];
    for (let i = 0; i < pixels.length; i += 2) {
      warp(pixels[i], pixels[i + 1], shift);
      pixels[i] += shift[0];
      pixels[i + 1] += shift[1];
    }
    return pixels;
  };
  const windows = lidLoops(model).flatMap(
    (lids) => openWindow(observation.image, model, vertices, lids, lift, toPhoto) ?? [],
  );
  if (windows.length === 0) return undefined;
  const home = gazeTo(camera.position, windows);
  const gazes = windows.map(() => home);
  const poses = windows.map(() => ({ blink: 0, squint: 0 }));
  for (let round = 0; round < ROUNDS; round++) {
    const likelihoods = windows.map((window, w) => {
      return labelLikelihoods(
        window,
        labelWindow(window, curvesOf(window, poses[w]), irisAt(window, gazes[w])),
        round === 0,
      );
    });
    windows.forEach((window, w) => {
      let best = -Infinity;
      const iris = irisAt(window, gazes[w]);
      for (const blink of BLINKS) {
        for (const squint of SQUINTS) {
          const labels = labelWindow(window, curvesOf(window, { blink, squint }), iris);
          const score =
            explained(likelihoods[w], labels, window.belief) -
            0.5 * ((blink / BLINK_SPREAD) ** 2 + (squint / SQUINT_SPREAD) ** 2);
          if (score > best) {
            best = score;
            poses[w] = { blink, squint };
          }
        }
      }
    });
    windows.forEach((window, w) => {
      const curves = curvesOf(window, poses[w]);
      let best = -Infinity;
      for (let left = home[0] - GAZE_REACH; left <= home[0] + GAZE_REACH; left += GAZE_STEP) {
        for (let up = home[1] - GAZE_REACH; up <= home[1] + GAZE_REACH; up += GAZE_STEP) {
          const score =
            explained(
              likelihoods[w],
              labelWindow(window, curves, irisAt(window, [left, up])),
              window.belief,
            ) -
            0.5 * (((left - home[0]) / GAZE_SPREAD[0]) ** 2 + ((up - home[1]) / GAZE_SPREAD[1]) ** 2);
          if (score > best) {
            best = score;
            gazes[w] = [left, up];
          }
        }
      }
    });
  }
  // Where the eyeballs stand is not known to the millimetre; what both irises have in common is the gaze.
  const gaze = [0, 1].map((k) => gazes.reduce((sum, one) => sum + one[k] / gazes.length, 0));
  // People who look at something see it: no lid hides the pupil.
  const highest = windows.map((window, w) => {
    const { upper } = curvesOf(window, poses[w]);
    const column = Math.round((irisAt(window, [gaze[0], gaze[1]])[0] - window.left) / window.step);
    const lid = upper[Math.min(window.columns - 1, Math.max(0, column))];
    return Math.asin(Math.min(1, Math.max(-1, (lid - PUPIL - window.center[1]) / window.radius)));
  });
  gaze[1] = Math.min(gaze[1], Math.max(-0.1, ...highest));
  return {
    gaze: [gaze[0], gaze[1]],
    blink: ofBoth(windows, poses, 'blink'),
    squint: ofBoth(windows, poses, 'squint'),
  };
}

/** Both eyes of a person move nearly alike: each is half its own and half the mean; one that is not seen does as the other. */
function ofBoth(
  windows: readonly EyeWindow[],
  poses: readonly { readonly blink: number; readonly squint: number }[],
  key: 'blink' | 'squint',
): [number, number] {
  const mean = poses.reduce((sum, pose) => sum + pose[key] / poses.length, 0);
  const own = (side: 'Left' | 'Right'): number =>
    poses[windows.findIndex(({ lids }) => lids.side === side)]?.[key] ?? mean;
  return [0.5 * (own('Left') + mean), 0.5 * (own('Right') + mean)];
}

/** What the photo shows of one eye, laid out on a plane before it. */
interface EyeWindow extends LidWindow {
  readonly lids: LidLoops;
  /** Of the eyeball. */
  readonly center: readonly [number, number, number];
  readonly radius: number;
  /** The ring of the lids' edges, `[R, 2]` each: at rest, by `eyeBlink` and by `eyeSquint`, millimetres. */
  readonly ring: Float32Array;
  readonly byBlink: Float32Array;
  readonly bySquint: Float32Array;
  /** How many independent observations a sample is. */
  readonly belief: number;
}

function openWindow(
  image: Image,
  model: ShapeModel,
  vertices: Float32Array,
  lids: LidLoops,
  lift: number,
  toPhoto: (places: Float32Array) => Float32Array,
): EyeWindow | undefined {
  const loop = lids.loops[LID_EDGE];
  const plane = (rows: Float32Array, offset = 0): Float32Array =>
    Float32Array.from({ length: 2 * loop.length }, (_, i) => rows[offset + 3 * loop[i >> 1] + (i & 1)]);
  const ring = plane(vertices);
  const shape = (name: string): Float32Array | undefined => {
    const k = model.shapeNames.indexOf(`${name}${lids.side}`);
    return k < 0 ? undefined : plane(model.shapes.data, 3 * k * model.vertexCount);
  };
  const [byBlink, bySquint] = [shape('eyeBlink'), shape('eyeSquint')];
  if (!byBlink || !bySquint) return undefined;
  const xs = loop.map((v) => vertices[3 * v]);
  const [from, to] = [Math.min(...xs) - ASIDE, Math.max(...xs) + ASIDE];
  const middle = loop.reduce((sum, v) => sum + vertices[3 * v + 1] / loop.length, 0);
  const [columns, rows] = [Math.ceil((to - from) / STEP), Math.ceil((2 * TALL) / STEP)];
  // The plane is bent like the lids: as deep as their edges are at each place.
  const depths = Float32Array.from({ length: columns }, (_, c) => {
    let sum = 0;
    let weight = 0;
    for (const v of loop) {
      const bell = Math.exp(-(((vertices[3 * v] - from - c * STEP) / 2) ** 2)) + 1e-9;
      weight += bell;
      sum += bell * vertices[3 * v + 2];
    }
    return sum / weight;
  });
  const places = new Float32Array(3 * columns * rows);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, i += 3) {
      places.set([from + c * STEP, middle + TALL - r * STEP, depths[c]], i);
    }
  }
  const pixels = toPhoto(places);
  const across = Math.hypot(pixels[2 * (columns - 1)] - pixels[0], pixels[2 * (columns - 1) + 1] - pixels[1]);
  const perMillimetre = across / (to - from);
  if (across < SMALLEST) return undefined;
  const ball = eyeBallOf(model, vertices, lids.side);
  return {
    lids,
    columns,
    rows,
    left: from,
    top: middle + TALL,
    step: STEP,
    colors: sampled(image, pixels),
    center: [ball.center[0], ball.center[1] + lift, ball.center[2]],
    radius: ball.radius,
    ring,
    byBlink,
    bySquint,
    belief: Math.min(1, (perMillimetre * STEP) ** 2) / TOGETHER,
  };
}

/** Heights of both lids' edges in every column; the upper one below the lower one where there is no eye. */
function curvesOf(
  { ring, byBlink, bySquint, columns, left, step }: EyeWindow,
  { blink, squint }: { readonly blink: number; readonly squint: number },
): { readonly upper: Float32Array; readonly lower: Float32Array } {
  const count = ring.length / 2;
  const at = (i: number): number => ring[i] + blink * byBlink[i] + squint * bySquint[i];
  const half = count >> 1;
  const edge = (first: number, last: number, isUpper: boolean): Float32Array => {
    const heights = new Float32Array(columns).fill(isUpper ? -1e3 : 1e3);
    for (let n = first; n < last; n++) {
      const m = (n + 1) % count;
      const xa = at(2 * n);
      const xb = at(2 * m);
      const [low, high, ya, yb] =
        xa < xb ? [xa, xb, at(2 * n + 1), at(2 * m + 1)] : [xb, xa, at(2 * m + 1), at(2 * n + 1)];
      for (let c = Math.max(0, Math.ceil((low - left) / step)); c < columns && left + c * step < high; c++) {
        const y = ya + ((yb - ya) * (left + c * step - low)) / Math.max(high - low, 1e-6);
        heights[c] = isUpper ? Math.max(heights[c], y) : Math.min(heights[c], y);
      }
    }
    return heights;
  };
  return { upper: edge(0, half, true), lower: edge(half, count, false) };
}

function irisAt({ center, radius }: EyeWindow, [left, up]: EyePose['gaze']): readonly [number, number] {
  return [center[0] + radius * Math.sin(left) * Math.cos(up), center[1] + radius * Math.sin(up)];
}

function explained(likelihoods: readonly Float32Array[], labels: Uint8Array, belief: number): number {
  let sum = 0;
  for (let n = 0; n < labels.length; n++) sum += likelihoods[labels[n]][n];
  return belief * sum;
}

/** The gaze into the camera, as most people in photos look. */
function gazeTo(camera: readonly number[], windows: readonly EyeWindow[]): [number, number] {
  const [x, y, z] = [0, 1, 2].map(
    (axis) => camera[axis] - windows.reduce((sum, { center }) => sum + center[axis] / windows.length, 0),
  );
  const clamp = (value: number): number => Math.min(0.5, Math.max(-0.5, value));
  return [clamp(Math.atan2(x, z)), clamp(Math.atan2(y, Math.hypot(x, z)))];
}

function sampled({ width, height, channels, data }: Image, pixels: Float32Array): Float32Array {
  const out = new Float32Array((pixels.length / 2) * 3);
  for (let n = 0; n < pixels.length / 2; n++) {
    const x = Math.min(Math.max(pixels[2 * n] - 0.5, 0), width - 1.001);
    const y = Math.min(Math.max(pixels[2 * n + 1] - 0.5, 0), height - 1.001);
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const fx = x - x0;
    const fy = y - y0;
    for (let c = 0; c < 3; c++) {
      const value = (column: number, row: number): number =>
        data[channels * (row * width + column) + (channels === 1 ? 0 : c)] / 255;
      const above = value(x0, y0) * (1 - fx) + value(x0 + 1, y0) * fx;
      const below = value(x0, y0 + 1) * (1 - fx) + value(x0 + 1, y0 + 1) * fx;
      out[3 * n + c] = above * (1 - fy) + below * fy;
    }
  }
  return out;
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, n) => from + n * step);
}
