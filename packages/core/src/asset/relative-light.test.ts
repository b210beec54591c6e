import { expect, test } from 'vitest';
import { type Light, plainShader } from '../render/light.ts';
import { assembleHead } from './assemble.ts';
import { lightOnTone, meanShade, relativeLight } from './relative-light.ts';
import { sphereModel } from './sphere-model.ts';

const head = assembleHead({ identity: new Float32Array(1), photos: [] }, sphereModel());
const camera = {
  position: [0, 0, 1000] as const,
  target: [0, 0, 0] as const,
  roll: 0,
  focal: 1000,
  width: 200,
  height: 200,
};

/** Mean shading of the skin that the camera sees, and the shading of two sides, red channel. */
function shading(light: Light): { mean: number; left: number; right: number } {
  const shade = plainShader(light, camera.position, { strength: 0, exponent: 1 });
  const at = (normal: readonly number[]): number => {
    const out = new Float64Array(6);
    shade(
      Float64Array.from(normal, (value) => 100 * value),
      Float64Array.from(normal),
      out,
    );
    return out[0];
  };
  const { normals } = head.parts[0];
  let [sum, weights] = [0, 0];
  for (let v = 0; v < normals.length; v += 3) {
    if (normals[v + 2] <= 0) continue;
    sum += normals[v + 2] * at([...normals.subarray(v, v + 3)]);
    weights += normals[v + 2];
  }
  return { mean: sum / weights, left: at([0.8, 0, 0.6]), right: at([-0.8, 0, 0.6]) };
}

test.each([
  [{ kind: 'phong', ambient: [0.2, 0.2, 0.2], color: [0.5, 0.5, 0.5], position: [900, 0, 900] }],
  [
    {
      kind: 'harmonics',
      // Even light, and more of it from +X (Y11 is the fourth).
      coefficients: Float32Array.from({ length: 27 }, (_, i) => (i < 3 ? 1.5 : i >= 9 && i < 12 ? 0.6 : 0)),
    },
  ],
] as Light[][])('%j: the mean colour stays, the sides differ half as much', (light) => {
  const [before, after] = [shading(light), shading(relativeLight(light, head, camera, undefined))];
  expect(after.mean).toBeCloseTo(1, 3);
  expect(before.left).toBeGreaterThan(before.right);
  expect(after.left - after.right).toBeCloseTo((0.5 * (before.left - before.right)) / before.mean, 3);
});

test('a skin with a tone of its own takes brightness and colour of the light', () => {
  const light: Light = {
    kind: 'phong',
    ambient: [0.9, 0.6, 0.3],
    color: [0.4, 0.4, 0.4],
    position: [0, 0, 900],
  };
  const tone = [1.2, 1, 0.5] as const;
  const [{ normals, mesh }] = head.parts;
  const shadeOf = (lamp: Light) => meanShade(lamp, mesh.vertices, normals, camera, undefined);
  const fitted = shadeOf(light);
  const half = shadeOf(relativeLight(light, { ...head, tone }, camera, undefined));
  // Skin times tone under this light is what the model's skin is under the fitted one.
  half.forEach((value, c) => {
    expect(value * tone[c]).toBeCloseTo(fitted[c], 4);
  });
  const whole = shadeOf(lightOnTone(light, tone));
  whole.forEach((value, c) => {
    expect(value * tone[c]).toBeCloseTo(fitted[c], 4);
  });
});
