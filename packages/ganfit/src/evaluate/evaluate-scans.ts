import {
  albedoPsnr,
  albedoTruth,
  type Cell,
  meanOf,
  photograph,
  type ScanTruth,
  type StudioView,
  scoreAgainstScan,
  studioCamera,
  studioLamp,
  summarize,
  viewName,
} from '@ganfit/core/evaluate';
import type { PresetName } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import { observe } from '@ganfit/core/networks';
import { evaluateShape, type ShapeModel } from '@ganfit/core/shape';
import type { Io } from '../io.ts';
import type { Kit } from '../kit.ts';
import { type FittedStages, fitStages } from './fit-stages.ts';
import type { Results } from './write-tables.ts';

/** How scans are evaluated. */
export interface EvaluateScansOptions {
  readonly views: readonly StudioView[];
  readonly preset: PresetName;
  /** Pixels across and down each photograph. */
  readonly size: number;
  /** Runs the whole chain and compares albedos where the scan has an even one. */
  readonly albedo: boolean;
}

/** The methods that are compared, in the order of the table. */
const ROWS = ['mean face', 'landmarks only', 'stage A', 'fit', "another person's fit", 'dense fit'] as const;

interface Shot {
  readonly scan: string;
  readonly view: StudioView;
  /** Undefined when no face was found in the photograph. */
  readonly result?: FittedStages;
  /** Point-to-plane RMS, millimetres. */
  readonly landmarks: number;
  readonly fit: number;
  readonly psnr?: number;
}

/**
 * Real truth (docs/evaluation.md): photographs of scans, each reconstructed alone, against the scans.
 *
 * @param onShot Called with each photograph, for people to look at.
 */
export async function evaluateScans(
  truths: readonly ScanTruth[],
  kit: Kit,
  options: EvaluateScansOptions,
  io: Io,
  onShot: (name: string, image: Image) => Promise<void>,
): Promise<Results> {
  const { model } = kit;
  const shots: Shot[] = [];
  for (const truth of truths) {
    for (const view of options.views) shots.push(await shoot(truth, view, kit, options, io, onShot));
  }
  const rows = truths.map((truth) => summaryRows(model, truth, shots));
  const missed = shots.filter(({ result }) => !result).length;
  return {
    name: 'scans',
    tables: [
      {
        file: 'scans',
        title: 'Photographs of scans: distance to the scan, millimetres',
        columns: ['scan', 'head', 'photos', 'RMS mean', 'RMS worst', 'median', 'p95', 'of the mean face'],
        rows: rows.flat(),
        notes: [
          `Photographs: ${options.views.map(viewName).join('; ')}; ${options.size} pixels; each fitted alone, preset ${options.preset}.`,
          `${missed} of ${shots.length} photographs without a face found; they are left out.`,
          'Scan to head, point to plane, inside the mask of the narrow face (no eyes, nostrils, hair edge); similarity with free ' +
            "scale, then ICP on the masked points; millimetres of the scan's dense fit.",
          "Landmarks only: with the shape model's own prior. Stage A: what the fit starts from, where a regressor has read the shape.",
          'Neutral heads: the expression that a fit finds is taken off. Two people are a sanity check, not a benchmark.',
        ],
      },
      {
        file: 'scans-photos',
        title: 'Every photograph: RMS, millimetres',
        columns: ['scan', 'photograph', 'landmarks only', 'fit', 'albedo PSNR, dB', 'seconds'],
        rows: shots.map(({ scan, view, landmarks, fit, psnr, result }): Cell[] => {
          return [scan, viewName(view), landmarks, fit, psnr, result?.seconds];
        }),
      },
      ...(options.albedo ? [albedoTable(truths, shots)] : []),
    ],
    charts: [
      {
        file: 'scans',
        title: 'Photographs of scans',
        axis: 'distance to the scan, RMS, mm',
        series: truths.map(({ scan }) => scan.name),
        groups: ROWS.map((label, r) => ({ label, values: rows.map((list) => Number(list[r][3])) })),
      },
    ],
  };
}

async function shoot(
  truth: ScanTruth,
  view: StudioView,
  kit: Kit,
  { preset, size, albedo }: EvaluateScansOptions,
  io: Io,
  onShot: (name: string, image: Image) => Promise<void>,
): Promise<Shot> {
  const { scan } = truth;
  const { model } = kit;
  const mesh = { ...scan.mesh, vertices: Float32Array.from(truth.points) };
  const image = photograph([{ mesh, texture: scan.texture }], studioCamera(view, size), studioLamp(view));
  const name = `${scan.name}, ${viewName(view)}`;
  await onShot(name, image);
  const [observation] = await observe(image, kit.networks);
  if (!observation) {
    io.note(`${name}: no face found`);
    return { scan: scan.name, view, landmarks: Number.NaN, fit: Number.NaN };
  }
  const result = await fitStages([observation], kit, { preset, whole: albedo, signal: io.signal });
  const rms = (identity: Float32Array): number =>
    scoreAgainstScan(model, truth, evaluateShape(model, identity)).rms;
  const landmarks = rms(result.aligned.identity);
  const fit = rms(result.fitted.identity);
  const even = albedo && isEven(truth) ? albedoTruth(model, truth) : undefined;
  const skin = result.result?.textures['skin'];
  const psnr = even && skin ? albedoPsnr(even, skin) : undefined;
  const tail = psnr === undefined ? '' : `, albedo ${psnr.toFixed(2)} dB`;
  io.note(
    `${name}: landmarks ${landmarks.toFixed(3)}, fit ${fit.toFixed(3)} mm${tail} (${result.seconds.toFixed(1)} s)`,
  );
  return { scan: scan.name, view, result, landmarks, fit, psnr };
}

/** James' texture has the light of the studio in it: a truth for geometry only. */
function isEven({ scan }: ScanTruth): boolean {
  return scan.name === 'Lee Perry-Smith';
}

function summaryRows(model: ShapeModel, truth: ScanTruth, shots: readonly Shot[]): Cell[][] {
  const own = shots.filter(({ scan, result }) => scan === truth.scan.name && result);
  const others = shots.filter(({ scan, result }) => scan !== truth.scan.name && result);
  const heads: Record<(typeof ROWS)[number], (Float32Array | undefined)[]> = {
    'mean face': [undefined],
    'landmarks only': own.map(({ result }) => result?.aligned.identity),
    'stage A': own.map(({ result }) => result?.started.identity),
    fit: own.map(({ result }) => result?.fitted.identity),
    "another person's fit": others.map(({ result }) => result?.fitted.identity),
    'dense fit': [truth.identity],
  };
  const dull = scoreAgainstScan(model, truth, model.mean).rms;
  return ROWS.map((row) => {
    const scores = heads[row].map((identity) => {
      return scoreAgainstScan(model, truth, identity ? evaluateShape(model, identity) : model.mean);
    });
    const rms = summarize(scores.map((score) => score.rms));
    const [median, p95] = [
      meanOf(scores.map((score) => score.median)),
      meanOf(scores.map((score) => score.p95)),
    ];
    const count = row === 'mean face' || row === 'dense fit' ? undefined : scores.length;
    return [truth.scan.name, row, count, rms.mean, rms.worst, median, p95, rms.mean / dull];
  });
}

function albedoTable(truths: readonly ScanTruth[], shots: readonly Shot[]) {
  const rows = truths.filter(isEven).map(({ scan }): Cell[] => {
    const own = shots.flatMap(({ scan: name, psnr }) =>
      name === scan.name && psnr !== undefined ? [psnr] : [],
    );
    return [scan.name, own.length, meanOf(own), Math.min(...own), Math.max(...own)];
  });
  return {
    file: 'scans-albedo',
    title: 'Albedo, PSNR in dB (higher is better)',
    columns: ['scan', 'photos', 'mean', 'lowest', 'highest'],
    rows,
    notes: [
      'sRGB values on the texels of the narrow face without eyes, after one gain per channel in linear light.',
    ],
  };
}
