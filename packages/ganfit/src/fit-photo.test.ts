import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { overridePreset, PRESETS } from '@ganfit/core/fit';
import { type FitReport, readFaceJson } from '@ganfit/core/formats';
import type { Runtime } from '@ganfit/core/runtime';
import { afterAll, expect, test, vi } from 'vitest';
import { exitCodeOf } from './exit-code.ts';
import { fakeFfmpeg } from './fake-ffmpeg.ts';
import { type FitPersonOptions, fitPerson } from './fit-person.ts';
import { fitPhoto } from './fit-photo.ts';
import { PLAIN_GLB } from './glb/settings.ts';
import type { Io } from './io.ts';
import { type Kit, loadKit } from './kit.ts';
import { kitOrSkip } from './models/for-tests.ts';
import { openOutputFolder } from './output-folder.ts';

const ASTRONAUT = resolve(import.meta.dirname, '../../../examples/astronaut.png');
const folder = mkdtempSync(join(tmpdir(), 'ganfit-photo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Both stages of stage B, as short as they can be. */
const SHORT = overridePreset(PRESETS.balanced, [
  ...['start.skin=1', 'start.coarse=0', 'start.fine=1', 'iterations=2', 'size=48', 'skinSize=256'],
]);
const STILL = { ...PRESETS.landmarks, skinSize: 256 };
const options: FitPersonOptions = {
  ...PLAIN_GLB,
  preset: 'balanced',
  plan: SHORT,
  seed: 3,
  format: [],
  expression: 'neutral',
  combine: 'joint',
  frames: 5,
};

let kit: Promise<Kit> | undefined;
async function ready(context: Parameters<typeof kitOrSkip>[0]): Promise<void> {
  await kitOrSkip(context);
  kit ??= loadKit({ offline: true });
}

let first: ReturnType<typeof fit> | undefined;
/** A fit that all tests may go on from. */
function firstFit(): ReturnType<typeof fit> {
  first ??= fit('first', {});
  return first;
}

/** Fits the astronaut and tells what was thrown. */
async function fit(
  place: string,
  own: Partial<FitPersonOptions>,
  { how = fitPhoto, opened = kit, stop = new AbortController() } = {} as {
    how?: typeof fitPhoto | 'person';
    opened?: Promise<Kit>;
    stop?: AbortController;
  },
) {
  const lines: string[] = [];
  const io: Io = { print: (l) => lines.push(l), note: (l) => lines.push(l), signal: stop.signal };
  const output = await openOutputFolder(join(folder, place));
  const all = { ...options, ...own };
  const late = async (): Promise<Kit> => (await opened) as Kit;
  let error: unknown;
  try {
    if (how === 'person') {
      // Two frames of a video that ffmpeg reads.
      const { folder: tools } = await fakeFfmpeg(folder, { seconds: 2, picture: ASTRONAUT });
      vi.stubEnv('PATH', `${tools}:${process.env['PATH']}`);
      await fitPerson(['astronaut.mp4'], { ...all, frames: 2 }, late, output, io);
    } else await how(ASTRONAUT, all, late, output, io);
  } catch (thrown) {
    error = thrown;
  } finally {
    vi.unstubAllEnvs();
    await output.close();
  }
  const at = (file: string): string => join(folder, place, 'astronaut', file);
  const read = (file: string): string => readFileSync(at(file), 'utf8');
  return {
    lines,
    error,
    at,
    report: existsSync(at('report.json')) ? (JSON.parse(read('report.json')) as FitReport) : undefined,
    read,
  };
}

test('the same seed gives the same files', async (context) => {
  await ready(context);
  const first = await firstFit();
  expect(first.error).toBeUndefined();
  expect(first.report?.failure).toBeUndefined();
  const second = await fit('second', {});
  for (const file of ['face.json', 'skin.png', 'preview.png']) {
    expect(readFileSync(second.at(file)).equals(readFileSync(first.at(file))), file).toBe(true);
  }
}, 400_000);

test('the cosine that is optimised is the one of the finished head', async (context) => {
  await ready(context);
  const own = ['start.coarse=2', 'start.fine=1', 'iterations=4', 'detail=none', 'skinSize=256'];
  const { report } = await fit('likeness', { plan: overridePreset(PRESETS.balanced, own) });
  // Before the last of the steps, in a smaller picture.
  const optimised = 1 - (report?.losses['identity'].value ?? Number.NaN);
  expect(optimised).toBeGreaterThan(0.2);
  expect(Math.abs(optimised - (report?.identity?.cosine ?? Number.NaN))).toBeLessThan(0.07);
}, 400_000);

test.for(['photo', 'person'] as const)(
  'a head beside the face fails, with the reason in report.json: %s',
  { timeout: 400_000 },
  async (which, context) => {
    await ready(context);
    const how = which === 'person' ? which : fitPhoto;
    const { parameters } = readFaceJson((await firstFit()).read('face.json'));
    const [pose] = parameters.photos;
    const aside = { ...pose, camera: { ...pose.camera, target: [40, 0, 0] as const } };
    const beside = { ...parameters, photos: which === 'person' ? [pose, aside] : [aside] };
    const outcome = await fit(`beside-${which}`, { start: beside, plan: STILL }, { how });
    expect(outcome.report?.failure).toMatch(/The fit failed: the landmarks of the head lie \d+\.\d %/);
    expect(exitCodeOf(outcome.error)).toBe(2);
    expect(readdirSync(outcome.at('.'))).toContain('preview.png');
    // A fit that goes on leaves stage A out, and without iterations everything is as it was.
    const { identity, photos } = readFaceJson(outcome.read('face.json')).parameters;
    expect({ identity, camera: photos[0].camera }).toEqual({
      identity: beside.identity,
      camera: beside.photos[0].camera,
    });
  },
);

test.for(['photo', 'person'] as const)(
  'a fit that loses its numbers leaves the reason alone: %s',
  { timeout: 400_000 },
  async (which, context) => {
    await ready(context);
    const how = which === 'person' ? which : fitPhoto;
    const plan = { ...SHORT, learningRate: 1e38, start: { skin: 0, coarse: 0, fine: 0 } };
    const { error, report, at } = await fit(`lost-${which}`, { plan }, { how });
    expect(error).toBeInstanceOf(GanfitError);
    expect(exitCodeOf(error)).toBe(1);
    expect(report?.failure).toMatch(/must stay .* in iteration 1 of stage joint/);
    expect(readdirSync(at('.'))).toEqual(['report.json']);
  },
);

test.for(['photo', 'person'] as const)(
  'a stopped fit leaves a face.json to go on from, but no earlier result is touched: %s',
  { timeout: 400_000 },
  async (which, context) => {
    await ready(context);
    const how = which === 'person' ? which : fitPhoto;
    const opened = (await kit) as Kit;
    let stop = new AbortController();
    let runs = 0;
    // In the second joint step; by then there are parameters.
    const runtime: Runtime = {
      ...opened.runtime,
      compile: async (outputs) => {
        const graph = await opened.runtime.compile(outputs);
        const counted = Object.keys(outputs).includes('nextX');
        return {
          ...graph,
          run: async (feeds) => {
            if (counted && ++runs === 2) stop.abort();
            return graph.run(feeds);
          },
        };
      },
    };
    const plan = { ...SHORT, iterations: 10 };
    const stopOnce = () => {
      [stop, runs] = [new AbortController(), 0];
      const asked = { how, opened: Promise.resolve({ ...opened, runtime }), stop };
      return fit(`stopped-${which}`, { plan, start }, asked);
    };
    const before = readFaceJson((await firstFit()).read('face.json')).parameters;
    const start = {
      ...before,
      photos: which === 'person' ? [...before.photos, ...before.photos] : before.photos,
    };
    const { error, report, at, read, lines } = await stopOnce();
    expect(exitCodeOf(error)).toBe(130);
    expect(report?.failure).toMatch(/stopped after \d+ iterations; --resume face\.json goes on/);
    expect(readdirSync(at('.')).sort()).toEqual(['face.json', 'report.json']);
    expect(lines.join('\n')).toContain('--resume goes on from it');
    const { parameters } = readFaceJson(read('face.json'));
    expect(parameters.photos).toHaveLength(which === 'person' ? 2 : 1);
    expect(Math.hypot(...parameters.identity)).toBeGreaterThan(1);
    // An earlier result is worth more than half of a new one.
    const kept = read('report.json');
    expect(exitCodeOf((await stopOnce()).error)).toBe(130);
    expect(read('report.json')).toBe(kept);
  },
);
