/** Statistics of a list; NaN of an empty one. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the population. */
  readonly deviation: number;
  readonly median: number;
  /** Nine in ten values are at most this. */
  readonly p90: number;
  readonly worst: number;
}

/** Summarises a list of errors; values that are not finite are left out. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  return {
    count,
    mean,
    deviation: Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count),
    median: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    worst: sorted[count - 1] ?? Number.NaN,
  };
}

/** Mean of a list; NaN of an empty one. */
export function meanOf(values: readonly number[]): number {
  return summarize(values).mean;
}

/** Between two ranks it is interpolated. */
function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
