/**
 * How good fits are.
 *
 *   npx tsx bench/fit.ts PORTRAITS [--people DIR] [--heads N] [--seed S] [--preset NAME] [--prior regressed|model]
 *     [--texture FILE] [--align]
 *
 * (a) Random heads of the shape model wear the skins of the portraits in PORTRAITS (one portrait a head), are photographed three
 * times by the renderer and fitted from each photo alone, landmarks by the real detector. Error: point-to-plane RMS of the
 * neutral face (region `narrowFace`) after similarity alignment, as a share of the mean face's error. Heads differ a lot, so the
 * standard error over heads stands beside each share: with 20 heads it is about 0.04.
 * (b) With --people: distance of projected and detected inner landmarks on the portraits in DIR, in per cent of the distance
 * between the outer eye corners.
 *
 * --prior says where the shape starts and what holds it (default as the preset), --align leaves out stage B; --texture takes another
 * model of skin, such as one that never saw the people in PORTRAITS.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faceBackdrop } from '../packages/core/src/asset/face-backdrop.ts';
import { neutralScorer } from '../packages/core/src/evaluate/neutral-score.ts';
import { photographed, portraitSkin } from '../packages/core/src/evaluate/synthetic-heads.ts';
import { align } from '../packages/core/src/fit/align.ts';
import { alignmentPoints } from '../packages/core/src/fit/alignment-points.ts';
import { fit as fitJointly } from '../packages/core/src/fit/fit.ts';
import type { FitParameters } from '../packages/core/src/fit/parameters.ts';
import { DEFAULT_PRESET, PRESETS, type Preset, type PresetName } from '../packages/core/src/fit/presets.ts';
import { projectLandmarks } from '../packages/core/src/fit/project-landmarks.ts';
import { regressShape } from '../packages/core/src/fit/shape-regressor.ts';
import { type Observation, observe } from '../packages/core/src/networks/index.ts';
import { evaluateShape } from '../packages/core/src/shape/evaluate.ts';
import { readPhoto } from '../packages/ganfit/src/image.ts';
import { loadKit } from '../packages/ganfit/src/kit.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string' },
    preset: { type: 'string', default: DEFAULT_PRESET },
    heads: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1000' },
    prior: { type: 'string', default: PRESETS.balanced.shapePrior },
    align: { type: 'boolean', default: false },
    texture: { type: 'string' },
  },
});
const loaded = await loadKit({ texture: values.texture });
const { model, networks, runtime, regressor, texture } = loaded;
const points = alignmentPoints(model);
const kit = { model, runtime, identity: networks.identity, texture, points };
const backdrop = texture && faceBackdrop(model, texture, runtime, points);
const preset: Preset = PRESETS[values.preset as PresetName];

const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Both stages on one photo. */
async function fitted(observation: Observation) {
  const start = performance.now();
  const prior =
    values.prior === 'regressed' && regressor ? regressShape(regressor, [observation], points) : undefined;
  const aligned = align(model, [observation], { points, prior }).parameters;
  const middle = performance.now();
  let joint: FitParameters = aligned;
  const options = { preset, prior, backdrop: preset.backdrop === 'head' ? backdrop : undefined };
  if (!values.align) {
    for await (const step of fitJointly(aligned, [observation], kit, options)) joint = step.parameters;
  }
  return { aligned, joint, seconds: [middle - start, performance.now() - middle].map((t) => t / 1000) };
}

if (positionals[0]) await heads(positionals[0], Number(values.heads), Number(values.seed));
if (values.people) await people(values.people);
await networks.dispose();

async function heads(folder: string, count: number, seed: number) {
  const score = neutralScorer(model);
  const portraits = readdirSync(folder).filter((file) => /\.(jpe?g|png)$/i.test(file));
  const [a, b, dull, both, heads] = [[], [], [], [], []] as number[][];
  for (let n = 0; n < count; n++) {
    const { image } = await readPhoto(join(folder, portraits[n % portraits.length]));
    const [portrait] = await observe(image, networks);
    const skin = portraitSkin(model, portrait, 512);
    for (const photo of photographed(model, skin, seed + n)) {
      const [observation] = await observe(photo.image, networks);
      if (!observation) {
        console.log(`head ${n}: no face found in one of its photos, left out`);
        continue;
      }
      const { aligned, joint, seconds } = await fitted(observation);
      const truth = evaluateShape(model, photo.identity);
      dull.push(score(truth, model.mean));
      a.push(score(truth, evaluateShape(model, aligned.identity)));
      b.push(score(truth, evaluateShape(model, joint.identity)));
      both.push(seconds[1]);
      heads.push(n);
    }
  }
  const spread = (list: number[]) => (count > 1 ? ` +- ${shareError(list, dull, heads).toFixed(3)}` : '');
  const share = (list: number[]) =>
    `${mean(list).toFixed(3)} mm, ${(mean(list) / mean(dull)).toFixed(3)}${spread(list)} of the mean face's`;
  console.log(`${count} heads from seed ${seed}, ${a.length} photos, each fitted alone`);
  console.log(`  mean face   ${mean(dull).toFixed(3)} mm`);
  console.log(`  stage A     ${share(a)}`);
  console.log(`  stage A + B ${share(b)}; ${median(both).toFixed(1)} s for stage B (median)`);
}

/** Standard error of a ratio of means over heads, whose photos belong together: the jackknife. */
function shareError(list: readonly number[], dull: readonly number[], heads: readonly number[]): number {
  const groups = [...new Set(heads)];
  const shares = groups.map((left) => {
    const others = (values: readonly number[]) => mean(values.filter((_, i) => heads[i] !== left));
    return others(list) / others(dull);
  });
  const middle = mean(shares);
  return Math.sqrt((groups.length - 1) * mean(shares.map((share) => (share - middle) ** 2)));
}

async function people(folder: string) {
  const [a, b, secondsA, secondsB] = [[], [], [], []] as number[][];
  for (const file of readdirSync(folder).filter((name) => /\.(jpe?g|png)$/i.test(name))) {
    const { image, focal } = await readPhoto(join(folder, file));
    const faces = await observe(image, networks, { focal });
    if (faces.length === 0) continue;
    const [face] = faces.sort((p, q) => q.box.width - p.box.width);
    const { aligned, joint, seconds } = await fitted(face);
    a.push(landmarkError(face, aligned));
    b.push(landmarkError(face, joint));
    secondsA.push(seconds[0]);
    secondsB.push(seconds[1]);
  }
  const line = (list: number[]) =>
    `median ${median(list).toFixed(2)} %, worst ${Math.max(...list).toFixed(2)} %`;
  console.log(`${a.length} people, 51 inner landmarks, per cent of the outer-eye distance`);
  console.log(`  stage A     ${line(a)}; ${median(secondsA).toFixed(2)} s`);
  console.log(`  stage A + B ${line(b)}; ${median(secondsB).toFixed(1)} s`);
}

function landmarkError({ landmarks }: Observation, { identity, photos }: FitParameters): number {
  const projected = projectLandmarks(points, photos[0], identity);
  const eyes = Math.hypot(landmarks[90] - landmarks[72], landmarks[91] - landmarks[73]);
  let sum = 0;
  for (let i = 17; i < 68; i++) {
    sum += Math.hypot(projected[2 * i] - landmarks[2 * i], projected[2 * i + 1] - landmarks[2 * i + 1]);
  }
  return ((100 / 51) * sum) / eyes;
}
