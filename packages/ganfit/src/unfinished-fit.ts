import { GanfitError } from '@ganfit/core/error';
import { type FitReport, writeFaceJson } from '@ganfit/core/formats';
import type { Io } from './io.ts';
import type { Kit } from './kit.ts';
import type { OutputFolder } from './output-folder.ts';
import { type FittedPhoto, reportFile } from './result-files.ts';
import type { ChainState } from './run-chain.ts';
import { GENERATOR } from './version.ts';

/** What is known of a fit that has no head. */
export interface UnfinishedFit {
  /** Name of the folder, as `claim` gave it. */
  readonly folder: string;
  readonly photos: readonly FittedPhoto[];
  /** The report but for losses, digests and the reason. */
  readonly report: Pick<FitReport, 'photo' | 'fit' | 'seconds' | 'notes'>;
  readonly state: ChainState;
}

/**
 * Keeps what can be kept of a fit that threw.
 *
 * One that broke leaves `report.json` with the reason. One that the user stopped leaves `face.json` as well, from which
 * `--resume` goes on, unless an earlier result lies there: that stays as it is.
 *
 * @returns The error to throw on; it tells the user what was kept.
 */
export async function keepUnfinished(
  error: unknown,
  { folder, photos, report, state }: UnfinishedFit,
  kit: Kit,
  output: OutputFolder,
  io: Io,
): Promise<unknown> {
  if (!(error instanceof GanfitError)) return error;
  const { parameters, iterations } = state;
  const files: Record<string, string> = {};
  if (error.code === 'runtime') {
    files['report.json'] = reportFile({
      ...report,
      losses: {},
      digests: kit.digests,
      failure: error.message,
    });
    const place = await output.place(folder, files);
    return new GanfitError('runtime', `${error.message} ${place}/report.json tells how far it came.`, {
      cause: error,
    });
  }
  if (error.code !== 'cancelled' || !parameters || (await output.holds(folder))) return error;
  const failure = `The fit was stopped after ${iterations} iterations; --resume face.json goes on.`;
  files['report.json'] = reportFile({ ...report, losses: {}, digests: kit.digests, failure });
  files['face.json'] = writeFaceJson({
    generator: GENERATOR,
    model: kit.model,
    photos,
    fit: { preset: report.fit.preset, seed: report.fit.seed },
    parameters,
    textures: {},
    digests: kit.digests,
  });
  const place = await output.place(folder, files);
  io.note(`fit: ${place}/face.json holds what was found; --resume goes on from it.`);
  return error;
}
