import { expect, test } from 'vitest';
import { skinToneAngle } from './skin-tone-angle.ts';

const landmarks = new Float32Array(136);
landmarks.set([20, 40], 4);
landmarks.set([80, 40], 28);
landmarks.set([45, 45], 62);
landmarks.set([55, 45], 70);
landmarks.set([25, 25], 72);
landmarks.set([75, 25], 90);

function plain(color: readonly number[]) {
  const data = Uint8Array.from({ length: 3 * 100 * 100 }, (_, i) => color[i % 3]);
  return skinToneAngle({ width: 100, height: 100, channels: 3, data }, landmarks);
}

test('skinToneAngle: light, tanned and dark skin fall into their bands', () => {
  // L* 78.5, b* 15.5 and so on, by hand.
  expect(plain([225, 185, 165])).toBeGreaterThan(55);
  expect(plain([190, 140, 110])).toBeGreaterThan(15);
  expect(plain([190, 140, 110])).toBeLessThan(41);
  expect(plain([95, 60, 45])).toBeLessThan(-30);
});
