import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Camera,
  cameraFromPose,
  cameraPose,
  projectPoints,
  projectVertices,
  scaleCamera,
} from './camera.ts';
import { squareViewport, wholeViewport } from './viewport.ts';

const front: Camera = {
  position: [0, 0, 600],
  target: [0, 0, 0],
  roll: 0,
  focal: 1000,
  width: 640,
  height: 480,
};

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const vector = fc.tuple(number(-900, 900), number(-900, 900), number(-900, 900));
const cameras = fc
  .record({
    position: vector,
    target: vector,
    roll: number(-3, 3),
    focal: number(200, 4000),
    width: fc.constant(640),
    height: fc.constant(480),
  })
  .filter(({ position, target }) => {
    const [x, y, z] = position.map((value, k) => value - target[k]);
    return Math.hypot(x, z) > 20 && Math.hypot(x, y, z) > 50;
  });

test('the origin lands in the middle, +X to the right, +Y up, 100 mm at 600 mm on focal / 6 pixels', () => {
  const pixels = projectPoints(front, [0, 0, 0, 100, 0, 0, 0, 100, 0]);
  expect([...pixels].map((x) => Math.round(x * 100) / 100)).toEqual([320, 240, 486.67, 240, 320, 73.33]);
  expect(projectVertices(front, [0, 0, 50])[2]).toBeCloseTo(550, 4);
});

test('positive roll turns the content clockwise: what is on top moves to the right', () => {
  const pixels = projectPoints({ ...front, roll: Math.PI / 2 }, [0, 100, 0]);
  expect(pixels[0]).toBeCloseTo(320 + 1000 / 6, 2);
  expect(pixels[1]).toBeCloseTo(240, 2);
});

test('a camera on the subject’s left sees +Z on its left', () => {
  const pixels = projectPoints({ ...front, position: [600, 0, 0] }, [0, 0, 60]);
  expect(pixels[0]).toBeCloseTo(220, 2);
});

test('a pose is a rotation, brings the target onto the axis, and gives its camera back', () => {
  fc.assert(
    fc.property(cameras, (camera) => {
      const pose = cameraPose(camera);
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) {
          let product = 0;
          for (let k = 0; k < 3; k++) product += pose.rotation[i * 3 + k] * pose.rotation[j * 3 + k];
          expect(product).toBeCloseTo(i === j ? 1 : 0, 9);
        }
      }
      const [x, y] = projectPoints(camera, camera.target);
      expect(x).toBeCloseTo(320, 1);
      expect(y).toBeCloseTo(240, 1);

      const again = cameraPose(cameraFromPose(pose, camera));
      for (let k = 0; k < 9; k++) expect(again.rotation[k]).toBeCloseTo(pose.rotation[k], 8);
      for (let k = 0; k < 3; k++) expect(again.translation[k]).toBeCloseTo(pose.translation[k], 6);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('straight from above the picture is still upright: +Z, where the face looks, is down', () => {
  const [x, y] = projectPoints({ ...front, position: [0, 600, 0] }, [0, 0, 60]);
  expect(x).toBeCloseTo(320, 2);
  expect(y).toBeCloseTo(340, 2);
});

test('a viewport cuts the photo without touching the camera', () => {
  const viewport = squareViewport({ x: 300, y: 200, width: 80, height: 100 }, 250, 1.25);
  expect(viewport).toEqual({ x: 277.5, y: 187.5, scale: 2, width: 250, height: 250 });
  const [x, y] = projectPoints(front, [10, 20, 30]);
  const [u, v] = projectPoints(front, [10, 20, 30], viewport);
  expect(u).toBeCloseTo((x - 277.5) * 2, 3);
  expect(v).toBeCloseTo((y - 187.5) * 2, 3);
});

test('another resolution of the photo is the same as a scaled viewport', () => {
  const half = scaleCamera(front, 0.5);
  expect(wholeViewport(front, 0.5)).toMatchObject({ width: half.width, height: half.height });
  const points = [10, 20, 30, -40, 50, -60];
  const [a, b] = [projectPoints(half, points), projectPoints(front, points, wholeViewport(front, 0.5))];
  for (let i = 0; i < a.length; i++) expect(a[i]).toBeCloseTo(b[i], 3);
});
