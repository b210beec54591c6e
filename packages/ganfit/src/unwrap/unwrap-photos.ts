import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import {
  addSums,
  imageOfTexture,
  meanSums,
  meanTexture,
  type PhotoBalance,
  rejection,
  toneBalance,
} from '@ganfit/core/texture';
import { sha256 } from '../digest.ts';
import type { Io } from '../io.ts';
import { remainingTime, startProgress } from '../progress.ts';
import { readShape } from '../shape-file.ts';
import { appendLine, writeWholeFile } from '../texture/whole-file.ts';
import { laidOut, readSums } from './chain.ts';
import { writeSheets } from './contact-sheet.ts';
import { fileName, type ListedPhoto } from './photo-list.ts';
import type { FitRecord, Job, Reply, TextureEntry, WorkerSetup } from './records.ts';
import { writeTexture } from './texture-files.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';

/** Another number refuses data sets of before. */
const VERSION = 1;
/** Rounds in which the mean grows: first against an even skin, then against the mean of the first. */
const ROUNDS = 2;
/** Another number makes means and textures afresh, from the fits that are there. */
const REVISION = 2;
/** What the list of `--exclude` says of a photo. */
const BY_HAND = 'left out by hand';
/** People of each round's mean, evenly taken from the list: the first only tells brows from cheeks. */
const PEOPLE = [80, 280];

/**
 * Makes or continues a data set.
 *
 * Files in it: `textures/NAME.jpg` and `NAME.conf.png`, `index.jsonl` (one `TextureEntry` a line), `mean.png`,
 * `dataset.json`, `sheets/`; `fits/`, `raw/` and `thumbs/` are kept for later calls and may be deleted.
 *
 * @param excluded Which photos make no texture, whatever they show.
 * @throws GanfitError `input` when the folder holds a data set of another version, size or UV; `cancelled`.
 */
export async function unwrapPhotos(
  photos: readonly ListedPhoto[],
  heldOut: (id: string) => boolean,
  setup: WorkerSetup,
  workers: number,
  io: Io,
  excluded: (id: string) => boolean = () => false,
): Promise<void> {
  const { dataset, size } = setup;
  const shape = await readShape(setup.shape);
  const model = laidOut(shape.model, setup);
  for (const folder of ['fits', 'raw', 'thumbs', 'textures', 'sheets', 'rounds']) {
    await mkdir(join(dataset, folder), { recursive: true });
  }
  await claimDataset(dataset, {
    version: VERSION,
    size,
    topologyDigest: model.topologyDigest,
    shape: shape.digest,
  });
  const pool = await openWorkerPool(setup, Math.min(workers, Math.max(1, photos.length)), io.signal);
  try {
    await fitAll(photos, dataset, pool, io);
    const records = await readRecords(photos, dataset);
    const people = records.filter(({ reason, id }) => reason === undefined && !heldOut(id));
    if (people.length === 0) {
      throw new GanfitError(
        'input',
        'unwrap: at least one photo must be usable, got none. See the reasons in fits/.',
      );
    }
    const state = {
      people: people.map(({ id, source }) => [id, source]),
      size,
      model: model.topologyDigest,
      REVISION,
    };
    const key = sha256(JSON.stringify(state)).slice(0, 16);
    let balance: PhotoBalance = toneBalance([]);
    for (let round = 1; round <= ROUNDS; round++) {
      const place = join(dataset, 'rounds', `mean-${round}-${key}`);
      const known = await readFile(`${place}.json`, 'utf8').catch(() => undefined);
      if (known === undefined) {
        const step = Math.max(1, people.length / PEOPLE[round - 1]);
        const some = people.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
        const tones = await sumAll(some, round, pool, io, dataset);
        const sums = meanSums(model, size);
        const parts = (await readdir(join(dataset, 'rounds'))).filter((name) => name.endsWith('.sums'));
        for (const name of parts) {
          const path = join(dataset, 'rounds', name);
          addSums(sums, await readSums(path, model, size));
          await rm(path);
        }
        const mean = meanTexture(sums, model);
        balance = toneBalance([...tones].map(([id, tone]) => ({ group: groupOf(id), tone })));
        await writeWholeFile(`${place}.f32`, new Uint8Array(mean.buffer));
        await writeTexture(join(dataset, `mean-${round}.jpg`), imageOfTexture(mean, size));
        await writeWholeFile(`${place}.json`, JSON.stringify(balance));
      } else balance = JSON.parse(known) as PhotoBalance;
      await pool.each(() => ({ kind: 'take-mean', path: `${place}.f32` }));
    }
    const entries = await finishAll(records, { heldOut, excluded }, balance, key, {
      pool,
      io,
      dataset,
      topologyDigest: model.topologyDigest,
    });
    await writeSheets(
      dataset,
      'accepted',
      entries.filter(({ accepted }) => accepted),
    );
    await writeSheets(
      dataset,
      'rejected',
      entries.filter(({ accepted }) => !accepted),
    );
    report(entries, balance, io);
  } finally {
    pool.close();
  }
}

async function claimDataset(dataset: string, own: Readonly<Record<string, unknown>>): Promise<void> {
  const path = join(dataset, 'dataset.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return writeWholeFile(path, `${JSON.stringify(own, null, 2)}\n`);
  const found = JSON.parse(text) as Record<string, unknown>;
  const different = Object.keys(own).find((key) => found[key] !== own[key]);
  if (different === undefined) return;
  throw new GanfitError(
    'input',
    `unwrap: the data set in ${dataset} must be of ${different} ${own[different]}, got ${found[different]}. ` +
      'Take another folder.',
  );
}

async function fitAll(
  photos: readonly ListedPhoto[],
  dataset: string,
  pool: WorkerPool,
  io: Io,
): Promise<void> {
  const done = new Set(await readdir(join(dataset, 'fits')));
  const jobs = photos
    .filter(({ id }) => !done.has(`${fileName(id)}.json`))
    .map(({ id, path }): Job => ({ kind: 'fit', id, path }));
  await withProgress('fitting photos', jobs, pool, io, async (job, reply) => {
    if (!(reply instanceof Error) || job.kind !== 'fit') return;
    // What broke is written down and left out, so that the run goes on.
    const record: FitRecord = {
      id: job.id,
      source: '',
      quality: {},
      mouth: 0,
      mouthOpen: false,
      reason: `it broke: ${reply.message.split('\n')[0]}`,
    };
    await writeWholeFile(join(dataset, 'fits', `${fileName(job.id)}.json`), JSON.stringify(record));
  });
}

async function readRecords(photos: readonly ListedPhoto[], dataset: string): Promise<FitRecord[]> {
  return Promise.all(
    photos.map(async ({ id }) => {
      const text = await readFile(join(dataset, 'fits', `${fileName(id)}.json`), 'utf8');
      const record = JSON.parse(text) as FitRecord;
      // Bounds may have changed since the photo was fitted.
      return record.parameters ? { ...record, reason: rejection(record.quality) } : record;
    }),
  );
}

/** One round over all people; the sums lie in `rounds/*.sums` afterwards. */
async function sumAll(
  people: readonly FitRecord[],
  round: number,
  pool: WorkerPool,
  io: Io,
  dataset: string,
): Promise<Map<string, readonly number[]>> {
  const tones = new Map<string, readonly number[]>();
  if (round === 1) await pool.each(() => ({ kind: 'take-mean' }));
  const jobs = people.map(({ id }): Job => ({ kind: 'mean', id }));
  await withProgress(`mean, round ${round}`, jobs, pool, io, (job, reply) => {
    if (reply instanceof Error) throw reply;
    if (reply.tone && job.kind === 'mean') tones.set(job.id, reply.tone);
  });
  await pool.each((worker) => ({ kind: 'sums', path: join(dataset, 'rounds', `${worker}.sums`) }));
  return tones;
}

function groupOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')));
}

async function finishAll(
  records: readonly FitRecord[],
  { heldOut, excluded }: { heldOut: (id: string) => boolean; excluded: (id: string) => boolean },
  balance: PhotoBalance,
  mean: string,
  {
    pool,
    io,
    dataset,
    topologyDigest,
  }: { pool: WorkerPool; io: Io; dataset: string; topologyDigest: string },
): Promise<readonly TextureEntry[]> {
  const path = join(dataset, 'index.jsonl');
  const known = new Map<string, TextureEntry>();
  for (const line of (await readFile(path, 'utf8').catch(() => '')).split('\n')) {
    const entry = parseEntry(line);
    if (entry?.mean !== mean) continue;
    // Bounds may have changed, and what was turned down by them or by hand has no texture yet.
    const reason = rejection(entry.quality);
    if (reason === undefined && !entry.texture) continue;
    known.set(entry.id, { ...entry, accepted: reason === undefined, reason });
  }
  const byId = new Map(records.map((record) => [record.id, record]));
  const entryOf = (record: FitRecord, made: Reply['entry'], reason?: string): TextureEntry => ({
    ...record,
    accepted: false,
    ...made,
    ...(reason === undefined ? {} : { accepted: false, reason }),
    heldOut: heldOut(record.id),
    mean,
    topologyDigest,
  });
  for (const record of records) {
    const reason = record.reason ?? (excluded(record.id) ? BY_HAND : undefined);
    if (reason !== undefined) known.set(record.id, entryOf(record, known.get(record.id), reason));
  }
  const save = async (): Promise<readonly TextureEntry[]> => {
    const entries = records.flatMap(({ id }) => known.get(id) ?? []);
    await writeWholeFile(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    return entries;
  };
  const jobs = records
    .filter(({ id }) => !known.has(id))
    .map(({ id }): Job => ({ kind: 'finish', id, group: groupOf(id), balance }));
  await save();
  await withProgress('textures', jobs, pool, io, async (job, reply) => {
    const record = 'id' in job ? byId.get(job.id) : undefined;
    if (!record) return;
    const failed = reply instanceof Error ? `it broke: ${reply.message.split('\n')[0]}` : undefined;
    const entry = entryOf(record, reply instanceof Error ? undefined : reply.entry, failed);
    known.set(record.id, entry);
    // At once, so that a killed run loses nothing that was finished.
    await appendLine(path, JSON.stringify(entry));
  });
  return save();
}

/** An entry of a line; none where a killed run left it unfinished. */
function parseEntry(line: string): TextureEntry | undefined {
  try {
    return JSON.parse(line) as TextureEntry;
  } catch {
    return undefined;
  }
}

async function withProgress(
  label: string,
  jobs: readonly Job[],
  pool: WorkerPool,
  io: Io,
  done: (job: Job, reply: Reply | Error) => Promise<void> | void,
): Promise<void> {
  const progress = startProgress(io, 'unwrap');
  const start = Date.now();
  let told = start;
  let count = 0;
  try {
    progress.step({ label, fraction: 0 });
    await pool.all(jobs, async (job, reply) => {
      await done(job, reply);
      count++;
      const fraction = count / jobs.length;
      progress.step({ label: io.terminal ? `${label}, ${count} of ${jobs.length}` : label, fraction });
      if (!io.terminal && Date.now() - told > 20_000) {
        told = Date.now();
        io.note(`${label}: ${count} of ${jobs.length}, ${remainingTime(told - start, fraction)}`);
      }
    });
    progress.end();
  } finally {
    progress.drop();
  }
}

function report(entries: readonly TextureEntry[], { casts }: PhotoBalance, io: Io): void {
  const accepted = entries.filter((entry) => entry.accepted);
  const heldOut = accepted.filter((entry) => entry.heldOut).length;
  io.print(`${accepted.length} of ${entries.length} photos became textures, ${heldOut} of them held out`);
  const reasons = new Map<string, number>();
  for (const { accepted, reason } of entries) {
    if (accepted) continue;
    const short = (reason ?? 'unknown').replace(/ \(.*/, '').slice(0, 80);
    reasons.set(short, (reasons.get(short) ?? 0) + 1);
  }
  for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1])) io.print(`  ${count}  ${reason}`);
  const open = accepted.filter((entry) => entry.mouthOpen).length;
  io.print(`${open} with an open mouth`);
  for (const [group, cast] of Object.entries(casts)) {
    const [red, green, blue] = cast.map((value) => value.toFixed(3));
    io.print(`color cast of ${group} taken out: red ${red}, green ${green}, blue ${blue} (logarithmic)`);
  }
}
