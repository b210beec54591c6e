import type { Observation } from '@ganfit/core/networks';
import { expect, test } from 'vitest';
import { chooseFaces, findStrangers } from './same-person.ts';

/** A unit vector at an angle to the first axis. */
function at(angle: number, axis = 1): Float32Array {
  const vector = new Float32Array(4);
  vector[0] = Math.cos(angle);
  vector[axis] = Math.sin(angle);
  return vector;
}

test('findStrangers: the odd one out is found, wherever it stands', () => {
  const somebody = at(Math.PI / 2 + 0.1, 2);
  const photos = [at(0.1), at(0.5), at(0.3), at(-0.4)];
  for (let place = 0; place <= photos.length; place++) {
    const list = [...photos.slice(0, place), somebody, ...photos.slice(place)];
    expect(findStrangers(list).strangers, `at ${place}`).toEqual([place]);
  }
  expect(findStrangers(photos).strangers).toEqual([]);
});

test('findStrangers: of two people with a photo each the first one stays', () => {
  const { middle, strangers } = findStrangers([at(0), at(Math.PI / 2)]);
  expect([middle, strangers]).toEqual([0, [1]]);
  expect(findStrangers([at(0)]).strangers).toEqual([]);
});

test('chooseFaces: in a group photo the face of the other photos is taken, not the largest', () => {
  const face = (embedding: Float32Array, width: number) =>
    ({ embedding, box: { width } }) as unknown as Observation;
  const largest = (faces: readonly Observation[]) =>
    faces.reduce((a, b) => (b.box.width > a.box.width ? b : a));
  const [alone, small, big] = [face(at(0), 10), face(at(0.4), 20), face(at(1.6, 2), 90)];
  expect(chooseFaces([[alone], [big, small]], largest)).toEqual([alone, small]);
  expect(chooseFaces([[small, big]], largest)).toEqual([big]);
});
