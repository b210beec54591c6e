/**
 * How well the judge and the identity network tell people apart.
 *
 *   npx tsx --conditions=source bench/judge.ts DIR
 *
 * DIR is the Face Research Lab London Set with the folders `neutral` and `smiling`, whose files begin with a person's
 * number. Same pairs are the two photos of one person, different pairs all neutral photos against all smiling ones of
 * other people. People whose number ends in 0 or 5 are held out: no threshold may be picked by looking at them.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  chooseFace,
  cosine,
  distance,
  JUDGE_THRESHOLD,
  judgeFace,
  loadNetworks,
  observe,
} from '../packages/core/src/networks/index.ts';
import { readPhoto } from '../packages/ganfit/src/image.ts';
import { networkFiles } from '../packages/ganfit/src/models/network-files.ts';
import { nodeRuntime } from '../packages/ganfit/src/runtime.ts';

interface Person {
  readonly number: string;
  readonly neutral: Signature;
  readonly smiling: Signature;
}
interface Signature {
  readonly embedding: Float32Array;
  readonly descriptor: Float32Array;
}

/** Between the two measured means of the 6,000 pairs of LFW. */
const COSINE_THRESHOLD = 0.28;

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: bench/judge.ts DIR');
const kit = await loadNetworks(await networkFiles(), nodeRuntime({ threads: 2 }));

async function signatureOf(path: string): Promise<Signature> {
  const { image } = await readPhoto(path);
  const { landmarks, embedding } = chooseFace(await observe(image, kit), undefined, path);
  return { embedding, descriptor: await judgeFace(kit, image, landmarks) };
}

const photos = (expression: string) =>
  new Map(
    readdirSync(join(folder, expression))
      .filter((name) => /^\d+.*\.jpe?g$/.test(name))
      .map((name) => [name.match(/^\d+/)![0], join(folder, expression, name)]),
  );
const [neutral, smiling] = [photos('neutral'), photos('smiling')];
const people: Person[] = [];
for (const [number, path] of neutral) {
  const other = smiling.get(number);
  if (other) people.push({ number, neutral: await signatureOf(path), smiling: await signatureOf(other) });
}
await kit.dispose();

const spread = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  return `${mean.toFixed(3)} ± ${sd.toFixed(3)} (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)})`;
};

function report(
  title: string,
  group: readonly Person[],
  measure: (a: Signature, b: Signature) => number,
  isSame: (value: number) => boolean,
): void {
  const same = group.map((person) => measure(person.neutral, person.smiling));
  const different = group.flatMap((a) =>
    group.filter((b) => b !== a).map((b) => measure(a.neutral, b.smiling)),
  );
  const hits = same.filter(isSame).length;
  const rejections = different.filter((value) => !isSame(value)).length;
  // Both kinds of pairs count half, however many there are of each.
  const accuracy = (100 * (hits / same.length + rejections / different.length)) / 2;
  console.log(`${title}`);
  console.log(`  same       ${spread(same)}, ${hits} of ${same.length} recognized`);
  console.log(`  different  ${spread(different)}, ${rejections} of ${different.length} told apart`);
  console.log(`  accuracy   ${accuracy.toFixed(1)} % (both kinds weighted alike)`);
}

const heldOut = (person: Person) => /[05]$/.test(person.number);
for (const [name, group] of [
  ['development', people.filter((person) => !heldOut(person))],
  ['held out', people.filter(heldOut)],
] as const) {
  console.log(`${name}: ${group.length} people`);
  const judged = (a: Signature, b: Signature) => distance(a.descriptor, b.descriptor);
  report(`judge, distance under ${JUDGE_THRESHOLD}`, group, judged, (value) => value < JUDGE_THRESHOLD);
  const compared = (a: Signature, b: Signature) => cosine(a.embedding, b.embedding);
  report(
    `identity network, cosine over ${COSINE_THRESHOLD}`,
    group,
    compared,
    (value) => value > COSINE_THRESHOLD,
  );
}
