import type { ShapeModel } from '../shape/model.ts';
import { LIP_EDGE, mouthRings } from './mouth-rings.ts';

/** How deep in the mouth its lining follows the lips, millimetres. */
const REACH = 8;

/** What follows the lips: a vertex, and how much of which vertices' correction it takes. */
interface Follower {
  readonly vertex: number;
  readonly of: readonly (readonly [vertex: number, weight: number])[];
}

const cache = new WeakMap<ShapeModel, readonly Follower[]>();

/**
 * Lets the inside of the lips follow their edge, in place.
 *
 * Modes and shapes were learnt from faces whose lips end at their edge: what they do to the skin behind it is a guess, and in
 * a smile it hangs down over the canines. Here it keeps its place behind the edge. The change is linear, so that mixtures of
 * changed shapes are the changed mixtures.
 *
 * @param model A model without an opening at the mouth is left as it is.
 * @param moves Displacements from the model's mean, or of a shape, `[V, 3]`, millimetres.
 */
export function holdInnerLips(model: ShapeModel, moves: Float32Array): void {
  const found = mouthRings(model);
  if (!found) return;
  const { rings } = found;
  const rim = rings[0].map((v) => [0, 1, 2].map((axis) => -moves[3 * v + axis]));
  for (let c = 0; c < rings[0].length; c++) {
    const edge = 3 * rings[LIP_EDGE][c];
    for (let k = 0; k < LIP_EDGE; k++) {
      for (let axis = 0; axis < 3; axis++) moves[3 * rings[k][c] + axis] = moves[edge + axis];
    }
    for (let axis = 0; axis < 3; axis++) rim[c][axis] += moves[3 * rings[0][c] + axis];
  }
  for (const { vertex, of } of lining(model, rings[0])) {
    for (const [c, weight] of of) {
      for (let axis = 0; axis < 3; axis++) moves[3 * vertex + axis] += weight * rim[c][axis];
    }
  }
}

/** The face with its inner lips held, a new array; `vertices` as `evaluateShape` gives them. */
export function withInnerLips(model: ShapeModel, vertices: Float32Array): Float32Array {
  const out = vertices.map((value, i) => value - model.mean[i]);
  holdInnerLips(model, out);
  for (let i = 0; i < out.length; i++) out[i] += model.mean[i];
  return out;
}

/** The vertices of the mouth's lining near the rim of the skin, with the columns of the rim that they go with. */
function lining(model: ShapeModel, rim: readonly number[]): readonly Follower[] {
  const known = cache.get(model);
  if (known) return known;
  const { mean } = model;
  const part = model.parts.find(({ name }) => name === 'mouth');
  const out: Follower[] = [];
  for (let v = part?.vertexStart ?? 0; part && v < part.vertexStart + part.vertexCount; v++) {
    const distances = rim.map((w) =>
      Math.hypot(...[0, 1, 2].map((axis) => mean[3 * v + axis] - mean[3 * w + axis])),
    );
    const nearest = Math.min(...distances);
    const share = Math.exp(-((nearest / REACH) ** 2));
    if (share < 0.02) continue;
    // A narrow bell about the nearest column: exactly that one at the rim itself.
    const bells = distances.map((distance) => Math.exp(-((distance - nearest) / (0.5 + 0.5 * nearest)) * 4));
    const sum = bells.reduce((total, bell) => total + bell, 0);
    const of = bells.flatMap((bell, c) => (bell > 0.01 * sum ? [[c, (share * bell) / sum] as const] : []));
    out.push({ vertex: v, of: nearest < 0.05 ? [[distances.indexOf(nearest), 1]] : of });
  }
  cache.set(model, out);
  return out;
}
