import { expect, test } from 'vitest';
import { mirrorShapes, oppositeName } from './expressions.ts';

test('names have another side or are their own', () => {
  expect(oppositeName('eyeBlinkLeft')).toBe('eyeBlinkRight');
  expect(oppositeName('mouthRight')).toBe('mouthLeft');
  expect(oppositeName('jawOpen')).toBe('jawOpen');
});

test('pairs become mirror images and single shapes symmetric', () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6, /**/ -4, 5, 6.5, -1.5, 2, 3, /**/ 1, 1, 1, 3, 1, 1);
  mirrorShapes(['eyeBlinkLeft', 'eyeBlinkRight', 'jawOpen'], { count: 3, data }, Uint32Array.of(1, 0));
  expect([...data]).toEqual([1.25, 2, 3, 4, 5, 6.25, -4, 5, 6.25, -1.25, 2, 3, -1, 1, 1, 1, 1, 1]);
});
