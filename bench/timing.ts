/** Time of one job in milliseconds. */
export interface Timing {
  /** By the clock on the wall. */
  readonly wall: number;
  /** By all processors together for this process: hardly moved by what else the machine does. */
  readonly cpu: number;
}

/**
 * Times jobs in turn, so that whatever else the machine does meets all of them alike.
 *
 * @param jobs What is timed, by name.
 * @param rounds How often each is run, after one warm-up.
 * @returns The best times of each: those least disturbed.
 */
export async function bestOf<K extends string>(
  jobs: Readonly<Record<K, () => Promise<unknown>>>,
  rounds: number,
): Promise<Record<K, Timing>> {
  const names = Object.keys(jobs) as K[];
  for (const name of names) await jobs[name]();
  const never = { wall: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY };
  const best = Object.fromEntries(names.map((name) => [name, never])) as Record<K, Timing>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      await jobs[name]();
      const [wall, { user, system }] = [performance.now() - start, process.cpuUsage(before)];
      best[name] = {
        wall: Math.min(best[name].wall, wall),
        cpu: Math.min(best[name].cpu, (user + system) / 1000),
      };
    }
  }
  return best;
}
