import { Command } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { evaluateTexturesCommand } from './texture-evaluate.ts';
import { mixCommand } from './texture-mix.ts';
import { packCommand } from './texture-pack.ts';
import { samplesCommand } from './texture-samples.ts';
import { trainGanCommand } from './texture-train-gan.ts';
import { trainPcaCommand } from './texture-train-pca.ts';
import { unwrapCommand, unwrapWorkerCommand } from './texture-unwrap.ts';

/** `ganfit texture ...`: data sets of skin textures and the models trained on them; one module for each subcommand. */
export function textureCommand(io: Io, exit: (code: ExitCode) => void): Command {
  return new Command('texture')
    .description('data sets of skin textures, and the models trained on them')
    .addCommand(unwrapCommand(io, exit))
    .addCommand(unwrapWorkerCommand(), { hidden: true })
    .addCommand(trainPcaCommand(io, exit))
    .addCommand(trainGanCommand(io, exit))
    .addCommand(mixCommand(io))
    .addCommand(evaluateTexturesCommand(io, exit))
    .addCommand(samplesCommand(io))
    .addCommand(packCommand(io));
}
