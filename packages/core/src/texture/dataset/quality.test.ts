import { expect, it } from 'vitest';
import { type PhotoQuality, rejection } from './quality.ts';

const GOOD: PhotoQuality = {
  score: 0.99,
  eyeDistance: 200,
  secondFace: 0,
  yaw: 3,
  pitch: -5,
  landmarkError: 0.015,
  sharpness: 0.02,
  redness: 0.5,
  coverage: 0.4,
  hidden: 0.1,
  deviation: 0.2,
  eyewear: 0.03,
  lopsided: 0.05,
  uneven: 0.08,
};

it('finds nothing against a good photo, and says what speaks against a bad one', () => {
  expect(rejection(GOOD)).toBeUndefined();
  expect(rejection({ ...GOOD, yaw: -40 })).toBe('the head is turned away (yaw -40.000 < -25)');
  expect(rejection({ ...GOOD, eyewear: 0.6 })).toBe('probably glasses (eyewear 0.600 > 0.38)');
  expect(rejection({ ...GOOD, redness: 0.01 })).toContain('no color');
  expect(rejection({ ...GOOD, sharpness: Number.NaN })).toContain('blurred');
});

it('judges what has been measured so far', () => {
  expect(rejection({ score: 0.99, yaw: 2 })).toBeUndefined();
  expect(rejection({ secondFace: 0.8 })).toContain('another face');
});
