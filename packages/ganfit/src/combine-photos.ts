import { align, alignmentPoints } from '@ganfit/core/fit';
import type { Observation } from '@ganfit/core/networks';
import type { Kit } from './kit.ts';

/**
 * How several photos of one person become one head: `joint` shares shape and skin and sums the gradients, `average` lets
 * every photo take its own steps and averages after each (the paper's Eq. 13), `best` takes the one photo that shows most.
 */
export const COMBINATIONS = ['joint', 'average', 'best'] as const;
export type Combination = (typeof COMBINATIONS)[number];

/** Pixels between the outer eye corners beyond which more of them show nothing new. */
const ENOUGH = 250;

/**
 * The photo that shows most of the face: large and seen from the front.
 *
 * @returns Its number.
 */
export function bestPhoto(observations: readonly Observation[], kit: Pick<Kit, 'model'>): number {
  const points = alignmentPoints(kit.model);
  const values = observations.map((observation) => {
    const { landmarks } = observation;
    const eyes = Math.hypot(landmarks[90] - landmarks[72], landmarks[91] - landmarks[73]);
    const [{ camera }] = align(kit.model, [observation], { points }).parameters.photos;
    const [x, y, z] = camera.position;
    return Math.min(1, eyes / ENOUGH) * Math.max(0, z / Math.hypot(x, y, z)) ** 2;
  });
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}
