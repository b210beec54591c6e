import { expect, test } from 'vitest';
import type { Camera } from '../render/camera.ts';
import { renderPreview } from '../render/preview.ts';
import { assembleHead } from './assemble.ts';
import { headSurfaces } from './head-surfaces.ts';
import { sphereModel } from './sphere-model.ts';
import { withWetShine } from './wet-shine.ts';

test('eyes catch a light under spherical harmonics, skin does not', () => {
  const head = assembleHead({ identity: new Float32Array(1), photos: [] }, sphereModel());
  const camera: Camera = {
    position: [0, 0, 900],
    target: [0, 0, 0],
    roll: 0,
    focal: 900,
    width: 200,
    height: 200,
  };
  const coefficients = new Float32Array(27);
  coefficients.fill(1, 0, 3);
  const light = { kind: 'harmonics', coefficients } as const;
  const lit = withWetShine(headSurfaces(head), head, light, camera);
  const brightest = (n: number): number => {
    const { mesh, normals, specular, lamp } = lit[n];
    const surface = { mesh, normals, specular, lamp, albedo: [0.1, 0.1, 0.1] as const };
    const { data } = renderPreview([surface], { camera, light });
    return Uint8Array.from(data).reduce((most, value, i) => (i % 4 === 0 ? Math.max(most, value) : most), 0);
  };
  expect(brightest(1)).toBeGreaterThan(150);
  expect(brightest(0)).toBeLessThan(80);
});
