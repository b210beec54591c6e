import type { EyePose, FitParameters } from '../fit/parameters.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { restingEyes, SIDES } from './eye-pose.ts';

/** What makes a neutral head look as in one of its photos. */
export interface PhotoPose {
  /** Morph target weights by ARKit name. */
  readonly weights: Readonly<Record<string, number>>;
  /** Turns both eyes, as {@link EyePose} says: by their bones, because the lids are posed already. */
  readonly gaze: EyePose['gaze'];
}

/**
 * Expression, lids and gaze of a photo as a program with the GLB can set them; close to the base mesh that `assembleHead` makes for
 * `expression: 'photo'`, whose lids are cleared of the eyeballs once more.
 */
export function photoPose(model: ShapeModel, { identity, photos }: FitParameters, photo: number): PhotoPose {
  const { expression, eyes } = photos[photo];
  const count = model.shapeNames.length;
  const weights: Record<string, number> = {};
  model.shapeNames.forEach((shape, j) => {
    let weight = 0;
    for (let k = 0; k < expression.length; k++) {
      weight += expression[k] * model.expressionMixture[k * count + j];
    }
    weights[shape] = weight;
  });
  if (!eyes) return { weights, gaze: [0, 0] };
  // The neutral head has lids of its own.
  const neutral = evaluateShape(model, identity);
  const resting = restingEyes(
    model,
    neutral,
    photos.map((other) => other.eyes),
  );
  for (const side of ['Left', 'Right'] as const) {
    for (const shape of ['blink', 'squint'] as const) {
      const name = shape === 'blink' ? `eyeBlink${side}` : `eyeSquint${side}`;
      if (name in weights) weights[name] += eyes[shape][SIDES[side]] - resting[shape][SIDES[side]];
    }
  }
  return { weights, gaze: [eyes.gaze[0] - resting.gaze[0], eyes.gaze[1] - resting.gaze[1]] };
}
