import type { ShapeModel } from '../shape/model.ts';

/**
 * How far the default detector's landmarks lie off the embedded model's points on a face seen from the front: right (+X) and
 * up (+Y), millimetres. People draw the iBUG points a little differently than the model's makers placed them: inner lip
 * points nearer to the middle, ends of the brows lower.
 *
 * Medians over both sides of the residuals of stage A on public portraits (`bench/landmark-offsets.ts`); applied, the fit's mean
 * landmark residual on portraits that took no part falls from 1.8 to 0.8 % of the outer-eye distance.
 */
const EMBEDDED: readonly number[] = [
  // jaw, subject's right
  ...[-0.1, -4.4, -0.2, -2.9, -0.3, -3.2, -0.1, -3.8, -0.1, 0, -3.2, 4.2, -1.8, 2, -1.3, 0.2],
  // chin and jaw, subject's left
  ...[0, 1, 1.3, 0.2, 1.8, 2, 3.2, 4.2, 0.1, 0, 0.1, -3.8, 0.3, -3.2, 0.2, -2.9, 0.1, -4.4],
  // right brow
  ...[-1.4, -4, -1.7, -1.4, -0.1, -0.8, -0.4, -1.7, 0.1, -4.5],
  // left brow
  ...[-0.1, -4.5, 0.4, -1.7, 0.1, -0.8, 1.7, -1.4, 1.4, -4],
  // nose
  ...[0, 2, 0, 0.5, 0, -1.1, 0, -1.2, -0.7, 2, -0.9, 1.1, 0, -0.1, 0.9, 1.1, 0.7, 2],
  // right eye
  ...[-0.5, 0.3, 1.7, 0.7, 0.7, -0.3, -0.3, 0.4, -0.7, -0.1, 1, 0],
  // left eye
  ...[0.3, 0.4, -0.7, -0.3, -1.7, 0.7, 0.5, 0.3, -1, 0, 0.7, -0.1],
  // outer lips
  ...[
    -1.7, 0.4, -0.3, -0.9, 0.1, -0.4, 0, -1, -0.1, -0.4, 0.3, -0.9, 1.7, 0.4, 0.1, 0, -2.3, -0.4, 0, -0.5,
    2.3, -0.4, -0.1, 0,
  ],
  // inner lips
  ...[-0.8, 0.7, 3.5, 0, 0, 0.2, -3.5, 0, 0.8, 0.7, -3.5, -0.4, 0, -0.2, 3.5, -0.4],
];

/** Name of the model that the offsets were measured on. */
const EMBEDDED_NAME = 'ganfit head';

/** Whether a model is the one that detectors were measured on. */
export function isEmbedded(model: ShapeModel): boolean {
  return model.name === EMBEDDED_NAME;
}

/** Offsets for a model, `[68, 2]`, millimetres; zeros for a model that was never measured. */
export function landmarkOffsets(model: ShapeModel): Float32Array {
  return Float32Array.from(isEmbedded(model) ? EMBEDDED : new Array(136).fill(0));
}
