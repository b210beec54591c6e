import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraOfPose, poseOfCamera, turned, yawOfPose } from './pose.ts';

const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
const angle = fc.double({ min: -1, max: 1, noNaN: true });

describe('pose', () => {
  it('goes to a camera and back without loss', () => {
    fc.assert(
      fc.property(angle, angle, angle, angle, angle, (x, y, z, dx, dy) => {
        const rotation = turned(identity, [x, y, z]);
        const pose = { rotation, translation: Float64Array.of(80 * dx, 80 * dy, -900), focal: 1200 };
        const back = poseOfCamera(cameraOfPose(pose, 640, 480));
        for (let i = 0; i < 9; i++) expect(back.rotation[i]).toBeCloseTo(rotation[i], 9);
        for (let i = 0; i < 3; i++) expect(back.translation[i]).toBeCloseTo(pose.translation[i], 6);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('follows the signs of the conventions', () => {
    // A head that turns its nose towards the picture's right has positive yaw.
    const pose = {
      rotation: turned(identity, [0, 0.3, 0]),
      translation: Float64Array.of(0, 0, -1000),
      focal: 1,
    };
    expect(yawOfPose(pose)).toBeCloseTo(0.3, 9);
    // Positive roll turns the content clockwise: the top of the head leans to the picture's right.
    const camera = {
      position: [0, 0, 900],
      target: [0, 0, 0],
      roll: 0.2,
      focal: 1,
      width: 2,
      height: 2,
    } as const;
    const { rotation } = poseOfCamera(camera);
    expect(rotation[1]).toBeCloseTo(Math.sin(0.2), 9);
  });
});
