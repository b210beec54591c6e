import { type ChildProcess, fork } from 'node:child_process';
import { GanfitError } from '@ganfit/core/error';
import type { Chain } from './chain.ts';
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

/** Loaded when it is needed: it brings the networks with it, and a pool of processes needs none itself. */
const openChain = async (setup: WorkerSetup): Promise<Chain> => (await import('./chain.ts')).openChain(setup);

/** What a pool is made of; all but tests leave it as it is. */
export interface PoolParts {
  /** Makes the only worker of a pool of one. Default `openChain`. */
  readonly open?: (setup: WorkerSetup) => Promise<Chain>;
  /** The program that further workers run. Default this one. */
  readonly program?: string;
  /** Options of Node for it. Default those of this process. */
  readonly execArgv?: readonly string[];
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
  parts: PoolParts = {},
): Promise<WorkerPool> {
  const own = count === 1 ? await (parts.open ?? openChain)(setup) : undefined;
  const processes: ChildProcess[] = [];
  const chains: Chain[] = own
    ? [own]
    : Array.from({ length: count }, () => remoteChain(setup, processes, parts));
  return {
    async all(jobs, done) {
      let next = 0;
      let ended = false;
      const take = async (chain: Chain): Promise<void> => {
        while (next < jobs.length && !ended && !signal.aborted) {
          const job = jobs[next++];
          const reply = await chain(job).catch((error: unknown) =>
            error instanceof Error ? error : new Error(String(error)),
          );
          if (reply instanceof GanfitError && reply.code !== 'input' && reply.code !== 'format') throw reply;
          await done(job, reply);
        }
      };
      const takeOrEnd = (chain: Chain): Promise<void> =>
        take(chain).catch((error: unknown) => {
          // What stops one worker (a full disk, a missing network) would stop all others, too.
          ended = true;
          throw error;
        });
      await Promise.all(chains.map(takeOrEnd));
      if (signal.aborted) {
        throw new GanfitError('cancelled', 'unwrap: stopped. The same command goes on from here.');
      }
    },
    async each(job) {
      await Promise.all(chains.map((chain, worker) => chain(job(worker))));
    },
    close() {
      for (const child of processes) if (child.connected) child.disconnect();
    },
  };
}

/** What travels back from a worker. */
interface Answer {
  readonly reply?: Reply;
  readonly error?: { readonly code?: string; readonly message: string };
}

function remoteChain(
  setup: WorkerSetup,
  processes: ChildProcess[],
  { program = process.argv[1], execArgv = process.execArgv }: PoolParts,
): Chain {
  const child = fork(program, ['texture', WORKER_COMMAND], {
    execArgv: [...execArgv],
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

/**
 * The other side: answers jobs until the parent lets go.
 *
 * @param open Makes what does the work.
 */
export async function serveJobs(open: (setup: WorkerSetup) => Promise<Chain> = openChain): Promise<void> {
  await new Promise<void>((end) => {
    let chain: Promise<Chain> | undefined;
    process.once('disconnect', end);
    process.on('message', (message: WorkerSetup | Job) => {
      if (!('kind' in message)) {
        chain = open(message);
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
  // The parent may have gone meanwhile: then nobody waits for it.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function describe(error: unknown): { code?: string; message: string } {
  if (error instanceof GanfitError) return { code: error.code, message: error.message };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
