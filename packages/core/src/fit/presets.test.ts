import { expect, it } from 'vitest';
import { optionPaths, overridePreset } from './override-preset.ts';
import { PRESETS, withGenerator, withoutTexture, withPhotos } from './presets.ts';

it('every option of a preset can be set by its path', () => {
  const changed = overridePreset(PRESETS.balanced, [
    'weights.pixel=0',
    'start.fine=7',
    'light=phong',
    'silhouettes=true',
    'refresh=3,9',
    'plateau=1e-3',
  ]);
  expect(changed).toEqual({
    ...PRESETS.balanced,
    weights: { ...PRESETS.balanced.weights, pixel: 0 },
    start: { ...PRESETS.balanced.start, fine: 7 },
    light: 'phong',
    silhouettes: true,
    refresh: [3, 9],
    plateau: 1e-3,
  });
  expect(optionPaths()).toContain('weights.randomIdentity');
});

it('says what an option must be', () => {
  expect(() => overridePreset(PRESETS.fast, ['weights.nose=1'])).toThrow(/weights\.nose must be an option/);
  expect(() => overridePreset(PRESETS.fast, ['light=candle'])).toThrow(/phong or harmonics, got "candle"/);
  expect(() => overridePreset(PRESETS.fast, ['size=big'])).toThrow(/a number/);
  expect(overridePreset(PRESETS.fast, ['shapePrior=regressed']).shapePrior).toBe('regressed');
  expect(overridePreset(PRESETS.balanced, ['backdrop=photo']).backdrop).toBe('photo');
  expect(() => overridePreset(PRESETS.fast, ['backdrop=grey'])).toThrow(/head or photo, got "grey"/);
  expect(() => overridePreset(PRESETS.fast, ['__proto__.x=1'])).toThrow(/must be an option/);
});

it('the paper’s weights are the paper’s', () => {
  const { identity, randomIdentity, content, pixel, landmark, prior, light } = PRESETS.paper.weights;
  expect([identity, randomIdentity, content, pixel, landmark, prior, light]).toEqual([
    2, 2, 50, 1, 0.001, 0.05, 0.01,
  ]);
});

it('a generator of textures, which has no closed-form start, gets iterations even in a preview; none where none are asked', () => {
  expect(withGenerator(PRESETS.fast)).toMatchObject({ iterations: 40, weights: PRESETS.fast.weights });
  expect(withGenerator(PRESETS.balanced).iterations).toBeGreaterThan(PRESETS.balanced.iterations);
  expect(withGenerator(PRESETS.landmarks)).toBe(PRESETS.landmarks);
  expect(withGenerator(PRESETS.paper)).toBe(PRESETS.paper);
});

it('without a texture model a fit takes as many steps, and identity does not bend what no skin can explain', () => {
  for (const preset of [PRESETS.balanced, PRESETS.fast]) {
    const { iterations, weights } = withoutTexture(preset);
    expect(iterations).toBe(80);
    expect(weights.identity).toBe(20);
  }
  expect(withoutTexture(PRESETS.best).iterations).toBe(PRESETS.best.iterations);
  expect(withoutTexture(PRESETS.landmarks)).toBe(PRESETS.landmarks);
});

it('several photos that share a head get twice the iterations, one photo its own', () => {
  expect(withPhotos(PRESETS.balanced, 1)).toBe(PRESETS.balanced);
  expect(withPhotos(PRESETS.balanced, 3)).toEqual({
    ...PRESETS.balanced,
    iterations: 2 * PRESETS.balanced.iterations,
  });
  expect(withPhotos(PRESETS.fast, 2).iterations).toBe(0);
});

it('presets that shall not know who it is do not see it from elsewhere either', () => {
  for (const name of ['eq3', 'landmarks', 'unwrap'] as const) {
    const { identity, randomIdentity, content } = PRESETS[name].weights;
    expect([identity, randomIdentity, content], name).toEqual([0, 0, 0]);
  }
});
