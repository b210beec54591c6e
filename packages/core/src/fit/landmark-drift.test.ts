import { expect, it } from 'vitest';
import { turned } from '../linalg/rotation.ts';
import { landmarkDrift } from './landmark-drift.ts';

const upright = [1, 0, 0, 0, 1, 0, 0, 0, 1];

it('is nothing for a face that looks into the camera', () => {
  for (const { x, y } of landmarkDrift(upright)) expect(Math.hypot(x, y)).toBeCloseTo(0, 9);
});

it('is the mirror image for a head that turns the other way', () => {
  const [left, right] = [-0.4, 0.4].map((yaw) => landmarkDrift(turned(upright, [0, yaw, 0])));
  // The tip of the nose and the middle of the chin are their own mirror images.
  for (const landmark of [30, 8]) {
    expect(left[landmark].x).toBeCloseTo(-right[landmark].x, 0);
    expect(left[landmark].y).toBeCloseTo(right[landmark].y, 0);
  }
  // The outer corners of the eyes are each other's.
  expect(left[36].x).toBeCloseTo(-right[45].x, 0);
});

it('turns with a head that leans', () => {
  const lean = 0.5;
  const straight = landmarkDrift(turned(upright, [0, 0.4, 0]))[33];
  // A clockwise lean of the content is a turn about the camera's -Z.
  const leaning = landmarkDrift(turned(turned(upright, [0, 0.4, 0]), [0, 0, -lean]))[33];
  expect(leaning.x).toBeCloseTo(Math.cos(lean) * straight.x - Math.sin(lean) * straight.y, 6);
  expect(leaning.y).toBeCloseTo(Math.sin(lean) * straight.x + Math.cos(lean) * straight.y, 6);
});
