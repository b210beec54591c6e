/**
 * Measures how the detector's landmarks lie off the model's points, for `fit/landmark-offsets.ts`.
 *
 *   npx tsx bench/landmark-offsets.ts DIR...
 *
 * Every DIR holds frontal portraits. Fits stage A to all of them, takes the median residual of each landmark in the head's own
 * axes, averaged with its mirror image, adds it to the offsets, and goes round again. Two rounds are enough: later ones only
 * move what pose and offsets share.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { align } from '../packages/core/src/fit/align.ts';
import { alignmentPoints } from '../packages/core/src/fit/alignment-points.ts';
import { projectLandmarks } from '../packages/core/src/fit/project-landmarks.ts';
import { loadNetworks, type Observation, observe } from '../packages/core/src/networks/index.ts';
import { cameraPose } from '../packages/core/src/render/camera.ts';
import { readPhoto } from '../packages/ganfit/src/image.ts';
import { networkFiles } from '../packages/ganfit/src/models/network-files.ts';
import { nodeRuntime } from '../packages/ganfit/src/runtime.ts';
import { readShape } from '../packages/ganfit/src/shape-file.ts';

const ROUNDS = 2;
/** Ranges of iBUG landmarks that mirror onto themselves or one another, as `[first, last, mirror of first]`. */
const MIRRORED = [
  [0, 16, 16],
  [17, 26, 26],
  [31, 35, 35],
  [48, 54, 54],
  [55, 59, 59],
  [60, 64, 64],
  [65, 67, 67],
];
const mirror = Array.from({ length: 68 }, (_, i) => i);
for (const [first, last, image] of MIRRORED)
  for (let i = first; i <= last; i++) mirror[i] = image - (i - first);
[45, 44, 43, 42, 47, 46].forEach((image, k) => {
  mirror[36 + k] = image;
  mirror[image] = 36 + k;
});

const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error('usage: bench/landmark-offsets.ts DIR...');
const { model } = await readShape();
const kit = await loadNetworks(await networkFiles(), nodeRuntime({ threads: 2 }));
const observations: Omit<Observation, 'image'>[] = [];
const sizes: { width: number; height: number }[] = [];
for (const folder of folders) {
  for (const name of readdirSync(folder).filter((file) => /\.(jpe?g|png)$/i.test(file))) {
    const { image, focal } = await readPhoto(join(folder, name));
    const faces = await observe(image, kit, { focal });
    if (faces.length !== 1) continue;
    // Pictures of hundreds of people would fill the memory; alignment needs only their size.
    const { image: _, ...rest } = faces[0];
    observations.push(rest);
    sizes.push({ width: image.width, height: image.height });
  }
}
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
const offsets = new Float32Array(136);
for (let round = 0; round <= ROUNDS; round++) {
  const points = alignmentPoints(model, offsets);
  const shifts = Array.from({ length: 136 }, () => [] as number[]);
  const errors: number[] = [];
  observations.forEach((observation, n) => {
    const image = { ...sizes[n], channels: 3, data: new Uint8Array() } as const;
    const { parameters } = align(model, [{ ...observation, image }], { points });
    const [photo] = parameters.photos;
    const { rotation: r, translation } = cameraPose(photo.camera);
    const scale = photo.camera.focal / -translation[2];
    const projected = projectLandmarks(points, photo, parameters.identity);
    const { landmarks } = observation;
    const eyes = Math.hypot(landmarks[90] - landmarks[72], landmarks[91] - landmarks[73]);
    let error = 0;
    for (let i = 0; i < 68; i++) {
      const u = (landmarks[2 * i] - projected[2 * i]) / scale;
      const v = (projected[2 * i + 1] - landmarks[2 * i + 1]) / scale;
      if (i >= 17) error += ((100 / 51) * Math.hypot(u, v) * scale) / eyes;
      const determinant = r[0] * r[4] - r[1] * r[3];
      shifts[2 * i].push((u * r[4] - v * r[1]) / determinant);
      shifts[2 * i + 1].push((v * r[0] - u * r[3]) / determinant);
    }
    errors.push(error);
  });
  console.log(`round ${round}: inner residual ${median(errors).toFixed(2)} % of the outer-eye distance`);
  if (round === ROUNDS) break;
  const found = shifts.map(median);
  for (let i = 0; i < 68; i++) {
    const m = mirror[i];
    offsets[2 * i] += (found[2 * i] - found[2 * m]) / 2;
    offsets[2 * i + 1] += (found[2 * i + 1] + found[2 * m + 1]) / 2;
  }
}
console.log(Array.from(offsets, (value) => Math.round(10 * value) / 10).join(', '));
await kit.dispose();
