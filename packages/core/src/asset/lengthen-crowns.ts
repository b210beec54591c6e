import type { ShapeModel } from '../shape/model.ts';
import { upperJaw } from './seat-teeth.ts';

/** Height of the upper front teeth above their edges that the shape model leaves free of gums, millimetres. */
const CROWN = 8;
/** Crowns of people are 9 to 11.5 mm high: this much longer at least, and at most. */
const LEAST = 1.8;
const MOST = 3.6;
/** How far gums stay behind the edge of the lip, millimetres. */
const BEHIND_LIP = 0.8;
/** The lower edge of the upper lip, iBUG numbers. */
const UPPER_LIP = [61, 62, 63];

/**
 * Makes the crowns of the upper teeth as long as this person's smile needs them: the shape model's are short, so that a smile
 * would show gums over them.
 *
 * The edges of the teeth stay where they are; what lies above is drawn upwards, gums with it.
 *
 * @param smiling The face of the photo, `[V, 3]`, millimetres.
 * @param poses Vertices to be changed in place, `[V, 3]` each: the same lengthening for all of them.
 */
export function lengthenCrowns(
  model: ShapeModel,
  smiling: Float32Array,
  poses: readonly Float32Array[],
): void {
  const teeth = model.parts.find(({ name }) => name === 'teeth');
  if (!teeth || !model.shapeNames.includes('jawOpen')) return;
  const isUpper = upperJaw(model);
  const edgeOf = (pose: Float32Array): number => {
    let edge = Infinity;
    for (let v = teeth.vertexStart; v < teeth.vertexStart + teeth.vertexCount; v++) {
      if (isUpper(v)) edge = Math.min(edge, pose[3 * v + 1]);
    }
    return edge;
  };
  const edge = edgeOf(smiling);
  if (edge === Infinity) return;
  const need = lipHeight(model, smiling) - edge - CROWN + BEHIND_LIP;
  const longer = Math.min(MOST, Math.max(LEAST, need));
  for (const pose of poses) {
    const from = edgeOf(pose);
    for (const { name, vertexStart, vertexCount } of model.parts) {
      if (name !== 'teeth' && name !== 'gums') continue;
      for (let v = vertexStart; v < vertexStart + vertexCount; v++) {
        if (!isUpper(v)) continue;
        const share = Math.min(1, Math.max(0, (pose[3 * v + 1] - from) / CROWN));
        pose[3 * v + 1] += longer * share;
      }
    }
  }
}

function lipHeight({ parts, landmarks }: ShapeModel, vertices: Float32Array): number {
  let sum = 0;
  for (const landmark of UPPER_LIP) {
    const triangle = 3 * landmarks.triangles[landmark];
    for (let corner = 0; corner < 3; corner++) {
      const weight = landmarks.barycentrics[3 * landmark + corner];
      sum += (weight * vertices[3 * parts[0].triangles[triangle + corner] + 1]) / UPPER_LIP.length;
    }
  }
  return sum;
}
