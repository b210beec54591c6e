import { overridePreset, PRESETS } from '@ganfit/core/fit';
import { expect, test } from 'vitest';
import { fullPreset, VARIANTS, weighIdentity } from './ablation.ts';

test('fullPreset: every term of Eq. 12 is at work, whatever the preset leaves out, and the skin is the model’s alone', () => {
  const { weights, detail } = fullPreset(PRESETS.balanced);
  for (const term of ['identity', 'randomIdentity', 'content', 'pixel', 'landmark'] as const) {
    expect(weights[term], term).toBeGreaterThan(0);
  }
  expect(detail).toBe('none');
  expect(fullPreset(PRESETS.paper).weights).toEqual(PRESETS.paper.weights);
  expect(fullPreset(PRESETS.balanced, ['iterations=3']).iterations).toBe(3);
});

test('VARIANTS: each removes its own terms and nothing else', () => {
  const full = fullPreset(PRESETS.balanced);
  const removed = VARIANTS.map(({ letter, settings }) => {
    const { weights } = overridePreset(full, settings);
    const gone = Object.keys(weights).filter(
      (term) => weights[term as keyof typeof weights] !== full.weights[term as keyof typeof weights],
    );
    return [letter, gone.sort().join(' ')];
  });
  expect(Object.fromEntries(removed)).toEqual({
    b: '',
    d: 'identity',
    e: 'randomIdentity',
    f: 'content',
    g: 'pixel',
    h: 'content identity randomIdentity',
    i: '',
    '-': '',
    '5': 'content',
  });
});

test('weighIdentity: both identity terms count more, nothing else does', () => {
  const full = fullPreset(PRESETS.balanced);
  const { weights } = weighIdentity(full, 5);
  expect(weights).toEqual({
    ...full.weights,
    identity: 5 * full.weights.identity,
    randomIdentity: 5 * full.weights.randomIdentity,
  });
});
