import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Job, Reply } from './records.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';

const PARTS = { program: join(import.meta.dirname, 'worker-for-tests.ts'), execArgv: ['--import', 'tsx'] };
const jobsOf = (ids: readonly string[]): Job[] => ids.map((id) => ({ kind: 'fit', id, path: id }));

async function withPool<T>(
  work: (pool: WorkerPool) => Promise<T>,
  { dataset = 'somewhere', signal = new AbortController().signal, workers = 2 } = {},
): Promise<T> {
  const pool = await openWorkerPool({ dataset, size: 256 }, workers, signal, PARTS);
  try {
    return await work(pool);
  } finally {
    pool.close();
  }
}

/** Does jobs of these names; which came back with what. */
async function replies(pool: WorkerPool, ids: readonly string[]): Promise<Map<string, Reply | Error>> {
  const found = new Map<string, Reply | Error>();
  await pool.all(jobsOf(ids), (job, reply) => {
    if (job.kind === 'fit') found.set(job.id, reply);
  });
  return found;
}

describe('openWorkerPool', () => {
  it('deals jobs out to processes, and goes on when one of them breaks', async () => {
    const ids = ['a', 'corrupt', 'b', 'bug', 'c', 'd', 'e', 'f'];
    const found = await withPool((pool) => replies(pool, ids));
    expect([...found.keys()].sort()).toEqual([...ids].sort());
    expect(found.get('corrupt')).toMatchObject({ code: 'format', message: expect.stringContaining('whole') });
    expect(found.get('bug')).toBeInstanceOf(Error);
    expect(String(found.get('bug'))).toContain('undefined is no function');
    const workers = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => {
      const reply = found.get(id);
      expect(reply).not.toBeInstanceOf(Error);
      return (reply as Reply).reason?.split(' ')[0];
    });
    expect(workers).not.toContain(`${process.pid}`);
  });

  it('ends with what to do when a worker dies', async () => {
    const ended = withPool((pool) => replies(pool, ['a', 'dies', 'b']));
    await expect(ended).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringContaining('fewer workers'),
    });
  });

  it('ends at the first error that all photos would meet, and starts no further one', async () => {
    const names = ['a', 'disk', ...Array.from({ length: 400 }, (_, i) => `${i}`)];
    const done: string[] = [];
    const ended = withPool(async (pool) => {
      // Both workers are there before they get something to do.
      await pool.each(() => ({ kind: 'sums', path: '' }));
      await pool.all(jobsOf(names), (job) => {
        if (job.kind === 'fit') done.push(job.id);
      });
    });
    await expect(ended).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringContaining('full disk'),
    });
    expect(done.length).toBeLessThan(400);
    const before = done.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(done.length - before).toBeLessThanOrEqual(1);
  });

  it('tells of a worker that cannot start with the first job', async () => {
    const found = await withPool((pool) => replies(pool, ['a']), { dataset: 'nowhere' });
    expect(found.get('a')).toMatchObject({
      code: 'input',
      message: expect.stringContaining('shape must exist'),
    });
  });

  it('stops between two jobs, and says that the same command goes on', async () => {
    const stop = new AbortController();
    const done: string[] = [];
    const ended = withPool(
      (pool) =>
        pool.all(jobsOf(['a', 'b', 'c', 'd', 'e', 'f']), (job) => {
          if (job.kind === 'fit') done.push(job.id);
          stop.abort();
        }),
      { signal: stop.signal },
    );
    await expect(ended).rejects.toMatchObject({
      code: 'cancelled',
      message: expect.stringContaining('goes on'),
    });
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(6);
  });
});
