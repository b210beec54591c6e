import { applySimilarity, fitSimilarity } from '../../linalg/similarity.ts';
import { type RandomStream, randomStream } from '../../random/index.ts';
import { addTarget } from './makehuman.ts';
import { refine, type Template } from './template.ts';

/** MakeHuman's targets by their path below `targets/`, such as `nose/nose-hump-incr.target`. */
export type MakehumanTargets = Readonly<Record<string, string>>;

const RACES = ['african', 'asian', 'caucasian'] as const;
const SEXES = ['female', 'male'] as const;
const AGES = ['young', 'old'] as const;
// Spread of the two-way modifiers per folder; the head's place and turn are no shape.
const SPREAD: Readonly<Record<string, number>> = {
  head: 0.15,
  forehead: 0.2,
  eyebrows: 0.2,
  eyes: 0.15,
  nose: 0.15,
  mouth: 0.15,
  ears: 0.15,
  chin: 0.15,
  cheek: 0.15,
  neck: 0.15,
  asym: 0.1,
};
const LEFT_OUT = /trans-|head-age|breast|trunk|pointed/;

/**
 * Samples MakeHuman heads: sex, age 16 to 80, ancestry, weight and single features, aligned by similarity to each other's
 * mean on the face, and carried to the registered template as displacements.
 *
 * @param positions The registered template, `[V, 3]`, millimetres: sets the scale and the pose.
 * @param faceWeights `[V]`, what the alignment looks at.
 * @returns `[count][3 V]`, millimetres, centred.
 */
export function sampleVariation(
  template: Template,
  base: Float64Array,
  targets: MakehumanTargets,
  positions: Float64Array,
  faceWeights: ArrayLike<number>,
  count: number,
): Float32Array[] {
  const random = randomStream(1, 'MakeHuman heads');
  const fields = new Map<string, Float64Array>();
  const field = (path: string): Float64Array => {
    let known = fields.get(path);
    if (!known) {
      const delta = new Float64Array(base.length);
      addTarget(delta, targets[path] ?? '', 1);
      known = refine(template, delta);
      fields.set(path, known);
    }
    return known;
  };
  const rest = refine(template, base);
  const heads = Array.from({ length: count }, () => {
    const head = rest.slice();
    for (const [path, weight] of drawHead(random, targets)) {
      const delta = field(path);
      for (let i = 0; i < head.length; i++) head[i] += weight * delta[i];
    }
    return head;
  });
  // Two rounds of Procrustes alignment settle the mean.
  let mean: ArrayLike<number> = positions;
  let aligned: Float64Array[] = heads;
  for (let round = 0; round < 2; round++) {
    aligned = heads.map((head) => applySimilarity(fitSimilarity(head, mean, faceWeights), head));
    const sum = new Float64Array(rest.length);
    for (const head of aligned) for (let i = 0; i < sum.length; i++) sum[i] += head[i] / count;
    mean = sum;
  }
  return aligned.map((head) => Float32Array.from(head, (x, i) => x - mean[i]));
}

/** Weights of targets for one random head. */
function drawHead(random: RandomStream, targets: MakehumanTargets): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (path: string, weight: number): void => {
    if (path in targets && weight !== 0) weights.set(path, (weights.get(path) ?? 0) + weight);
  };
  const shares = RACES.map(() => -Math.log(1 - random.uniform()));
  const total = shares.reduce((a, b) => a + b, 0);
  const male = random.uniform();
  const old = random.uniform() ** 2;
  const heavy = clamp(0.25 * random.normal());
  RACES.forEach((race, r) => {
    SEXES.forEach((sex, s) => {
      AGES.forEach((age, a) => {
        const weight = (shares[r] / total) * (s ? male : 1 - male) * (a ? old : 1 - old);
        add(`macrodetails/${race}-${sex}-${age}.target`, weight);
      });
    });
  });
  SEXES.forEach((sex, s) => {
    AGES.forEach((age, a) => {
      const weight = (s ? male : 1 - male) * (a ? old : 1 - old);
      const kind = heavy > 0 ? 'maxweight' : 'minweight';
      add(
        `macrodetails/universal-${sex}-${age}-averagemuscle-averageweight.target`,
        weight * (1 - Math.abs(heavy)),
      );
      add(`macrodetails/universal-${sex}-${age}-averagemuscle-${kind}.target`, weight * Math.abs(heavy));
    });
  });
  for (const [up, down] of modifiers(targets)) {
    const folder = up.split('/')[0];
    const weight = clamp((SPREAD[folder] ?? 0) * random.normal());
    const path = weight > 0 ? up : down;
    add(path, Math.abs(weight));
    // Features are mostly the same on both sides; the rest is what `asym` is for.
    const other = path.replace('/l-', '/r-');
    if (other !== path) add(other, clamp(Math.abs(weight) + 0.03 * random.normal()));
  }
  return weights;
}

const OPPOSITES = [
  ['incr', 'decr'],
  ['up', 'down'],
  ['in', 'out'],
  ['concave', 'convex'],
  ['compress', 'uncompress'],
  ['1-l', '1-r'],
  ['2-l', '2-r'],
  ['3-l', '3-r'],
  ['4-l', '4-r'],
  ['5-l', '5-r'],
  ['6-l', '6-r'],
  ['7-l', '7-r'],
  ['8-l', '8-r'],
] as const;

/** Pairs of opposite targets; the left one of each pair of sides. */
function modifiers(targets: MakehumanTargets): [string, string][] {
  const pairs: [string, string][] = [];
  for (const path of Object.keys(targets).sort()) {
    const folder = path.split('/')[0];
    if (!(folder in SPREAD) || LEFT_OUT.test(path) || path.includes('/r-')) continue;
    for (const [one, other] of OPPOSITES) {
      const end = `-${one}.target`;
      const opposite = path.endsWith(end) ? `${path.slice(0, -end.length)}-${other}.target` : '';
      if (opposite in targets) pairs.push([path, opposite]);
    }
  }
  return pairs;
}

function clamp(x: number): number {
  return Math.max(-1, Math.min(1, x));
}
