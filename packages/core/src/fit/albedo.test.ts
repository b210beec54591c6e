import { expect, it } from 'vitest';
import type { Image } from '../image/image.ts';
import { cameraFromPose } from '../render/camera.ts';
import type { HarmonicLight } from '../render/light.ts';
import { renderPreview } from '../render/preview.ts';
import { appearanceKit, estimateAppearance } from './albedo.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';

const head = ellipsoidHead(40);
const SIDE = 300;
const camera = cameraFromPose(
  { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, -900] },
  { focal: 900, width: SIDE, height: SIDE },
);
const light: HarmonicLight = {
  kind: 'harmonics',
  // Bright from the subject's left and above.
  coefficients: Float32Array.from({ length: 27 }, (_, k) => [2.6, 0.7, 0.5, 0.9][Math.floor(k / 3)] ?? 0),
};

/** The mean head in one colour under that light. */
function photo(albedo: readonly [number, number, number]): Image {
  const mesh = { vertices: head.mean, triangles: head.parts[0].triangles };
  const { data } = renderPreview([{ mesh, albedo }], { camera, light, background: [20, 20, 20] });
  const rgb = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => data[4 * Math.floor(i / 3) + (i % 3)]);
  return { width: SIDE, height: SIDE, channels: 3, data: rgb };
}

/** Vertices in the middle of the face. */
const frontal = Array.from({ length: head.vertexCount }, (_, v) => v).filter(
  (v) => head.mean[3 * v + 2] > 70 && Math.abs(head.mean[3 * v + 1]) < 60,
);

it('leaves the shading to the light: the albedo of evenly colored skin comes out even', () => {
  const kit = appearanceKit(head, photo([0.5, 0.32, 0.24]));
  const { albedo, light: found } = estimateAppearance(kit, camera, head.mean);
  const reds = frontal.map((v) => albedo[3 * v]);
  const mean = reds.reduce((sum, value) => sum + value, 0) / reds.length;
  for (const red of reds) expect(Math.abs(red / mean - 1)).toBeLessThan(0.12);
  // The hue is the skin's, the brightness the agreed one.
  const [v] = frontal;
  expect(albedo[3 * v] / albedo[3 * v + 1]).toBeGreaterThan(1.35);
  // Brighter from the left (x, entry 3) and from above (y, entry 1), as it was.
  expect(found[9]).toBeGreaterThan(0.1 * found[0]);
  expect(found[3]).toBeGreaterThan(0.05 * found[0]);
});
