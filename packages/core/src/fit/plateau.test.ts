import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { reachedPlateau, steadyLoss } from './plateau.ts';
import { LOSS_TERMS, type LossTerm } from './step-graph.ts';

/** Losses that fall by a two-hundredth a step while the random view's are what chance makes them. */
function lossesAt(iteration: number): Record<LossTerm, number> {
  const random = randomStream(3, `view ${iteration}`);
  const losses = Object.fromEntries(LOSS_TERMS.map((term) => [term, 0])) as Record<LossTerm, number>;
  return { ...losses, pixel: 300 * 0.995 ** iteration, randomIdentity: 200 + 40 * random.normal() };
}

function stopsAt(loss: (iteration: number) => number): number {
  const history: number[] = [];
  while (history.length < 160 && !reachedPlateau(history, 1e-3)) history.push(loss(history.length));
  return history.length;
}

test('reachedPlateau: falling losses go on, level ones end after thirty', () => {
  expect(stopsAt((i) => 0.99 ** i)).toBe(160);
  expect(stopsAt(() => 5)).toBe(30);
  expect(stopsAt((i) => Math.max(100 - i, 40))).toBeGreaterThan(60);
});

test('steadyLoss: random views end no fit whose other terms still fall', () => {
  expect(stopsAt((i) => steadyLoss(lossesAt(i)))).toBe(160);
  const total = (i: number) => Object.values(lossesAt(i)).reduce((sum, value) => sum + value, 0);
  expect(stopsAt(total)).toBeLessThan(80);
});
