/** Where a command reads and prints: handed in, so that commands are tested without a process. */
export interface Io {
  /** Results: one line, without its end. */
  readonly print: (line: string) => void;
  /** Progress and troubles: one line, without its end. */
  readonly note: (line: string) => void;
  /** The stream for a live progress bar; undefined when nobody watches. */
  readonly terminal?: NodeJS.WriteStream;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}
