import { expect, it } from 'vitest';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { placeRandomView, randomView } from './random-view.ts';

it('draws the same view for the same seed and iteration, and shows the face in it', () => {
  const head = ellipsoidHead(24);
  const points = alignmentPoints(head);
  const first = randomView(1, 5, 3, 160, 'harmonics');
  expect(randomView(1, 5, 3, 160, 'harmonics')).toEqual(first);
  expect(randomView(1, 6, 3, 160, 'harmonics').camera).not.toEqual(first.camera);
  expect(randomView(2, 5, 3, 160, 'phong').light).toHaveLength(9);
  const yaws: number[] = [];
  for (let iteration = 0; iteration < 40; iteration++) {
    const view = randomView(3, iteration, 3, 160, 'harmonics');
    const { projected, similarity } = placeRandomView(head, points, new Float32Array(8), view);
    const inside = Array.from({ length: projected.length / 3 }, (_, v) => {
      const [x, y] = [projected[3 * v] / projected[3 * v + 2], projected[3 * v + 1] / projected[3 * v + 2]];
      return x > 0 && y > 0 && x < 160 && y < 160 ? 1 : 0;
    }).reduce<number>((sum, value) => sum + value, 0);
    expect(inside).toBeGreaterThan(0.4 * (projected.length / 3));
    // From a crop of 112 to about two thirds of 160 pixels.
    expect(Math.hypot(similarity[0], similarity[1])).toBeGreaterThan(0.5);
    yaws.push(Math.atan2(view.camera.position[0], view.camera.position[2]));
  }
  expect(Math.max(...yaws)).toBeGreaterThan(0.2);
  expect(Math.min(...yaws)).toBeLessThan(-0.2);
});
