import { expect, test } from 'vitest';
import { sphereModel } from './sphere-model.ts';
import { splitRows, splitSeams } from './split-seams.ts';

test('every corner keeps its vertex and its UV, and only the seam and the poles are duplicated', () => {
  const rings = 12;
  const skin = sphereModel(rings).parts[0];
  const mesh = { ...skin, vertices: new Float32Array(3 * skin.vertexCount) };
  const split = splitSeams(mesh);
  skin.triangles.forEach((vertex, corner) => {
    const index = split.triangles[corner];
    expect(split.sources[index]).toBe(vertex);
    const uvIndex = skin.uvTriangles[corner];
    expect([...split.uv.slice(2 * index, 2 * index + 2)]).toEqual([
      ...skin.uv.slice(2 * uvIndex, 2 * uvIndex + 2),
    ]);
  });
  // One extra vertex per inner row at the seam, and one per column instead of one per pole.
  expect(split.sources.length).toBe(skin.vertexCount + (rings - 1) + 2 * (2 * rings - 1));
});

test('rows follow their vertices', () => {
  const split = {
    sources: Uint32Array.from([2, 0, 2]),
    uv: new Float32Array(6),
    triangles: new Uint32Array(3),
  };
  expect([...splitRows(split, Float32Array.from([0, 1, 10, 11, 20, 21]), 2)]).toEqual([20, 21, 0, 1, 20, 21]);
});
