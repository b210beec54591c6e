import { GanfitError } from '@ganfit/core/error';

/** 0 all well, 1 our fault, 2 the user's input, 130 stopped by the user (128 + SIGINT, as shells expect). */
export type ExitCode = 0 | 1 | 2 | 130;

/** What an error means to the shell. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof GanfitError)) return 1;
  if (error.code === 'cancelled') return 130;
  // What is not in the expected format is a file that the user named.
  return error.code === 'input' || error.code === 'format' ? 2 : 1;
}

/** What the user reads: the sentence alone for their input, the cause as well for ours. */
export function errorText(error: unknown): string {
  if (!(error instanceof GanfitError)) {
    return `ganfit: something broke that should not, please report it.\n${(error as Error)?.stack ?? error}`;
  }
  if (error.code === 'input' || error.code === 'cancelled') return error.message;
  const cause = error.cause instanceof Error ? ` (${error.cause.message.split('\n')[0]})` : '';
  return `${error.message}${cause}`;
}
