import { Command, CommanderError } from 'commander';
import { type ExitCode, errorText, exitCodeOf } from './exit-code.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

type Exit = (code: ExitCode) => void;

/** The commands in the order of the help. Each is loaded when it is named: reading them all takes as long as a small fit. */
const COMMANDS: Readonly<Record<string, (io: Io, exit: Exit) => Promise<Command>>> = {
  fit: async (io, exit) => (await import('./commands/fit.ts')).fitCommand(io, exit),
  export: async (io) => (await import('./commands/export.ts')).exportCommand(io.print),
  render: async (io) => (await import('./commands/render.ts')).renderCommand(io.print),
  gallery: async (io, exit) => (await import('./commands/gallery.ts')).galleryCommand(io, exit),
  evaluate: async (io, exit) => (await import('./commands/evaluate.ts')).evaluateCommand(io, exit),
  ablate: async (io, exit) => (await import('./commands/ablate.ts')).ablateCommand(io, exit),
  models: async (io) => (await import('./commands/models.ts')).modelsCommand(io.print),
  shape: async (io) => (await import('./commands/shape.ts')).shapeCommand(io.print),
  texture: async (io, exit) => (await import('./commands/texture.ts')).textureCommand(io, exit),
};

/**
 * Runs the program.
 *
 * @param argv Arguments after the program's name.
 * @returns The exit code; nothing ends the process in here.
 */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command('ganfit')
    .description('From a photo to a textured 3D head.')
    .version(VERSION)
    .showSuggestionAfterError();
  const named = argv.find((word) => !word.startsWith('-')) ?? '';
  const wanted = Object.hasOwn(COMMANDS, named) ? [named] : Object.keys(COMMANDS);
  for (const name of wanted) program.addCommand(await COMMANDS[name](io, (value) => (code = value)));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.print(text.trimEnd()),
      writeErr: (text) => io.note(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'ganfit: ')),
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.note(errorText(error));
    return exitCodeOf(error);
  }
}
