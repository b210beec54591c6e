import { Command, CommanderError } from 'commander';
import { ablateCommand } from './commands/ablate.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { fitCommand } from './commands/fit.ts';
import { galleryCommand } from './commands/gallery.ts';
import { modelsCommand } from './commands/models.ts';
import { renderCommand } from './commands/render.ts';
import { shapeCommand } from './commands/shape.ts';
import { textureCommand } from './commands/texture.ts';
import { type ExitCode, errorText, exitCodeOf } from './exit-code.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

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
    .showSuggestionAfterError()
    .addCommand(fitCommand(io, (value) => (code = value)))
    .addCommand(exportCommand(io.print))
    .addCommand(renderCommand(io.print))
    .addCommand(galleryCommand(io, (value) => (code = value)))
    .addCommand(evaluateCommand(io, (value) => (code = value)))
    .addCommand(ablateCommand(io, (value) => (code = value)))
    .addCommand(modelsCommand(io.print))
    .addCommand(shapeCommand(io.print))
    .addCommand(textureCommand(io, (value) => (code = value)));
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
