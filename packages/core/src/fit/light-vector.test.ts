import { expect, it } from 'vitest';
import { type HarmonicLight, plainShader } from '../render/light.ts';
import { lightOf, lightVector, phongOf } from './light-vector.ts';

it('a lamp is found in harmonics, with about the same shading', () => {
  const harmonics: HarmonicLight = {
    kind: 'harmonics',
    coefficients: Float32Array.from({ length: 27 }, (_, k) => [2.8, 0.3, 0.6, -0.5][Math.floor(k / 3)] ?? 0),
  };
  const lamp = phongOf(harmonics);
  expect(lamp.position[0]).toBeLessThan(0);
  expect(lamp.position[1]).toBeGreaterThan(0);
  const [point, eye] = [new Float64Array(3), [0, 0, 1000]];
  const shade = (light: Parameters<typeof plainShader>[0], normal: number[]): number => {
    const out = new Float64Array(6);
    plainShader(light, eye, { strength: 0, exponent: 1 })(point, Float64Array.from(normal), out);
    return out[0];
  };
  for (const normal of [
    [0, 0, 1],
    [0.6, 0, 0.8],
    [-0.6, 0, 0.8],
    [0, 0.6, 0.8],
  ]) {
    expect(Math.abs(shade(lamp, normal) - shade(harmonics, normal))).toBeLessThan(0.13);
  }
});

it('numbers of a light become the light again', () => {
  const vector = Float32Array.of(0.5, 0.6, 0.7, 0.1, 0.2, 0.3, -1, 0.5, 2);
  const lamp = lightOf(vector, 'phong');
  expect(Array.from(lightVector(lamp, 'phong'))).toEqual(Array.from(vector));
});
