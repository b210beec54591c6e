import type { ShapeModel } from '../shape/model.ts';
import { holdInnerLips } from './inner-lips.ts';
import { LIP_EDGE, mouthRings } from './mouth-rings.ts';

/** Teeth stand so far behind the edges of the lips, millimetres. */
const CLEARANCE = 0.7;
/** No further than this are they moved, millimetres. */
const MOST = 5;
/** The arch is divided from side to side into steps of so many millimetres, up to so far from the middle. */
const STEP = 2;
const HALF = 17;
/** What `jawOpen` moves less than this stands in the upper jaw, millimetres. */
const STILL = 0.01;

/**
 * Moves teeth, gums and tongue back behind this person's lips, in place: a shape model draws the lips of a smile over its own
 * mean teeth, and on a flatter mouth they would come through the lips.
 *
 * Each place of the arch from side to side moves by what the worst of the faces needs there, alike in all poses.
 *
 * @param faces To be looked at, `[V, 3]` each, millimetres: at rest, as in the photo.
 * @param neutral At rest; a smile is made of it and looked at, too.
 * @param poses To be changed, `[V, 3]` each.
 */
export function seatTeeth(
  model: ShapeModel,
  faces: readonly Float32Array[],
  neutral: Float32Array,
  poses: readonly Float32Array[],
): void {
  const found = mouthRings(model);
  const teeth = model.parts.find(({ name }) => name === 'teeth');
  if (!found || !teeth) return;
  const isUpper = upperJaw(model);
  // The edge and what lies just behind it: the lowest line of the upper lip.
  const lips = [LIP_EDGE - 3, LIP_EDGE - 2, LIP_EDGE - 1].map((k) => found.rings[k]);
  const need = new Float32Array(2 * HALF + 1);
  const smile = smiling(model, neutral);
  for (const face of smile ? [...faces, smile] : faces) {
    for (const upper of [true, false]) {
      const fronts = new Float32Array(need.length).fill(-Infinity);
      const backs = new Float32Array(need.length).fill(Infinity);
      for (let v = teeth.vertexStart; v < teeth.vertexStart + teeth.vertexCount; v++) {
        if (isUpper(v) === upper) eachBin(face, v, (bin, z) => (fronts[bin] = Math.max(fronts[bin], z)));
      }
      for (const ring of lips) {
        ring.forEach((v, c) => {
          if (found.isUpper[c] === upper)
            eachBin(face, v, (bin, z) => (backs[bin] = Math.min(backs[bin], z)));
        });
      }
      for (let bin = 0; bin < need.length; bin++) {
        const lack = fronts[bin] - backs[bin] + CLEARANCE;
        if (Number.isFinite(lack)) need[bin] = Math.max(need[bin], Math.min(MOST, lack));
      }
    }
  }
  const back = smoothed(need);
  for (const pose of poses) {
    for (const { name, vertexStart, vertexCount } of model.parts) {
      if (name !== 'teeth' && name !== 'gums' && name !== 'tongue') continue;
      for (let v = vertexStart; v < vertexStart + vertexCount; v++) pose[3 * v + 2] -= back(pose[3 * v]);
    }
  }
}

/** Which vertices stand in the upper jaw. */
export function upperJaw(model: ShapeModel): (vertex: number) => boolean {
  const jaw = model.shapeNames.indexOf('jawOpen');
  const { data } = model.shapes;
  return (v) => {
    const at = 3 * (jaw * model.vertexCount + v);
    return jaw < 0 || Math.hypot(data[at], data[at + 1], data[at + 2]) < STILL;
  };
}

function smiling(model: ShapeModel, neutral: Float32Array): Float32Array | undefined {
  const length = neutral.length;
  const rows = ['mouthSmileLeft', 'mouthSmileRight'].map((name) => model.shapeNames.indexOf(name));
  if (rows.some((k) => k < 0)) return undefined;
  const moves = new Float32Array(length);
  for (const k of rows) for (let i = 0; i < length; i++) moves[i] += model.shapes.data[k * length + i];
  holdInnerLips(model, moves);
  return neutral.map((value, i) => value + moves[i]);
}

/** The steps of the arch that a vertex lies in or beside. */
function eachBin(face: Float32Array, v: number, visit: (bin: number, z: number) => void): void {
  const bin = Math.round(face[3 * v] / STEP) + HALF;
  for (const near of [bin - 1, bin, bin + 1]) {
    if (near >= 0 && near <= 2 * HALF) visit(near, face[3 * v + 2]);
  }
}

/** The same on both sides and without steps: way back by place from side to side, millimetres. */
function smoothed(need: Float32Array): (x: number) => number {
  const even = need.map((value, bin) => Math.max(value, need[need.length - 1 - bin]));
  const table = even.map((_, bin) => {
    let [sum, weight] = [0, 0];
    even.forEach((value, other) => {
      const bell = Math.exp(-(((bin - other) / 2.5) ** 2));
      sum += bell * value;
      weight += bell;
    });
    return sum / weight;
  });
  return (x) => {
    const place = Math.min(2 * HALF, Math.max(0, x / STEP + HALF));
    const before = Math.min(2 * HALF - 1, Math.floor(place));
    return table[before] + (place - before) * (table[before + 1] - table[before]);
  };
}
