import { expect, test } from 'vitest';
import { projectPoints } from '../render/camera.ts';
import { photograph, studioCamera, studioLamp, studioViews } from './photograph.ts';

test('studioViews: nine are every lens and yaw once and every light three times', () => {
  const nine = studioViews('nine');
  expect(new Set(nine.map(({ lens, yaw }) => `${lens} ${yaw}`)).size).toBe(9);
  for (const light of ['even', 'left', 'high']) expect(nine.filter((v) => v.light === light)).toHaveLength(3);
  expect(studioViews('all')).toHaveLength(27);
  expect(studioViews('quick').map(({ yaw }) => yaw)).toEqual([0, 20, 40]);
});

test('studioCamera: every lens shows a head equally large, only perspective differs', () => {
  const heights = [35, 50, 85].map((lens) => {
    const pixels = projectPoints(
      studioCamera({ lens, yaw: 20, light: 'even' }, 640),
      [0, 115, 0, 0, -115, 0],
    );
    return pixels[3] - pixels[1];
  });
  for (const height of heights) expect(height).toBeCloseTo(0.6 * 640, 3);
});

test('studioLamp: the lamp called left lights what the camera has on its left', () => {
  const wall = {
    vertices: Float32Array.of(-90, -90, 0, 90, -90, 0, 0, 90, 60),
    triangles: Uint32Array.of(0, 1, 2),
  };
  const brightness = (yaw: number, turn: number): number => {
    const view = { lens: 50, yaw, light: 'left' } as const;
    // The same triangle, turned about the vertical axis.
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const vertices = wall.vertices.slice();
    for (let i = 0; i < 9; i += 3) {
      const [x, z] = [wall.vertices[i], wall.vertices[i + 2]];
      vertices.set([c * x + s * z, wall.vertices[i + 1], c * z - s * x], i);
    }
    const { data, width } = photograph(
      [{ mesh: { ...wall, vertices } }],
      studioCamera(view, 64),
      studioLamp(view),
    );
    return data[3 * (width * 32 + 32)];
  };
  expect(brightness(0, -0.6)).toBeGreaterThan(brightness(0, 0.6) + 10);
  // The lamp goes around with the camera.
  expect(Math.abs(brightness(30, Math.PI / 6) - brightness(0, 0))).toBeLessThan(12);
});
