import { expect, test } from 'vitest';
import { assembleHead } from './assemble.ts';
import { mergeParts } from './merge-parts.ts';
import { sphereModel } from './sphere-model.ts';

function plain(color: readonly [number, number, number]) {
  return {
    width: 2,
    height: 2,
    channels: 3 as const,
    data: Uint8Array.from([...color, ...color, ...color, ...color]),
  };
}

const { parts } = assembleHead({ identity: new Float32Array(1), photos: [] }, sphereModel(), {
  skin: plain([200, 10, 10]),
  eyeLeft: plain([10, 200, 10]),
});
const merged = mergeParts(parts, 'all');

test('all vertices, triangles, normals and bindings are there, in their order', () => {
  const count = parts.reduce((sum, part) => sum + part.mesh.vertices.length, 0);
  expect(merged.mesh.vertices.length).toBe(count);
  expect(merged.normals.length).toBe(count);
  expect(merged.binding.weights.length).toBe((count / 3) * 4);
  const [skin, eye] = parts;
  const first = skin.mesh.triangles.length;
  expect(merged.mesh.triangles[first]).toBe(eye.mesh.triangles[0] + skin.mesh.vertices.length / 3);
  expect(merged.mesh.uvTriangles[first]).toBe(eye.mesh.uvTriangles[0] + skin.mesh.uv.length / 2);
});

test('every corner finds the colour of its own part, well inside its cell', () => {
  const { uv, uvTriangles } = merged.mesh;
  const { width, height, data } = merged.material.texture!;
  const corners = parts.map((part) => part.mesh.uvTriangles.length);
  const colors = [
    [200, 10, 10],
    [10, 200, 10],
    [225, 221, 218],
  ];
  let corner = 0;
  corners.forEach((count, n) => {
    for (const end = corner + count; corner < end; corner++) {
      const [u, v] = [uv[2 * uvTriangles[corner]], uv[2 * uvTriangles[corner] + 1]];
      for (const [dx, dy] of [
        [-2, -2],
        [2, 2],
      ]) {
        const x = Math.floor(u * width) + dx;
        const y = Math.floor(v * height) + dy;
        const color = [...data.slice(3 * (y * width + x), 3 * (y * width + x) + 3)];
        expect(color.every((value, c) => Math.abs(value - colors[n][c]) <= 1)).toBe(true);
      }
    }
  });
});

test('a shape of one part moves only its vertices', () => {
  const jaw = merged.morphs.find((morph) => morph.name === 'jawOpen')!;
  const skinEnd = parts[0].mesh.vertices.length;
  expect(jaw.positions.slice(0, skinEnd)).toEqual(parts[0].morphs[0].positions);
  expect(jaw.positions.slice(skinEnd).every((value) => value === 0)).toBe(true);
});
