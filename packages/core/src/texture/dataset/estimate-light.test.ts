import { expect, it } from 'vitest';
import { randomStream } from '../../random/index.ts';
import { type HarmonicLight, plainShader } from '../../render/light.ts';
import { divideLight, estimateLight, type LitSkin } from './estimate-light.ts';

const LIGHT: HarmonicLight = {
  kind: 'harmonics',
  coefficients: Float32Array.of(
    ...[3, 2.7, 2.4],
    ...[0.7, 0.7, 0.7],
    ...[0.6, 0.6, 0.5],
    ...[0.9, 0.8, 0.6],
    ...[0.3, 0.3, 0.3],
    ...[0, 0, 0],
    ...[0.2, 0.2, 0.2],
    ...[-0.2, -0.2, -0.2],
    ...[0, 0, 0],
  ),
};

/** A half sphere of skin under a known light; a share of it is covered by something black. */
function litSphere(covered: number): LitSkin & { readonly person: Float32Array } {
  const count = 6000;
  const { uniform } = randomStream(7, 'sphere');
  const [normals, albedo] = [new Float32Array(3 * count), new Float32Array(3 * count)];
  const [person, colors] = [new Float32Array(3 * count), new Float32Array(3 * count)];
  const shade = plainShader(LIGHT, [0, 0, 500]);
  const out = new Float64Array(6);
  for (let n = 0; n < count; n++) {
    const z = 0.3 + 0.7 * uniform();
    const angle = 2 * Math.PI * uniform();
    const radius = Math.sqrt(1 - z * z);
    const normal = [radius * Math.cos(angle), radius * Math.sin(angle), z];
    normals.set(normal, 3 * n);
    shade(new Float64Array(3), Float64Array.from(normal), out);
    const black = uniform() < covered;
    for (let k = 0; k < 3; k++) {
      albedo[3 * n + k] = 0.3 + 0.1 * k + 0.1 * uniform();
      person[3 * n + k] = albedo[3 * n + k] * [0.9, 0.8, 0.7][k];
      colors[3 * n + k] = black ? 0.01 : person[3 * n + k] * out[k];
    }
  }
  return { normals, albedo, person, colors, trust: new Float32Array(count).fill(1) };
}

/** Largest deviation of color from the person's own, up to one factor for each channel. */
function unevenness(colors: Float32Array, person: Float32Array): number {
  let worst = 0;
  for (let k = 0; k < 3; k++) {
    const ratios = [...person.keys()]
      .filter((i) => i % 3 === k && colors[i] > 0.03)
      .map((i) => colors[i] / person[i]);
    worst = Math.max(worst, Math.max(...ratios) / Math.min(...ratios) - 1);
  }
  return worst;
}

// The prior keeps a few percent of so strong a light.
it('takes a light of second order out of what a photo shows', () => {
  const skin = litSphere(0);
  expect(unevenness(skin.colors, skin.person)).toBeGreaterThan(1);
  const found = estimateLight(skin);
  divideLight(found, skin.colors, skin.normals);
  expect(unevenness(skin.colors, skin.person)).toBeLessThan(0.1);
  expect(found.deviation).toBeLessThan(0.02);
});

it('is not bent by a beard that covers a quarter of the face', () => {
  const skin = litSphere(0.25);
  divideLight(estimateLight(skin), skin.colors, skin.normals);
  expect(unevenness(skin.colors, skin.person)).toBeLessThan(0.1);
});

it('knows only the first order while the mean is not known', () => {
  const { light } = estimateLight(litSphere(0), 1);
  expect(light.kind === 'harmonics' && [...light.coefficients.subarray(12)].every((c) => c === 0)).toBe(true);
});
