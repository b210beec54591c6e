import { readFile } from 'node:fs/promises';
import { GanfitError } from '@ganfit/core/error';
import {
  type Cell,
  type MarkedSurface,
  type MeshProtocol,
  protocolDistance,
  protocolText,
  readObj,
  summarize,
} from '@ganfit/core/evaluate';
import { evaluateShape, type ShapeModel, surfacePoints } from '@ganfit/core/shape';
import { type Photo, readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import { frameTimes, isVideo, videoFrames } from '../video-frames.ts';
import { filesOf, type MiccLayout, subjectsOf } from './micc-layout.ts';
import type { Results } from './write-tables.ts';

/** How the runner treats the data set, beside the distances themselves. */
export interface MiccOptions {
  readonly protocol: MeshProtocol;
  /** Of two scans of a subject: the better one (as the authors' script), the first, or the mean of both. */
  readonly scans: 'better' | 'first' | 'mean';
  /** Frames per video; the paper takes five. */
  readonly frames: number;
  /** Whether the layout's own crops of single subjects are used. */
  readonly exceptions: boolean;
  /** Subjects to take, as in file names; all when absent. */
  readonly subjects?: readonly string[];
}

/** Coefficients of one video's person: after stage A and after stage B. */
export interface MiccHeads {
  readonly aligned: Float32Array;
  readonly fitted: Float32Array;
}

const ROWS = ['mean face', 'landmarks only', 'fit', "another person's fit"] as const;
type Row = (typeof ROWS)[number];

/**
 * The protocol of the paper's Table 1 for whoever holds the data set.
 *
 * @param reconstruct Makes one head of the frames of a video; undefined when no face was found.
 * @throws GanfitError `input` when no subject has both a scan and a video.
 */
export async function evaluateMicc(
  root: string,
  layout: MiccLayout,
  model: ShapeModel,
  options: MiccOptions,
  reconstruct: (frames: readonly Photo[]) => Promise<MiccHeads | undefined>,
  io: Io,
): Promise<Results> {
  const conditions = Object.keys(layout.videos);
  const errors = new Map<string, number[]>();
  const perSubject: Cell[][] = [];
  const troubles: string[] = [];
  let previous: Float32Array | undefined;
  for (const subject of subjectsOf(layout)) {
    if (options.subjects && !options.subjects.includes(subject)) continue;
    const scans = await readScans(root, layout, subject, troubles);
    if (scans.length === 0) continue;
    const crop =
      (options.exceptions ? layout.crops[String(Number(subject))] : undefined) ?? options.protocol.crop;
    const score = (identity?: Float32Array): number => {
      const head = markedHead(model, identity);
      const used = options.scans === 'first' ? scans.slice(0, 1) : scans;
      const list = used.map((scan) => protocolDistance(head, scan, { ...options.protocol, crop }));
      return options.scans === 'better'
        ? Math.min(...list)
        : list.reduce((sum, d) => sum + d / list.length, 0);
    };
    const dull = score();
    let own: Float32Array | undefined;
    for (const condition of conditions) {
      const frames = await readFrames(root, layout.videos[condition], subject, options.frames, io);
      const heads = frames.length > 0 ? await reconstruct(frames) : undefined;
      if (!heads) {
        troubles.push(
          `Subject ${subject}, ${condition}: ${frames.length === 0 ? 'no video' : 'no face found'}.`,
        );
        continue;
      }
      const values: Record<Row, number | undefined> = {
        'mean face': dull,
        'landmarks only': score(heads.aligned),
        fit: score(heads.fitted),
        "another person's fit": previous && score(previous),
      };
      for (const row of ROWS) {
        const value = values[row];
        if (value !== undefined)
          errors.set(`${row} ${condition}`, [...(errors.get(`${row} ${condition}`) ?? []), value]);
      }
      perSubject.push([subject, condition, crop, ...ROWS.map((row) => values[row])]);
      io.note(
        `subject ${subject}, ${condition}: ${values.fit?.toFixed(3)} mm (mean face ${dull.toFixed(3)})`,
      );
      own = heads.fitted;
    }
    previous = own ?? previous;
  }
  if (perSubject.length === 0) {
    throw new GanfitError(
      'input',
      `micc: ${root} must hold subjects with scans, landmarks and videos, got none. Write their places into a layout file ` +
        '(--layout); docs/evaluation.md shows one.',
    );
  }
  return results(errors, conditions, perSubject, troubles, layout, options);
}

async function readScans(
  root: string,
  layout: MiccLayout,
  subject: string,
  troubles: string[],
): Promise<MarkedSurface[]> {
  const scans: MarkedSurface[] = [];
  for (const [i, pattern] of layout.scans.entries()) {
    const [mesh] = await filesOf(root, pattern, subject);
    const [points] = await filesOf(root, layout.landmarks[i] ?? '', subject);
    const text = mesh && (await readFile(mesh, 'utf8').catch(() => undefined));
    const marks = points && (await readFile(points, 'utf8').catch(() => undefined));
    if (!text || !marks) {
      if (text || marks)
        troubles.push(`Subject ${subject}: scan ${i + 1} lacks its ${text ? 'landmarks' : 'mesh'}.`);
      continue;
    }
    const scale = layout.millimetres;
    const landmarks = Float32Array.from(
      marks.match(/-?\d+(\.\d+)?(e[-+]?\d+)?/gi) ?? [],
      (x) => scale * Number(x),
    );
    if (landmarks.length !== 204) {
      throw new GanfitError('format', `micc: ${points} must hold 68 points, got ${landmarks.length / 3}.`);
    }
    const { vertices, triangles } = readObj(text).mesh;
    scans.push({ surface: { vertices: vertices.map((x) => scale * x), triangles }, landmarks });
  }
  return scans;
}

async function readFrames(
  root: string,
  pattern: string,
  subject: string,
  count: number,
  io: Io,
): Promise<Photo[]> {
  const files = await filesOf(root, pattern, subject);
  const video = files.find(isVideo);
  if (video) return videoFrames(video, count, io.signal);
  const pictures = files.filter((file) => /\.(jpe?g|png|bmp|webp|tiff?)$/i.test(file));
  const chosen = frameTimes(pictures.length, Math.min(count, pictures.length)).map(
    (at) => pictures[Math.floor(at)],
  );
  return Promise.all(chosen.map(readPhoto));
}

function markedHead(model: ShapeModel, identity?: Float32Array): MarkedSurface {
  const vertices = identity ? evaluateShape(model, identity) : model.mean;
  const skin = model.parts[0];
  return {
    surface: { vertices: vertices.slice(0, 3 * skin.vertexCount), triangles: outerSkin(model) },
    landmarks: surfacePoints(vertices, skin.triangles, model.landmarks),
  };
}

/** The skin without the insides of mouth, nostrils and eye sockets, which no scanner sees. */
export function outerSkin({ parts, regions }: ShapeModel): Uint32Array {
  const { triangles } = parts[0];
  const hidden = regions['hidden'];
  if (!hidden) return triangles;
  return triangles.filter((_, i) => {
    const first = i - (i % 3);
    return [0, 1, 2].every((k) => !hidden[triangles[first + k]]);
  });
}

function results(
  errors: ReadonlyMap<string, readonly number[]>,
  conditions: readonly string[],
  perSubject: readonly Cell[][],
  troubles: readonly string[],
  layout: MiccLayout,
  { protocol, scans, frames, exceptions }: MiccOptions,
): Results {
  const cell = (row: Row, condition: string): string => {
    const { mean, deviation, count } = summarize(errors.get(`${row} ${condition}`) ?? []);
    return count === 0 ? '-' : `${mean.toFixed(3)} ± ${deviation.toFixed(3)} (${count})`;
  };
  const crops = Object.entries(layout.crops).map(([subject, crop]) => `subject ${subject} ${crop} mm`);
  return {
    name: 'micc',
    tables: [
      {
        file: 'micc',
        title: 'MICC protocol: mean ± deviation over subjects, millimetres (subjects)',
        columns: ['head', ...conditions],
        rows: ROWS.map((row): Cell[] => [row, ...conditions.map((condition) => cell(row, condition))]),
        notes: [
          `${protocolText(protocol)}.`,
          `Scans: raw, as they are (the authors' script measures against a registered template); of two scans ${scans === 'mean' ? 'the mean' : `the ${scans}`}.`,
          `Own crops: ${exceptions && crops.length > 0 ? crops.join(', ') : 'none'}.`,
          `${frames} frames a video, evenly spread, fitted jointly; neutral head.`,
          `File patterns ${layout.verified ? 'verified' : 'not verified on the real data set'}. Numbers compare only with numbers of the same switches.`,
          ...troubles,
        ],
      },
      {
        file: 'micc-subjects',
        title: 'Every video, millimetres',
        columns: ['subject', 'video', 'crop', ...ROWS],
        rows: perSubject,
      },
    ],
    charts: [
      {
        file: 'micc',
        title: 'MICC protocol',
        axis: 'distance, mean, mm',
        series: conditions,
        groups: ROWS.map((label) => ({
          label,
          values: conditions.map((condition) => summarize(errors.get(`${label} ${condition}`) ?? []).mean),
        })),
      },
    ],
  };
}
