import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Image } from '../packages/core/src/image/image.ts';

const FOLDER = join(import.meta.dirname, 'golden');

/** What a picture may differ by: silhouette pixels are the only honest difference between machines. */
export interface GoldenTolerance {
  /** Largest difference of a byte that is not counted. */
  readonly levels?: number;
  /** Share of pixels that may differ by more. */
  readonly share?: number;
}

/**
 * Compares a picture with `test/golden/<name>.png`.
 *
 * On failure the actual picture and the eightfold difference are written to `test/golden/actual`, which git ignores.
 * `UPDATE_GOLDEN=1` accepts the picture.
 */
export async function expectGolden(
  image: Image,
  name: string,
  tolerance: GoldenTolerance = {},
): Promise<void> {
  const { levels = 2, share = 0.005 } = tolerance;
  const golden = join(FOLDER, `${name}.png`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(golden, await png(image));
    return;
  }
  if (!(await exists(golden))) {
    throw new Error(
      `expectGolden: ${golden} must exist, got none. Run with UPDATE_GOLDEN=1, look at it, commit.`,
    );
  }
  const expected = await readPng(golden, image.channels);
  if (expected.width !== image.width || expected.height !== image.height) {
    throw new Error(
      `expectGolden: ${name} must be ${expected.width} x ${expected.height}, got ${image.width} x ${image.height}.`,
    );
  }
  const { channels, data } = image;
  const difference = new Uint8Array(image.width * image.height * 3);
  let wrong = 0;
  for (let pixel = 0; pixel < image.width * image.height; pixel++) {
    let worst = 0;
    for (let c = 0; c < channels; c++) {
      const delta = Math.abs(data[pixel * channels + c] - expected.data[pixel * channels + c]);
      worst = Math.max(worst, delta);
      if (c < 3) difference[pixel * 3 + c] = Math.min(255, 8 * delta);
    }
    if (worst > levels) wrong++;
  }
  const limit = Math.floor(share * image.width * image.height);
  if (wrong <= limit) return;
  const actual = join(FOLDER, 'actual', `${name}.png`);
  const changes = join(FOLDER, 'actual', `${name}-difference.png`);
  await mkdir(join(FOLDER, 'actual'), { recursive: true });
  await writeFile(actual, await png(image));
  await writeFile(changes, await png({ ...image, channels: 3, data: difference }));
  throw new Error(
    `expectGolden: at most ${limit} pixels may differ by more than ${levels} levels, got ${wrong}. ` +
      `Look at ${golden}, ${actual} and ${changes}.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function png({ data, width, height, channels }: Image): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toBuffer();
}

async function readPng(path: string, channels: 1 | 3 | 4): Promise<Image> {
  const picture = sharp(path);
  const shaped =
    channels === 4 ? picture.ensureAlpha() : channels === 3 ? picture.removeAlpha() : picture.greyscale();
  const { data, info } = await shaped.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels, data };
}
