import { expect, it } from 'vitest';
import { turned } from '../linalg/rotation.ts';
import { randomStream } from '../random/index.ts';
import { cameraFromPose } from '../render/camera.ts';
import { align } from './align.ts';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { LANDMARK_NOISE, noiseOfPhotos } from './landmark-noise.ts';
import { projectLandmarks } from './project-landmarks.ts';

const head = ellipsoidHead(24);
const points = alignmentPoints(head);
const SIDE = 240;

/** A photo whose landmarks are off by 2 mm. */
function observed() {
  const camera = cameraFromPose(
    { rotation: turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0.05, 0.3, 0]), translation: [0, 0, -900] },
    { focal: 750, width: SIDE, height: SIDE },
  );
  const random = randomStream(5, 'landmarks');
  const photo = { expression: new Float32Array(3), camera };
  const landmarks = projectLandmarks(points, photo, [1, -1.2, 1.5, -1, 1, 0.5, -0.8, 1]).map(
    (value) => value + 2 * (750 / 900) * random.normal(),
  );
  return {
    image: { width: SIDE, height: SIDE, channels: 3, data: new Uint8Array(3 * SIDE * SIDE) } as const,
    face: 0,
    box: { x: 0, y: 0, width: SIDE, height: SIDE, score: 1 },
    landmarks,
    embedding: new Float32Array(512),
    focal: 750,
  };
}

it('noiseOfPhotos: the same photo thrice says about what it says once', () => {
  const photo = observed();
  const one = align(head, [photo], { points }).parameters.identity;
  const off = (noise: typeof LANDMARK_NOISE): number => {
    const { identity } = align(head, [photo, photo, photo], { points, noise }).parameters;
    return Math.hypot(...identity.map((value, k) => value - one[k]));
  };
  const together = off(noiseOfPhotos(LANDMARK_NOISE, 3));
  expect(together).toBeLessThan(0.25 * Math.hypot(...one));
  expect(together).toBeLessThan(0.5 * off(LANDMARK_NOISE));
});

it('noiseOfPhotos: one photo stays as it is', () => {
  expect(noiseOfPhotos(LANDMARK_NOISE, 1)).toEqual(LANDMARK_NOISE);
});
