import { expect, test } from 'vitest';
import { assembleHead } from './assemble.ts';
import { renderLikeness } from './likeness.ts';
import { sphereModel } from './sphere-model.ts';

const camera = {
  position: [0, 0, 1000] as const,
  target: [0, 0, 0] as const,
  roll: 0,
  focal: 1000,
  width: 400,
  height: 300,
};

test('the render is a square around the landmarks, on grey, without shading', () => {
  const texture = { width: 1, height: 1, channels: 3 as const, data: Uint8Array.from([200, 100, 50]) };
  const head = assembleHead({ identity: new Float32Array(1), photos: [] }, sphereModel(), { skin: texture });
  // Landmarks fill the box from (170, 110) to (230, 190), so the render spans 1.8 * 80 px around (200, 150).
  const landmarks = new Float32Array(136).fill(150);
  for (let i = 0; i < 68; i++) landmarks[2 * i] = 200;
  landmarks.set([170, 110, 230, 190]);
  const likeness = renderLikeness(head, camera, landmarks, { size: 288 });
  expect(likeness.image).toMatchObject({ width: 288, height: 288, channels: 3 });
  expect([...likeness.landmarks.slice(0, 6)]).toEqual([84, 64, 204, 224, 144, 144]);
  const at = (x: number, y: number) => [
    ...likeness.image.data.slice(3 * (y * 288 + x), 3 * (y * 288 + x) + 3),
  ];
  // The sphere's radius is 100.5 px of the photo, 201 of the render: it fills the picture but for the corners.
  expect(at(144, 200)).toEqual([200, 100, 50]);
  expect(at(20, 144)).toEqual([200, 100, 50]);
  expect(at(0, 0)).toEqual([128, 128, 128]);
});
