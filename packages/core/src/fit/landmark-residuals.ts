import { yawOf } from '../linalg/rotation.ts';
import type { Observation } from '../networks/observation.ts';
import { type AlignmentPoints, CONTOUR_COUNT, placePoints } from './alignment-points.ts';
import { type ArrowSystem, addRow } from './arrow-system.ts';
import { landmarkDrift } from './landmark-drift.ts';
import { innerDeviation, type LandmarkNoise } from './landmark-noise.ts';

/** What alignment moves in one photo. */
export interface PhotoState {
  readonly width: number;
  readonly height: number;
  /** Head to camera, `[3, 3]` row-major. */
  readonly rotation: readonly number[];
  /** Head before the camera, sideways and up, as a fraction of the distance. */
  readonly shift: readonly [number, number];
  /** Logarithm of the distance, millimetres. */
  readonly logDistance: number;
  /** Logarithm of the focal length, pixels. */
  readonly logFocal: number;
  readonly expression: Float64Array;
}

/** Turn (3), shift (2), log distance, log focal length. */
export const CAMERA_UNKNOWNS = 7;

/** One landmark and the point that should project onto it. */
export interface Match {
  /** Index into the points. */
  readonly point: number;
  /** Pixel where it was detected. */
  readonly x: number;
  readonly y: number;
  /** First error axis in the picture (unit); the second one is a quarter turn further. */
  readonly axis: readonly [number, number];
  /** Standard deviations along both axes, pixels. */
  readonly deviations: readonly [number, number];
}

type Matcher = (points: AlignmentPoints, identity: ArrayLike<number>, photo: PhotoState) => Match[];

/**
 * Prepares the matching of detected landmarks with the model's points.
 *
 * @param scale Pixels per millimetre on the face; turns the noise into pixels.
 * @returns A function that matches for a given state: contour points are chosen on the silhouette of that state. First come the 51
 *   inner landmarks, then the contour's 17, then FaceMesh's points where there are any.
 */
export function landmarkTargets(
  { landmarks, mesh }: Pick<Observation, 'landmarks' | 'mesh'>,
  noise: LandmarkNoise,
  scale: number,
): Matcher {
  const beside = mesh ? noise.besideMesh : 1;
  const inner: Match[] = [];
  for (let landmark = CONTOUR_COUNT; landmark < 68; landmark++) {
    const deviation = beside * innerDeviation(noise, landmark) * scale;
    inner.push({
      point: landmark - CONTOUR_COUNT,
      x: landmarks[2 * landmark],
      y: landmarks[2 * landmark + 1],
      axis: [1, 0],
      deviations: [deviation, deviation],
    });
  }
  return (points, identity, photo) => {
    const chosen = silhouettePoints(points, placePoints(points, identity, photo.expression), photo);
    const drifting = noise.drift;
    const widening = beside * (1 + (yawOf(photo.rotation) / noise.contourYaw) ** 2);
    const contour = chosen.map((point, i): Match => {
      const before = Math.max(i - 1, 0);
      const after = Math.min(i + 1, CONTOUR_COUNT - 1);
      const along = [
        landmarks[2 * after] - landmarks[2 * before],
        landmarks[2 * after + 1] - landmarks[2 * before + 1],
      ];
      const length = Math.max(Math.hypot(along[0], along[1]), 1e-6);
      return {
        point,
        x: landmarks[2 * i],
        y: landmarks[2 * i + 1],
        axis: [-along[1] / length, along[0] / length],
        deviations: [noise.across * scale * widening, noise.along * scale * widening],
      };
    });
    const drift = landmarkDrift(photo.rotation);
    const found = [...inner, ...contour].map((match, m) => {
      const { x, y } = drift[m < 51 ? m + CONTOUR_COUNT : m - 51];
      return { ...match, x: match.x - x * scale * drifting, y: match.y - y * scale * drifting };
    });
    return mesh ? [...found, ...meshMatches(points, mesh, noise.mesh * scale)] : found;
  };
}

/** Points of FaceMesh stay where they are on the skin, however the head turns. */
function meshMatches(points: AlignmentPoints, mesh: Float32Array, scale: number): Match[] {
  return points.mesh.map(({ vertex, deviation }, m) => ({
    point: points.meshStart + m,
    x: mesh[2 * vertex],
    y: mesh[2 * vertex + 1],
    axis: [1, 0],
    deviations: [scale * deviation, scale * deviation],
  }));
}

/**
 * The candidate of each contour landmark that lies on the silhouette: the one that projects farthest outward.
 *
 * @param positions `[M, 3]` of all points.
 * @returns `[17]` point indices.
 */
export function silhouettePoints(
  points: AlignmentPoints,
  positions: Float64Array,
  photo: Pick<PhotoState, 'rotation' | 'shift' | 'logDistance' | 'logFocal'>,
): number[] {
  const r = photo.rotation;
  const center = project(photo, [0, points.axisHeight, 0]);
  return points.contour.map(({ start, end }) => {
    // Outward is the direction from the middle of the face to the landmark's meridian, turned into the picture.
    const ox = points.mean[3 * start];
    const oy = points.mean[3 * start + 1] - points.axisHeight;
    const dx = r[0] * ox + r[1] * oy;
    const dy = -(r[3] * ox + r[4] * oy);
    let best = start;
    let farthest = Number.NEGATIVE_INFINITY;
    for (let m = start; m < end; m++) {
      const [x, y] = project(photo, positions.subarray(3 * m, 3 * m + 3));
      const extent = (x - center[0]) * dx + (y - center[1]) * dy;
      if (extent > farthest) {
        farthest = extent;
        best = m;
      }
    }
    return best;
  });
}

/** Student's negative log likelihood of all matches, up to a constant. */
export function residualsOf(
  points: AlignmentPoints,
  identity: ArrayLike<number>,
  photo: PhotoState,
  matches: readonly Match[],
  freedom: number,
): number {
  const positions = placePoints(points, identity, photo.expression);
  let cost = 0;
  for (const match of matches) {
    const [x, y] = project(photo, positions.subarray(3 * match.point, 3 * match.point + 3));
    const [first, second] = whitened(match, x + photo.width / 2 - match.x, y + photo.height / 2 - match.y);
    cost += 0.5 * (freedom + 2) * Math.log1p((first * first + second * second) / freedom);
  }
  return cost;
}

/** Adds the matches' normal equations about a state to a system, each with Student's weight `(v + 2) / (v + r^2)`. */
export function linearize(
  points: AlignmentPoints,
  identity: ArrayLike<number>,
  photo: PhotoState,
  matches: readonly Match[],
  freedom: number,
  system: ArrowSystem,
  index: number,
): void {
  const { identityCount, expressionCount, modes } = points;
  const total = identityCount + expressionCount;
  const positions = placePoints(points, identity, photo.expression);
  const r = photo.rotation;
  const [focal, distance] = [Math.exp(photo.logFocal), Math.exp(photo.logDistance)];
  const width = identityCount + CAMERA_UNKNOWNS + expressionCount;
  const [rowX, rowY] = [new Float64Array(width), new Float64Array(width)];
  const [rowFirst, rowSecond] = [new Float64Array(width), new Float64Array(width)];
  for (const match of matches) {
    const at = 3 * match.point;
    const vx = positions[at];
    const vy = positions[at + 1];
    const vz = positions[at + 2];
    const px = r[0] * vx + r[1] * vy + r[2] * vz;
    const py = r[3] * vx + r[4] * vy + r[5] * vz;
    const pz = r[6] * vx + r[7] * vy + r[8] * vz;
    const depth = distance - pz;
    const unit = focal / depth;
    // Slopes of the ray; u = focal * slopeX and v = -focal * slopeY are pixels from the middle of the picture.
    const slopeX = (px + photo.shift[0] * distance) / depth;
    const slopeY = (py + photo.shift[1] * distance) / depth;
    // du = unit (dX + slopeX dZ), dv = -unit (dY + slopeY dZ) for a movement in camera axes.
    const set = (column: number, dx: number, dy: number, dz: number): void => {
      rowX[column] = unit * (dx + slopeX * dz);
      rowY[column] = -unit * (dy + slopeY * dz);
    };
    const own = identityCount;
    set(own, 0, -pz, py);
    set(own + 1, pz, 0, -px);
    set(own + 2, -py, px, 0);
    set(own + 3, distance, 0, 0);
    set(own + 4, 0, distance, 0);
    set(own + 5, photo.shift[0] * distance, photo.shift[1] * distance, -distance);
    rowX[own + 6] = focal * slopeX;
    rowY[own + 6] = -focal * slopeY;
    for (let k = 0, m = match.point * total * 3; k < total; k++, m += 3) {
      const mx = modes[m];
      const my = modes[m + 1];
      const mz = modes[m + 2];
      const column = k < identityCount ? k : k + CAMERA_UNKNOWNS;
      const dz = r[6] * mx + r[7] * my + r[8] * mz;
      rowX[column] = unit * (r[0] * mx + r[1] * my + r[2] * mz + slopeX * dz);
      rowY[column] = -unit * (r[3] * mx + r[4] * my + r[5] * mz + slopeY * dz);
    }
    const errorX = focal * slopeX + photo.width / 2 - match.x;
    const errorY = -focal * slopeY + photo.height / 2 - match.y;
    const [first, second] = whitened(match, errorX, errorY);
    const { axis, deviations } = match;
    for (let k = 0; k < width; k++) {
      rowFirst[k] = (axis[0] * rowX[k] + axis[1] * rowY[k]) / deviations[0];
      rowSecond[k] = (axis[0] * rowY[k] - axis[1] * rowX[k]) / deviations[1];
    }
    const weight = (freedom + 2) / (freedom + first * first + second * second);
    addRow(system, index, rowFirst, first, weight);
    addRow(system, index, rowSecond, second, weight);
  }
}

/** An error in pixels along the match's own axes, in standard deviations. */
function whitened({ axis, deviations }: Match, x: number, y: number): [number, number] {
  return [(axis[0] * x + axis[1] * y) / deviations[0], (axis[0] * y - axis[1] * x) / deviations[1]];
}

/** Pixels from the middle of the picture. */
function project(
  photo: Pick<PhotoState, 'rotation' | 'shift' | 'logDistance' | 'logFocal'>,
  v: ArrayLike<number>,
): [number, number] {
  const r = photo.rotation;
  const [focal, distance] = [Math.exp(photo.logFocal), Math.exp(photo.logDistance)];
  const depth = distance - (r[6] * v[0] + r[7] * v[1] + r[8] * v[2]);
  const x = r[0] * v[0] + r[1] * v[1] + r[2] * v[2] + photo.shift[0] * distance;
  const y = r[3] * v[0] + r[4] * v[1] + r[5] * v[2] + photo.shift[1] * distance;
  return [(focal * x) / depth, (-focal * y) / depth];
}
