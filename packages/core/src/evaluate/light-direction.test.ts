import { expect, test } from 'vitest';
import { HARMONIC_FACTORS } from '../render/light.ts';
import { angleBetween, lightDirection } from './light-direction.ts';

/** Gray harmonics whose shading is the sum of 1, y, z, x, xy, yz, 3 z^2 - 1, xz and x^2 - y^2 with these weights. */
function harmonics(shading: readonly number[]) {
  const coefficients = Float32Array.from(
    { length: 27 },
    (_, i) => shading[Math.floor(i / 3)] / HARMONIC_FACTORS[Math.floor(i / 3)],
  );
  return { kind: 'harmonics', coefficients } as const;
}

/** Second-order harmonics of even light and a lamp: 1/4, 1/2 and 5/32 of its strength (Ramamoorthi and Hanrahan 2001). */
function lampHarmonics(way: readonly number[], even: number, strength: number) {
  const [x, y, z] = way;
  const second = [4 * x * y, 4 * y * z, (3 * z * z - 1) / 3, 4 * x * z, x * x - y * y];
  return harmonics([
    even + strength / 4,
    ...[y, z, x].map((value) => (strength / 2) * value),
    ...second.map((value) => (15 / 64) * strength * value),
  ]);
}

test.each([
  [0.6, -0.36, 0.72],
  [-0.8, 0.36, 0.48],
  [0, 0.28, 0.96],
])('lightDirection: of harmonics it is the lamp they were made of (%d, %d, %d)', (...way) => {
  expect(angleBetween(lightDirection(lampHarmonics(way, 0.6, 0.5)), way)).toBeLessThan(4);
});

test('lightDirection: quadratic light along the line of sight is light from the front', () => {
  // What the camera sees of 0.6 z is nearly what it sees of 0.5 z^2 + 0.12; no first order is left along z.
  const flat = harmonics([0.5 + 0.5 / 3 + 0.12, 0, 0, -0.35, 0, 0, 0.5 / 3, 0, 0]);
  const [x, , z] = lightDirection(flat);
  expect(z).toBeGreaterThan(0.5);
  expect(x).toBeLessThan(-0.3);
});

test('lightDirection: of a lamp it is where the lamp stands', () => {
  const lamp = { kind: 'phong', ambient: [1, 1, 1], color: [1, 1, 1], position: [0, 300, 400] } as const;
  expect(lightDirection(lamp)).toEqual([0, 0.6, 0.8]);
  expect(angleBetween(lightDirection(lamp), [0, 1, 0])).toBeCloseTo((Math.acos(0.6) * 180) / Math.PI, 9);
});
