/**
 * Times jobs in turn, so that whatever else the machine does meets all of them alike.
 *
 * @param jobs What is timed, by name.
 * @param rounds How often each is run, after one warm-up.
 * @returns The best time of each in milliseconds: the one least disturbed.
 */
export async function bestOf<K extends string>(
  jobs: Readonly<Record<K, () => Promise<unknown>>>,
  rounds: number,
): Promise<Record<K, number>> {
  const names = Object.keys(jobs) as K[];
  for (const name of names) await jobs[name]();
  const best = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])) as Record<K, number>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      await jobs[name]();
      best[name] = Math.min(best[name], performance.now() - start);
    }
  }
  return best;
}
