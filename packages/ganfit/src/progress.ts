import { SingleBar } from 'cli-progress';
import type { Io } from './io.ts';

/** Where a long job stands. */
export interface ProgressStep {
  /** What is being done, a few words. */
  readonly label: string;
  /** Share of the whole job that is done, in [0, 1]. */
  readonly fraction: number;
}

/** Shows how one job goes on. */
export interface Progress {
  /** Called as often as one likes. */
  readonly step: (step: ProgressStep) => void;
  /** The job is done: clears the bar, tells the last stage. */
  readonly end: () => void;
  /** The job failed or has ended before: clears the bar, tells nothing more. */
  readonly drop: () => void;
}

/**
 * Starts to show a job: a live bar with the remaining time on a terminal, else one plain line per stage.
 *
 * @param title What the job is about; the name of a photo.
 * @param now Clock, milliseconds.
 */
export function startProgress(io: Io, title: string, now: () => number = Date.now): Progress {
  return io.terminal ? barProgress(io.terminal, title, now) : lineProgress(io, title, now);
}

function barProgress(stream: NodeJS.WriteStream, title: string, now: () => number): Progress {
  const start = now();
  const bar = new SingleBar({
    format: '{title}  {bar} {percentage} %  {label}  {remaining}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    fps: 8,
    linewrap: false,
    stream,
    // Signals are the command's business: the library would end the process.
    gracefulExit: false,
  });
  bar.start(1, 0, { title, label: '', remaining: '' });
  return {
    step: ({ label, fraction }) =>
      bar.update(fraction, { label, remaining: remainingTime(now() - start, fraction) }),
    end: () => bar.stop(),
    drop: () => bar.stop(),
  };
}

/** What is left when the rest goes as the part that is done: `about 12 s left`; empty while that is a guess. */
export function remainingTime(elapsed: number, fraction: number): string {
  if (fraction < 0.02 || elapsed < 500) return '';
  const seconds = Math.ceil((elapsed / 1000) * (1 / fraction - 1));
  return seconds < 100 ? `about ${seconds} s left` : `about ${Math.ceil(seconds / 60)} min left`;
}

function lineProgress(io: Io, title: string, now: () => number): Progress {
  let current: string | undefined;
  let start = now();
  const finish = (): void => {
    if (current !== undefined) io.note(`${title}: ${current}, ${((now() - start) / 1000).toFixed(1)} s`);
  };
  return {
    step({ label }) {
      if (label === current) return;
      finish();
      current = label;
      start = now();
    },
    end() {
      finish();
      current = undefined;
    },
    drop() {
      current = undefined;
    },
  };
}
