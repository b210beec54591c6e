import { runCli } from './cli.ts';

const stop = new AbortController();
// The first Ctrl-C asks, so that nothing half stays; the second one does not wait.
const interrupt = (): void => {
  if (stop.signal.aborted) {
    // The progress bar had hidden the cursor.
    if (process.stderr.isTTY) process.stderr.write('\x1b[?25h\n');
    process.exit(130);
  }
  stop.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

// A reader that has seen enough (`| head`) closes the pipe; that is no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  terminal: process.stderr.isTTY ? process.stderr : undefined,
  signal: stop.signal,
});
