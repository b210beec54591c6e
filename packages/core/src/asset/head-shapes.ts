import type { ShapeModel, ShapePart } from '../shape/model.ts';
import { closeLids } from './close-lids.ts';
import { withCompounds } from './compound-shapes.ts';
import { eyeGazeShapes } from './eye-gaze.ts';
import { holdInnerLips } from './inner-lips.ts';
import type { Lashes } from './lashes.ts';
import type { LidLoops } from './lid-loops.ts';
import { tongueShapes } from './tongue-shapes.ts';

/** Displacements of one part by shape name, `[V, 3]` each, millimetres. */
export type PartShapes = ReadonlyMap<string, Float32Array>;

/** Parts that lie in the mouth; `tongueOut` needs its lower lip from the skin. */
const LOWER_LIP = 57;

/**
 * All shapes of all parts: the model's own, what it lacks (gaze, tongue, closing lids of this person) and the compounds.
 *
 * @param model The shape model.
 * @param neutral The person at rest, `[V, 3]`, millimetres.
 * @param lids Rims of the lids, none when the model has no such regions.
 * @param lashes Ride on the skin.
 * @returns By part name, `lashes` among them; a shape that moves nothing of a part is absent.
 */
export function headShapes(
  model: ShapeModel,
  neutral: Float32Array,
  lids: readonly LidLoops[],
  lashes: Lashes | undefined,
): Map<string, PartShapes> {
  const all = new Map<string, PartShapes>();
  const moves = modelRows(model);
  for (const part of model.parts) {
    const own = slice(neutral, part);
    const shapes = modelShapes(moves, part);
    if (/^eye(Left|Right)$/.test(part.name) && shapes.size === 0) {
      for (const [name, rows] of eyeGazeShapes(part.name, own, model.shapeNames)) shapes.set(name, rows);
    }
    if (part.name === 'tongue') {
      for (const [name, rows] of Object.entries(tongueShapes(own, lipFront(model, neutral)))) {
        if (!shapes.has(name)) shapes.set(name, rows);
      }
    }
    if (part === model.parts[0]) {
      for (const eye of lids) correctBlink(model, neutral, shapes, eye);
    }
    all.set(part.name, withCompounds(shapes));
  }
  if (lashes)
    all.set('lashes', lashShapes(slice(neutral, model.parts[0]), all.get(model.parts[0].name)!, lashes));
  return all;
}

function slice(rows: Float32Array, part: ShapePart): Float32Array {
  const start = 3 * part.vertexStart;
  return rows.slice(start, start + 3 * part.vertexCount);
}

/** The model's shapes over all vertices, with inner lips that follow their edge. */
function modelRows(model: ShapeModel): Map<string, Float32Array> {
  const length = 3 * model.vertexCount;
  return new Map(
    model.shapeNames.map((name, k) => {
      const moves = model.shapes.data.slice(k * length, (k + 1) * length);
      holdInnerLips(model, moves);
      return [name, moves];
    }),
  );
}

function modelShapes(all: ReadonlyMap<string, Float32Array>, part: ShapePart): Map<string, Float32Array> {
  const shapes = new Map<string, Float32Array>();
  for (const [name, moves] of all) {
    const rows = slice(moves, part);
    if (rows.some((value) => value !== 0)) shapes.set(name, rows);
  }
  return shapes;
}

function correctBlink(
  model: ShapeModel,
  neutral: Float32Array,
  shapes: Map<string, Float32Array>,
  lids: LidLoops,
): void {
  const name = `eyeBlink${lids.side}`;
  const blink = shapes.get(name);
  const eye = model.parts.find((part) => part.name === `eye${lids.side}`);
  if (!blink || !eye) return;
  shapes.set(name, closeLids(model, slice(neutral, model.parts[0]), slice(neutral, eye), blink, lids));
}

/** How far the lower lip stands out, millimetres. */
function lipFront({ parts, landmarks }: ShapeModel, neutral: Float32Array): number {
  const triangle = 3 * landmarks.triangles[LOWER_LIP];
  return neutral[3 * parts[0].triangles[triangle] + 2];
}

function lashShapes(skin: Float32Array, shapes: PartShapes, lashes: Lashes): PartShapes {
  const rest = lashes.place(skin);
  const out = new Map<string, Float32Array>();
  for (const [name, rows] of shapes) {
    const moved = lashes.place(skin.map((value, i) => value + rows[i]));
    for (let i = 0; i < moved.length; i++) moved[i] -= rest[i];
    out.set(name, moved);
  }
  return out;
}
