import { GanfitError } from '@ganfit/core/error';
import { serveJobs } from './worker-pool.ts';

// A worker process of the pool's test: what it does with a photo is said by the photo's name.
await serveJobs(async ({ dataset }) => {
  if (dataset === 'nowhere')
    throw new GanfitError('input', 'test: the shape must exist, got none. Take another.');
  return async (job) => {
    if (job.kind !== 'fit') return {};
    if (job.id === 'dies') process.exit(9);
    if (job.id === 'corrupt')
      throw new GanfitError('format', 'test: the photo must be whole, got half. Drop it.');
    if (job.id === 'disk')
      throw new GanfitError('runtime', 'test: there must be room, got a full disk. Make room.');
    if (job.id === 'bug') throw new TypeError('undefined is no function');
    return { reason: `${process.pid} ${job.id}` };
  };
});
