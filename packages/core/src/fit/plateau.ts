import { LOSS_TERMS, type LossTerm } from './step-graph.ts';

/** Iterations over which a plateau is looked for. */
const WINDOW = 10;

/** What must fall for a fit to go on: all terms but the random view's, which goes up and down by chance. */
export function steadyLoss(losses: Readonly<Record<LossTerm, number>>): number {
  return LOSS_TERMS.reduce((sum, term) => (term === 'randomIdentity' ? sum : sum + losses[term]), 0);
}

/**
 * Whether the mean loss of ten iterations has fallen by less than a share of that of the ten before.
 *
 * @param history Losses of all iterations so far; of fewer than thirty nothing is said.
 */
export function reachedPlateau(history: readonly number[], share: number): boolean {
  if (history.length < 3 * WINDOW) return false;
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const before = mean(history.slice(-2 * WINDOW, -WINDOW));
  return before - mean(history.slice(-WINDOW)) < share * Math.abs(before);
}
