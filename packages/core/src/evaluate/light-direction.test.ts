import { expect, test } from 'vitest';
import { HARMONIC_FACTORS, plainShader } from '../render/light.ts';
import { angleBetween, lightDirection } from './light-direction.ts';

test('lightDirection: of harmonics it is where the shading is brightest', () => {
  const light = { kind: 'harmonics', coefficients: new Float32Array(27) } as const;
  const way = [0.6, -0.36, 0.72];
  for (let c = 0; c < 3; c++) {
    light.coefficients[c] = 1 / HARMONIC_FACTORS[0];
    // A linear lobe towards `way`: y, z and x in this order.
    [way[1], way[2], way[0]].forEach((value, i) => {
      light.coefficients[3 * (i + 1) + c] = (0.5 * value) / HARMONIC_FACTORS[1];
    });
  }
  const shade = plainShader(light, [0, 0, 1000]);
  const out = new Float64Array(6);
  shade(Float64Array.of(0, 0, 0), Float64Array.from(way), out);
  const towards = out[1];
  shade(Float64Array.of(0, 0, 0), Float64Array.of(0, 0, 1), out);
  expect(towards).toBeGreaterThan(out[1]);
  expect(angleBetween(lightDirection(light), way)).toBeCloseTo(0, 4);
});

test('lightDirection: of a lamp it is where the lamp stands', () => {
  const lamp = { kind: 'phong', ambient: [1, 1, 1], color: [1, 1, 1], position: [0, 300, 400] } as const;
  expect(lightDirection(lamp)).toEqual([0, 0.6, 0.8]);
  expect(angleBetween(lightDirection(lamp), [0, 1, 0])).toBeCloseTo((Math.acos(0.6) * 180) / Math.PI, 9);
});
