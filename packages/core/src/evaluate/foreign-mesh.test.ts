import { expect, test } from 'vitest';
import { foreignTiles, readObj } from './foreign-mesh.ts';

const SQUARE = `# a square in two colours
v -1 -1 0 0.7 0.55 0.55
v 1 -1 0 0.7 0.55 0.55
v 1 1 0 0.55 0.55 0.7
v -1 1 0 0.55 0.55 0.7
f 1//1 2//1 3//1 4//1
`;

test('readObj: polygons become triangles, colours and UV are read', () => {
  const { mesh, colors } = readObj(SQUARE);
  expect([...mesh.triangles]).toEqual([0, 1, 2, 0, 2, 3]);
  expect(mesh.uv).toBeUndefined();
  expect(colors![8]).toBeCloseTo(0.7 ** 2.2, 6);
  const textured = readObj('v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 0 1\nf -3/-3 -2/-2 -1/-1\n');
  expect([...textured.mesh.triangles]).toEqual([0, 1, 2]);
  expect([...textured.mesh.uv!]).toEqual([0, 1, 1, 1, 0, 0]);
  expect(() => readObj('v 0 0 0\nf 1 2 9\n')).toThrow('readObj: there must be triangles of known vertices');
});

test('foreignTiles: the colours of the vertices, blended across, then the shape in grey', () => {
  const [textured, geometry] = foreignTiles(readObj(SQUARE), undefined, 64);
  const at = (image: typeof textured, x: number, y: number) => [
    ...image.data.subarray(3 * (64 * y + x), 3 * (64 * y + x) + 3),
  ];
  const [top, bottom] = [at(textured, 32, 8), at(textured, 32, 56)];
  expect(top[2] - top[0]).toBeGreaterThan(25);
  expect(bottom[0] - bottom[2]).toBeGreaterThan(25);
  const [r, , b] = at(geometry, 32, 32);
  expect(r).toBe(b);
});
