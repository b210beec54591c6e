import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GanfitError } from '../error.ts';
import { turned, yawOf } from '../linalg/rotation.ts';
import type { Observation } from '../networks/observation.ts';
import { randomStream } from '../random/index.ts';
import { type Camera, cameraFromPose, cameraPose, projectPoints } from '../render/camera.ts';
import { evaluateShape, surfacePoints } from '../shape/evaluate.ts';
import { type Alignment, align } from './align.ts';
import { alignmentPoints, placePoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { LANDMARK_NOISE } from './landmark-noise.ts';
import { projectLandmarks } from './project-landmarks.ts';
import { shapePrior, standardShapePrior } from './shape-prior.ts';

const head = ellipsoidHead();
const points = alignmentPoints(head);
const FOCAL = 1400;
/** The points made here do not drift as a network's do. */
const STEADY = { ...LANDMARK_NOISE, drift: 0 };

/** A camera 900 mm away; the pose's angles in radians. */
function cameraAt(yaw: number, pitch = 0, roll = 0): Camera {
  const rotation = turned(turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, yaw, 0]), [pitch, 0, roll]);
  return cameraFromPose(
    { rotation, translation: [15, -20, -900] },
    { focal: FOCAL, width: 1024, height: 768 },
  );
}

/** What a perfect detector would see, plus Gaussian noise in millimetres on the face. */
function observed(
  camera: Camera,
  identity: ArrayLike<number>,
  expression: ArrayLike<number>,
  noise: number,
  seed: number,
): Observation {
  const random = randomStream(seed, 'noise');
  const landmarks = projectLandmarks(points, { expression: Float32Array.from(expression), camera }, identity);
  for (let i = 0; i < landmarks.length; i++) landmarks[i] += random.normal() * noise * (FOCAL / 900);
  const { width, height } = camera;
  const image = { width, height, channels: 3, data: new Uint8Array() } as const;
  const box = { x: 0, y: 0, width, height, score: 1 };
  return { image, face: 0, box, landmarks, embedding: new Float32Array(512), focal: FOCAL };
}

function coefficients(count: number, seed: number, deviation = 1): number[] {
  const random = randomStream(seed, 'coefficients');
  return Array.from({ length: count }, () => deviation * random.normal());
}

/** RMS distance of the face region from the truth in camera axes, depth aside: what the picture can tell. */
function surfaceError(found: Alignment, camera: Camera, identity: number[], expression: number[]): number {
  const [truth, fit] = [
    [camera, evaluateShape(head, identity, expression)] as const,
    [
      found.parameters.photos[0].camera,
      evaluateShape(head, found.parameters.identity, found.parameters.photos[0].expression),
    ] as const,
  ].map(([c, vertices]) => projectPoints(c, vertices));
  let [sum, count] = [0, 0];
  head.regions['face'].forEach((inside, v) => {
    if (inside === 0) return;
    sum += (truth[2 * v] - fit[2 * v]) ** 2 + (truth[2 * v + 1] - fit[2 * v + 1]) ** 2;
    count++;
  });
  return Math.sqrt(sum / count) / (FOCAL / 900);
}

describe('align', () => {
  it('recovers pose, identity and expression from clean landmarks, to 40 degrees of yaw', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.7, max: 0.7, noNaN: true }),
        fc.double({ min: -0.25, max: 0.25, noNaN: true }),
        fc.integer({ min: 0, max: 1000 }),
        (yaw, pitch, seed) => {
          const camera = cameraAt(yaw, pitch, 0.2 * Math.sin(seed));
          const [identity, expression] = [coefficients(8, seed), coefficients(3, seed + 1)];
          const found = align(head, [observed(camera, identity, expression, 0, seed)], {
            points,
            noise: STEADY,
          });
          const pose = cameraPose(found.parameters.photos[0].camera);
          expect(Math.abs(yawOf(pose.rotation) - yawOf(cameraPose(camera).rotation))).toBeLessThan(0.08);
          expect(surfaceError(found, camera, identity, expression)).toBeLessThan(1.2);
        },
      ),
      { seed: 3, numRuns: 25 },
    );
  });

  it('beats the mean face when landmarks are noisy', () => {
    let [fit, mean] = [0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const camera = cameraAt((seed - 5) * 0.12);
      const [identity, expression] = [coefficients(8, seed, 1.5), coefficients(3, seed + 50)];
      const observation = observed(camera, identity, expression, 1.5, seed);
      const found = align(head, [observation], { points, noise: STEADY });
      const dull = align(ellipsoidMean(), [observation], { points: meanPoints, noise: STEADY });
      fit += surfaceError(found, camera, identity, expression);
      mean += surfaceError(dull, camera, identity, expression);
    }
    expect(fit).toBeLessThan(0.75 * mean);
  });

  it('ignores a few points that lie far off', () => {
    const camera = cameraAt(0.2);
    const [identity, expression] = [coefficients(8, 4), coefficients(3, 5)];
    const observation = observed(camera, identity, expression, 0.5, 6);
    for (const landmark of [20, 45, 33, 60]) observation.landmarks[2 * landmark] += 90;
    expect(
      surfaceError(align(head, [observation], { points, noise: STEADY }), camera, identity, expression),
    ).toBeLessThan(2);
  });

  it('gets the identity of several photos better than of one', () => {
    const error = (found: Alignment, truth: number[]) =>
      Math.hypot(...truth.map((value, k) => value - found.parameters.identity[k]));
    let [one, three] = [0, 0];
    for (let seed = 0; seed < 6; seed++) {
      const identity = coefficients(8, seed);
      const photos = [-0.5, 0, 0.5].map((yaw, p) =>
        observed(cameraAt(yaw), identity, coefficients(3, 10 * seed + p), 1.5, 10 * seed + p),
      );
      one += error(align(head, [photos[1]], { points, noise: STEADY }), identity);
      const joint = align(head, photos, { points, noise: STEADY });
      expect(joint.parameters.photos).toHaveLength(3);
      three += error(joint, identity);
    }
    expect(three).toBeLessThan(0.85 * one);
  });

  it('stays with the mean face when it is told to distrust the landmarks', () => {
    const observation = observed(cameraAt(0), coefficients(8, 1, 2), [0, 0, 0], 0, 1);
    const doubtful = { brows: 500, nose: 500, eyes: 500, lips: 500, across: 500, along: 500 };
    const { parameters } = align(head, [observation], {
      points,
      noise: { ...STEADY, ...doubtful, contourYaw: 1 },
    });
    for (const c of parameters.identity) expect(Math.abs(c)).toBeLessThan(0.05);
  });

  it('takes a focal length from the photo and a portrait lens without one', () => {
    const observation = observed(cameraAt(0.3), coefficients(8, 2), [0, 0, 0], 0, 1);
    const known = align(head, [{ ...observation, focal: 3000 }], { points, noise: STEADY });
    expect(Math.abs(Math.log(known.parameters.photos[0].camera.focal / 3000))).toBeLessThan(0.15);
    const { focal: _, ...unknown } = observation;
    // 50 mm on 36 x 24 mm film, for 1024 x 768 pixels.
    const guessed = align(head, [unknown], { points, noise: STEADY }).parameters.photos[0].camera.focal;
    expect(Math.abs(Math.log(guessed / 1479))).toBeLessThan(0.6);
  });

  it('asks for a photo', () => {
    expect(() => align(head, [])).toThrow(GanfitError);
  });
});

describe('projectLandmarks', () => {
  it('puts inner landmarks where the surface is and contour landmarks on the silhouette', () => {
    const camera = cameraAt(0.5);
    const found = projectLandmarks(points, { expression: new Float32Array(3), camera }, new Float32Array(8));
    const fixed = projectPoints(
      camera,
      surfacePoints(evaluateShape(head), head.parts[0].triangles, head.landmarks),
    );
    for (let i = 17 * 2; i < 136; i++) expect(found[i]).toBeCloseTo(fixed[i], 2);
    // The nose points to the right of the picture, so the right of the jaw line is the far side: there the outline
    // lies on the cheek, outside of the jaw's own points.
    expect(found[2 * 14]).toBeGreaterThan(fixed[2 * 14] + 3);
  });
});

function ellipsoidMean() {
  return { ...head, identity: { count: 0, data: new Float32Array(0) } };
}

const meanPoints = alignmentPoints(ellipsoidMean());

describe('placePoints', () => {
  it('agrees with the whole model', () => {
    const [identity, expression] = [coefficients(8, 7), coefficients(3, 8)];
    const placed = placePoints(points, identity, expression);
    const whole = surfacePoints(
      evaluateShape(head, identity, expression),
      head.parts[0].triangles,
      head.landmarks,
    );
    for (let i = 0; i < 51 * 3; i++) expect(placed[i]).toBeCloseTo(whole[3 * 17 + i], 3);
  });
});

it('a prior that knows the face wins over poor landmarks, one that knows nothing changes nothing', () => {
  const camera = cameraAt(0.2);
  const identity = coefficients(points.identityCount, 31);
  const none = new Array(points.expressionCount).fill(0);
  const poor = observed(camera, identity, none, 4, 32);
  const count = points.identityCount;
  const covariance = new Float64Array(count * count);
  for (let i = 0; i < count; i++) covariance[i * count + i] = 0.01;
  const plain = align(head, [poor], { points, noise: STEADY });
  const knowing = align(head, [poor], { points, noise: STEADY, prior: shapePrior(identity, covariance) });
  const empty = align(head, [poor], { points, noise: STEADY, prior: standardShapePrior(count) });
  expect(surfaceError(knowing, camera, identity, none)).toBeLessThan(
    0.8 * surfaceError(plain, camera, identity, none),
  );
  expect(Array.from(empty.parameters.identity)).toEqual(Array.from(plain.parameters.identity));
});
