import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orthonormal, turned, yawOf } from './rotation.ts';

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const angle = fc.double({ min: -2, max: 2, noNaN: true });

describe('rotation', () => {
  it('turns about an axis and back, and stays a rotation', () => {
    fc.assert(
      fc.property(angle, angle, angle, (x, y, z) => {
        const rotation = turned(identity, [x, y, z]);
        const back = turned(rotation, [-x, -y, -z]);
        for (let i = 0; i < 9; i++) expect(back[i]).toBeCloseTo(identity[i], 9);
        const [a, b, c] = [rotation.slice(0, 3), rotation.slice(3, 6), rotation.slice(6)];
        expect(Math.hypot(...c)).toBeCloseTo(1, 9);
        expect(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]).toBeCloseTo(0, 9);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('has the sign of the conventions: positive yaw points the nose to the right of the picture', () => {
    const rotation = turned(identity, [0, 0.3, 0]);
    expect(yawOf(rotation)).toBeCloseTo(0.3, 9);
    // The nose (+Z) moves towards +X of the camera, which is the right of the picture.
    expect(rotation[2]).toBeGreaterThan(0.29);
  });

  it('shares the error of a skewed pair of rows between them', () => {
    const skew = orthonormal([
      [1, 0.1, 0],
      [0.1, 1, 0],
    ]);
    expect(skew[0]).toBeCloseTo(1, 9);
    expect(skew[4]).toBeCloseTo(1, 9);
  });
});
