/**
 * Packs what `train_network.py` draws heads from: the shape model and the skins of a texture data set.
 *
 *   npx tsx packages/models/training/shape-network/pack.ts TEXTURES -o FOLDER [--side 256]
 *
 * FOLDER receives heads.safetensors (positions and modes in steps of 0.01 mm) and skins/*.webp, two for most people: with the light of
 * the photo taken out, and (`-raw`) with it. People in `held-out.txt` are left out.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { partMaterial } from '../../../core/src/asset/materials.ts';
import { writeSafetensors } from '../../../core/src/linalg/safetensors.ts';
import { readShape } from '../../../ganfit/src/shape-file.ts';
import { metricTensors } from '../shape-regressor/metric.ts';
import { paintedParts } from '../shape-regressor/scene.ts';

/** Millimetres. */
const STEP = 0.01;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { output: { type: 'string', short: 'o' }, side: { type: 'string', default: '256' } },
});
const [folder] = positionals;
const { output } = values;
if (!folder || !output) throw new Error('pack: TEXTURES and -o FOLDER must be given.');
mkdirSync(join(output, 'skins'), { recursive: true });

const { model, digest } = await readShape();
const steps = (data: Float32Array) => Int16Array.from(data, (value) => Math.round(value / STEP));
const concat = (lists: readonly Uint32Array[], offsets: readonly number[]) =>
  Int32Array.from(lists.flatMap((list, k) => Array.from(list, (index) => index + offsets[k])));
const { parts } = model;
const uvStarts = parts.map((_, k) => parts.slice(0, k).reduce((sum, { uv }) => sum + uv.length / 2, 0));
const painted = paintedParts(model);
const sides = parts.map((_, k) => painted[0][k]?.width ?? 0);
const textures = painted.flatMap((list) => list.flatMap((image) => (image ? [image.data] : [])));
const starts: number[] = [];
let length = 0;
for (const list of painted) {
  for (const image of list) {
    starts.push(image ? length : -1);
    length += image?.data.length ?? 0;
  }
}
const all = new Uint8Array(length);
let at = 0;
for (const data of textures) {
  all.set(data, at);
  at += data.length;
}
const V = model.vertexCount;
const triangles = concat(
  parts.map((part) => part.triangles),
  parts.map(() => 0),
);
writeFileSync(
  join(output, 'heads.safetensors'),
  writeSafetensors({
    tensors: {
      mean: { type: 'F32', shape: [V, 3], data: model.mean },
      identity: { type: 'I16', shape: [model.identity.count, 3 * V], data: steps(model.identity.data) },
      expression: { type: 'I16', shape: [model.expression.count, 3 * V], data: steps(model.expression.data) },
      triangles: { type: 'I32', shape: [triangles.length / 3, 3], data: triangles },
      uv: {
        type: 'F32',
        shape: [parts.reduce((sum, { uv }) => sum + uv.length / 2, 0), 2],
        data: Float32Array.from(parts.flatMap(({ uv }) => Array.from(uv))),
      },
      uvTriangles: {
        type: 'I32',
        shape: [triangles.length / 3, 3],
        data: concat(
          parts.map((part) => part.uvTriangles),
          uvStarts,
        ),
      },
      partOf: {
        type: 'I32',
        shape: [triangles.length / 3],
        data: Int32Array.from(parts.flatMap((part, k) => Array(part.triangles.length / 3).fill(k))),
      },
      color: {
        type: 'F32',
        shape: [parts.length, 3],
        data: Float32Array.from(parts.flatMap(({ name }) => [...partMaterial(name).color])),
      },
      textures: { type: 'U8', shape: [all.length], data: all },
      textureAt: { type: 'I32', shape: [painted.length, parts.length], data: Int32Array.from(starts) },
      textureSide: { type: 'I32', shape: [parts.length], data: Int32Array.from(sides) },
      landmarkTriangles: { type: 'I32', shape: [68], data: Int32Array.from(model.landmarks.triangles) },
      landmarkBarycentrics: { type: 'F32', shape: [68, 3], data: model.landmarks.barycentrics },
      ...metricTensors(model),
    },
    metadata: { shape: digest, step: String(STEP) },
  }),
);

const heldOut = new Set(
  readFileSync(new URL('../held-out.txt', import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.trim().replaceAll('/', '-')),
);
const side = Number(values.side);
const names = readdirSync(join(folder, 'textures'))
  .filter((name) => name.endsWith('.jpg'))
  .map((name) => name.replace(/\.jpg$/, ''))
  .filter((name) => !heldOut.has(name))
  .sort();
for (const name of names) {
  const raw = join(folder, 'raw', `${name}.png`);
  for (const [path, suffix] of [
    [join(folder, 'textures', `${name}.jpg`), ''],
    [raw, '-raw'],
  ]) {
    if (!existsSync(path)) continue;
    await sharp(path)
      .flatten({ background: '#8a6a5c' })
      .resize(side, side)
      .webp({ quality: 85 })
      .toFile(join(output, 'skins', `${name}${suffix}.webp`));
  }
}
console.log(`${output}: ${names.length} people`);
