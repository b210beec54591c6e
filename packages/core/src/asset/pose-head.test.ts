import { expect, test } from 'vitest';
import { assembleHead } from './assemble.ts';
import { renderPortrait } from './portrait.ts';
import { poseHead } from './pose-head.ts';
import { sphereModel } from './sphere-model.ts';

const head = assembleHead({ identity: new Float32Array(1), photos: [] }, sphereModel());

/** Covered pixels of each row. */
function rows({ width, height, data }: { width: number; height: number; data: ArrayLike<number> }): number[] {
  return Array.from({ length: height }, (_, y) => {
    let covered = 0;
    for (let x = 0; x < width; x++) if (data[4 * (y * width + x) + 3] > 127) covered++;
    return covered;
  });
}

test('a pose moves vertices by its weights, turns normals and leaves no morph targets', () => {
  const posed = poseHead(head, { jawOpen: 0.5 });
  const [skin] = head.parts;
  const chin = skin.mesh.vertices.length - 2;
  expect(posed.parts[0].mesh.vertices[chin]).toBeCloseTo(skin.mesh.vertices[chin] - 15, 4);
  expect(posed.parts[0].morphs).toEqual([]);
  const { normals } = posed.parts[0];
  for (let i = 0; i < normals.length; i += 3) {
    expect(Math.hypot(normals[i], normals[i + 1], normals[i + 2])).toBeCloseTo(1, 5);
  }
  expect(() => poseHead(head, { grin: 1 })).toThrow('poseHead: shapes must be of the head, got "grin".');
});

test('a portrait shows the whole head, and its light comes from where it is said to', () => {
  const size = 96;
  const picture = renderPortrait(head, { size });
  const covered = rows(picture);
  expect(covered[0]).toBe(0);
  expect(covered[size - 1]).toBe(0);
  expect(Math.max(...covered)).toBeGreaterThan(size / 2);
  const brightness = (light: 'left' | 'right', column: number): number =>
    renderPortrait(head, { size, light, clay: true }).data[4 * ((size / 2) * size + column)];
  // The subject's left is on the right of the picture.
  expect(brightness('left', 70)).toBeGreaterThan(brightness('left', 26) + 40);
  expect(brightness('right', 26)).toBeGreaterThan(brightness('right', 70) + 40);
});

test('the camera goes around to the left of the subject', () => {
  const colored = { ...head, parts: head.parts.map((part) => ({ ...part })) };
  const size = 96;
  const front = renderPortrait(colored, { size, light: 'flat', background: [0, 0, 0] });
  const side = renderPortrait(colored, { size, light: 'flat', background: [0, 0, 0], yaw: 0.6 });
  // Eyes are paler than the skin: seen from their left they move to the left of the picture.
  const eyes = ({ data }: typeof front): number => {
    let [sum, weight] = [0, 0];
    for (let i = 0; i < size * size; i++) {
      if (data[4 * i + 2] < 200) continue;
      sum += i % size;
      weight++;
    }
    return sum / weight;
  };
  expect(eyes(side)).toBeLessThan(eyes(front) - 5);
});
