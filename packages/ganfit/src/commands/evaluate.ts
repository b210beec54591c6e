import { Command } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { evaluateMiccCommand } from './evaluate-micc.ts';
import { evaluatePeopleCommand } from './evaluate-people.ts';
import { evaluatePointsCommand } from './evaluate-points.ts';
import { evaluateScansCommand } from './evaluate-scans.ts';
import { evaluateSyntheticCommand } from './evaluate-synthetic.ts';

/** `ganfit evaluate`: how good fits are, against truth. */
export function evaluateCommand(io: Io, exit: (code: ExitCode) => void): Command {
  return new Command('evaluate')
    .description('measure how good fits are')
    .addCommand(evaluateScansCommand(io, exit))
    .addCommand(evaluateSyntheticCommand(io, exit))
    .addCommand(evaluatePeopleCommand(io, exit))
    .addCommand(evaluatePointsCommand(io, exit))
    .addCommand(evaluateMiccCommand(io, exit));
}
