import { expect, test } from 'vitest';
import { type Light, plainShader } from './light.ts';

const origin = new Float64Array(3);

function shade(light: Light, normal: readonly number[], eye = [0, 0, 500], point = origin): number[] {
  const out = new Float64Array(6);
  plainShader(light, eye, { strength: 0.5, exponent: 20 })(point, Float64Array.from(normal), out);
  return [...out];
}

test('a uniform environment of radiance 1 shades white with 1 whatever the normal', () => {
  const coefficients = new Float32Array(27);
  coefficients.fill(Math.sqrt(4 * Math.PI), 0, 3);
  for (const normal of [
    [0, 0, 1],
    [0.6, 0, 0.8],
    [0, -1, 0],
  ]) {
    for (const value of shade({ kind: 'harmonics', coefficients }, normal).slice(0, 3)) {
      expect(value).toBeCloseTo(1, 5);
    }
  }
});

test('harmonics are the cosine-weighted mean of the environment they stand for', () => {
  // L(d) = sum of c_k Y_k(d), summed over a fine grid of directions against the cosine of the normal.
  const coefficients = new Float32Array(27);
  [2.5, 0.4, -0.3, 0.5, 0.2, -0.1, 0.3, 0.15, -0.25].forEach((value, k) => {
    coefficients.fill(value, k * 3, k * 3 + 3);
  });
  const radiance = (x: number, y: number, z: number): number => {
    const basis = [
      0.282095,
      0.488603 * y,
      0.488603 * z,
      0.488603 * x,
      1.092548 * x * y,
      1.092548 * y * z,
      0.315392 * (3 * z * z - 1),
      1.092548 * x * z,
      0.546274 * (x * x - y * y),
    ];
    return basis.reduce((total, value, k) => total + value * coefficients[k * 3], 0);
  };
  const normal = [0.48, 0.6, 0.64];
  let irradiance = 0;
  const steps = 200;
  for (let i = 0; i < steps; i++) {
    const z = -1 + (2 * (i + 0.5)) / steps;
    for (let j = 0; j < 2 * steps; j++) {
      const angle = (Math.PI * (j + 0.5)) / steps;
      const [x, y] = [Math.sqrt(1 - z * z) * Math.cos(angle), Math.sqrt(1 - z * z) * Math.sin(angle)];
      const cosine = Math.max(0, normal[0] * x + normal[1] * y + normal[2] * z);
      irradiance += radiance(x, y, z) * cosine * (2 / steps) * (Math.PI / steps);
    }
  }
  expect(shade({ kind: 'harmonics', coefficients }, normal)[0]).toBeCloseTo(irradiance / Math.PI, 3);
});

test('Phong: ambient everywhere, Lambert towards the lamp, a highlight where the eye meets the mirrored lamp', () => {
  const light: Light = {
    kind: 'phong',
    ambient: [0.1, 0.2, 0.3],
    color: [1, 0.8, 0.6],
    position: [300, 0, 400],
  };
  const away = shade(light, [0, 0, -1]);
  expect(away).toEqual([0.1, 0.2, 0.3, 0, 0, 0]);
  const facing = shade(light, [0, 0, 1]);
  expect(facing[0]).toBeCloseTo(0.1 + 0.8, 6);
  expect(facing[2]).toBeCloseTo(0.3 + 0.6 * 0.8, 6);
  // The lamp's mirror image in a surface that faces +Z is at (-300, 0, 400).
  const mirrored = shade(light, [0, 0, 1], [-600, 0, 800]);
  expect(mirrored[3]).toBeCloseTo(0.5, 6);
  expect(mirrored[3]).toBeGreaterThan(20 * facing[3]);
});
