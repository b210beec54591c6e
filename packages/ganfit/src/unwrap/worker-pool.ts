import { type ChildProcess, fork } from 'node:child_process';
import { GanfitError } from '@ganfit/core/error';
import { type Chain, openChain } from './chain.ts';
import type { Job, Reply, WorkerSetup } from './records.ts';

/** Several workers that take jobs from one list. */
export interface WorkerPool {
  /**
   * Does all jobs, each on whichever worker is free.
   *
   * @param done Called after each job with its reply, or with the error of a job that broke.
   */
  readonly all: (
    jobs: readonly Job[],
    done: (job: Job, reply: Reply | Error) => Promise<void> | void,
  ) => Promise<void>;
  /** The same job, or one of its own, on every worker. */
  readonly each: (job: (worker: number) => Job) => Promise<void>;
  readonly close: () => void;
}

/** The sub-command that a worker process runs. */
export const WORKER_COMMAND = 'unwrap-worker';

/**
 * Starts workers: processes that run this program's hidden sub-command, or for a single one this process itself.
 *
 * @param signal Ends `all` between two jobs with an error `cancelled`.
 */
export async function openWorkerPool(
  setup: WorkerSetup,
  count: number,
  signal: AbortSignal,
): Promise<WorkerPool> {
  // The first one alone meets a missing model or network, so that the user reads one message.
  const own = count === 1 ? await openChain(setup) : undefined;
  const processes: ChildProcess[] = [];
  const chains: Chain[] = own ? [own] : Array.from({ length: count }, () => remoteChain(setup, processes));
  return {
    async all(jobs, done) {
      let next = 0;
      const take = async (chain: Chain): Promise<void> => {
        while (next < jobs.length) {
          if (signal.aborted) return;
          const job = jobs[next++];
          const reply = await chain(job).catch((error: unknown) =>
            error instanceof Error ? error : new Error(String(error)),
          );
          if (reply instanceof GanfitError && reply.code !== 'input' && reply.code !== 'format') throw reply;
          await done(job, reply);
        }
      };
      await Promise.all(chains.map(take));
      if (signal.aborted) {
        throw new GanfitError('cancelled', 'unwrap: stopped. The same command goes on from here.');
      }
    },
    async each(job) {
      await Promise.all(chains.map((chain, worker) => chain(job(worker))));
    },
    close() {
      for (const child of processes) child.disconnect();
    },
  };
}

/** What travels back from a worker. */
interface Answer {
  readonly reply?: Reply;
  readonly error?: { readonly code?: string; readonly message: string };
}

function remoteChain(setup: WorkerSetup, processes: ChildProcess[]): Chain {
  const program = process.argv[1];
  const child = fork(program, ['texture', WORKER_COMMAND], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  processes.push(child);
  child.send(setup);
  return (job) =>
    new Promise((resolve, reject) => {
      const answered = (answer: Answer): void => {
        child.off('exit', gone);
        if (answer.reply) resolve(answer.reply);
        else reject(errorOf(answer));
      };
      const gone = (): void => {
        child.off('message', answered);
        reject(
          new GanfitError(
            'runtime',
            'unwrap: a worker must stay alive, got its end. Run it again with fewer workers.',
          ),
        );
      };
      child.once('message', answered);
      child.once('exit', gone);
      if (child.exitCode !== null || !child.connected) gone();
      else child.send(job);
    });
}

function errorOf({ error }: Answer): Error {
  const message = error?.message ?? 'nothing';
  return error?.code ? new GanfitError(error.code as GanfitError['code'], message) : new Error(message);
}

/** The other side: answers jobs until the parent lets go. */
export async function serveJobs(): Promise<void> {
  await new Promise<void>((end) => {
    let chain: Promise<Chain> | undefined;
    process.once('disconnect', end);
    process.on('message', (message: WorkerSetup | Job) => {
      if (!('kind' in message)) {
        chain = openChain(message);
        // The failure is told with the first job.
        chain.catch(() => undefined);
        return;
      }
      chain
        ?.then((work) => work(message))
        .then(
          (reply) => answer({ reply }),
          (error: unknown) => answer({ error: describe(error) }),
        );
    });
  });
}

function answer(message: Answer): void {
  if (process.connected) process.send?.(message);
}

function describe(error: unknown): { code?: string; message: string } {
  if (error instanceof GanfitError) return { code: error.code, message: error.message };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
