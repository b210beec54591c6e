/**
 * Makes the data that `train.py` learns the shape regressor from: random heads in the skins of a texture data set, photographed,
 * and what the networks say about them.
 *
 *   npx tsx packages/models/training/shape-regressor/make-features.ts TEXTURES -o CACHE [--count 8000] [--seed 100000]
 *
 * TEXTURES is what `ganfit texture unwrap` wrote; people in `held-out.txt` are left out. Photo n depends on seed + n alone; a run that was
 * stopped goes on. CACHE receives features.f32 `[N, 7182]`, mirrored.f32 `[N, 7040]` (pattern, embedding and code of the mirror image),
 * identity.f32 `[N, ns]` and, once, model.safetensors for the error.
 *
 * Bundled (`npx esbuild --bundle --platform=node --format=esm --packages=external`, the project's own packages inside) it is twice as fast.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { alignmentPoints } from '../../../core/src/fit/alignment-points.ts';
import { SHAPE_FEATURE_COUNT, SHAPE_FEATURES, shapeFeatures } from '../../../core/src/fit/shape-features.ts';
import type { Image } from '../../../core/src/image/image.ts';
import { writeSafetensors } from '../../../core/src/linalg/safetensors.ts';
import { describeFace } from '../../../core/src/networks/kit.ts';
import { findLandmarks, loadNetworks, shapeCode } from '../../../core/src/networks/index.ts';
import { type RandomStream, randomStream } from '../../../core/src/random/index.ts';
import { networkFiles } from '../../../ganfit/src/models/network-files.ts';
import { nodeRuntime } from '../../../ganfit/src/runtime.ts';
import { readShape } from '../../../ganfit/src/shape-file.ts';
import { metricTensors } from './metric.ts';
import { takePicture } from './picture.ts';
import { drawScene, paintedParts, SIDE, type Skin } from './scene.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', short: 'o' },
    count: { type: 'string', default: '8000' },
    seed: { type: 'string', default: '100000' },
  },
});
const [folder] = positionals;
const { output } = values;
if (!folder || !output) throw new Error('make-features: TEXTURES and -o CACHE must be given.');
mkdirSync(output, { recursive: true });
const files = {
  features: join(output, 'features.f32'),
  mirrored: join(output, 'mirrored.f32'),
  identity: join(output, 'identity.f32'),
};
const { model, digest } = await readShape();
const networks = await loadNetworks(await networkFiles(), nodeRuntime({ threads: 1 }));
const points = alignmentPoints(model);
const parts = paintedParts(model);
// The data set holds held-out people, too: their skins are for measuring only.
const heldOut = new Set(
  readFileSync(new URL('../held-out.txt', import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.trim().replaceAll('/', '-')),
);
const names = readdirSync(join(folder, 'textures'))
  .filter((name) => name.endsWith('.jpg') && !heldOut.has(name.replace(/\.jpg$/, '')))
  .sort();
writeFileSync(
  join(output, 'model.safetensors'),
  writeSafetensors({ tensors: metricTensors(model), metadata: { shape: digest } }),
);

const start = performance.now();
const sizeOf = (path: string) => (existsSync(path) ? statSync(path).size : 0);
const INNER_COUNT = SHAPE_FEATURES.pattern + SHAPE_FEATURES.embedding;
const MIRRORED_COUNT = INNER_COUNT + SHAPE_FEATURES.code;
if (!networks.shape) throw new Error('make-features: the shape network must be there.');
const done = Math.floor(sizeOf(files.features) / 4 / SHAPE_FEATURE_COUNT);
// Features are written last: what a run that was killed in between left of the photo after them goes.
for (const [path, width] of [
  [files.mirrored, MIRRORED_COUNT],
  [files.identity, model.identity.count],
] as const) {
  if (sizeOf(path) > 4 * width * done) truncateSync(path, 4 * width * done);
}
if (sizeOf(files.features) > 4 * SHAPE_FEATURE_COUNT * done) {
  truncateSync(files.features, 4 * SHAPE_FEATURE_COUNT * done);
}
for (let n = done; n < Number(values.count); n++) {
  const random = randomStream(Number(values.seed) + n, 'shape regressor');
  const scene = drawScene(model, await drawSkin(random), parts, random);
  const image = await smaller(takePicture(scene, random), random);
  const landmarks = await findLandmarks(networks.landmarker, image, looseBox(scene.landmarks, image, random));
  const description = await describeFace(networks, image, landmarks);
  const code = await shapeCode(networks.shape, image, landmarks);
  const features = shapeFeatures({ ...description, landmarks, shapeCode: code.own }, points);
  if (!features) throw new Error('make-features: the networks gave no inner values.');
  const mirrored = shapeFeatures(
    { ...(await describeFace(networks, image, landmarks, true)), landmarks, shapeCode: code.mirrored },
    points,
  );
  if (!mirrored) throw new Error('make-features: the networks gave no inner values of the mirror image.');
  appendFileSync(files.identity, new Uint8Array(scene.identity.buffer));
  // Landmarks and pose of the mirror image follow from those of the photo.
  appendFileSync(files.mirrored, new Uint8Array(mirrored.buffer, 0, 4 * INNER_COUNT));
  appendFileSync(files.mirrored, new Uint8Array(new Float32Array(code.mirrored).buffer));
  appendFileSync(files.features, new Uint8Array(features.buffer));
  if ((n + 1) % 100 === 0) {
    const each = (performance.now() - start) / (n + 1 - done);
    console.log(`${n + 1} photos, ${each.toFixed(0)} ms each`);
  }
}
await networks.dispose();

async function drawSkin(random: RandomStream): Promise<Skin> {
  const name = names[random.index(names.length)];
  // Skins before the removal of light keep their glints, dark brows and beards.
  const raw = join(folder, 'raw', name.replace(/\.jpg$/, '.png'));
  const even = random.uniform() < 0.6 || !existsSync(raw);
  const { data } = await sharp(even ? join(folder, 'textures', name) : raw)
    .flatten({ background: '#8a6a5c' })
    .resize(256, 256)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { image: { width: 256, height: 256, channels: 3, data: new Uint8Array(data) }, even };
}

/** A third of the photos come smaller, through JPEG. */
async function smaller(image: Image, random: RandomStream): Promise<Image> {
  if (random.uniform() > 0.35) return image;
  const side = Math.round(SIDE * (0.35 + 0.6 * random.uniform()));
  const jpeg = await sharp(image.data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .resize(side, side)
    .jpeg({ quality: Math.round(40 + 55 * random.uniform()) })
    .toBuffer();
  return { width: side, height: side, channels: 3, data: new Uint8Array(await sharp(jpeg).raw().toBuffer()) };
}

/** About what the detector finds; the landmark network's second crop forgets the difference. */
function looseBox(landmarks: Float32Array, image: Image, random: RandomStream) {
  const zoom = image.width / SIDE;
  const range = (axis: number): [number, number] => {
    const list = Array.from({ length: 68 }, (_, i) => zoom * landmarks[2 * i + axis]);
    return [Math.min(...list), Math.max(...list)];
  };
  const [[left, right], [brows, bottom]] = [range(0), range(1)];
  const width = right - left;
  const top = brows - 0.22 * (bottom - brows);
  const jitter = () => 0.05 * random.normal();
  return {
    x: left + jitter() * width,
    y: top + jitter() * (bottom - top),
    width: width * (1 + jitter()),
    height: (bottom - top) * (1 + jitter()),
    score: 1,
  };
}
