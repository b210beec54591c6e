import { expect, it } from 'vitest';
import { roundHead } from '../round-head.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import { cylinderLayout } from './cylinder-layout.ts';

const model = roundHead(32);
const plain = cylinderLayout(model);
const S = 128;

it('unrolls the head: columns are angles, rows are heights', () => {
  const map = mapTexels(plain.parts[0], S);
  const points = texelsFromVertices(map, plain.parts[0].triangles, model.mean, 3);
  expect(map.count).toBeGreaterThan(0.97 * S * S);
  for (let n = 0; n < map.count; n += 7) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    const [row, column] = [Math.floor(map.texels[n] / S), map.texels[n] % S];
    // The seam's own triangles end at the border.
    if (Math.abs(y) > 90 || column < 3 || column > S - 4) continue;
    expect(Math.abs(0.5 + Math.atan2(x, z) / (2 * Math.PI) - (column + 0.5) / S)).toBeLessThan(0.01);
    expect(Math.abs((100 - y) / 200 - (row + 0.5) / S)).toBeLessThan(0.01);
  }
});

it('is told apart from the atlas and leaves the model as it was', () => {
  expect(plain.topologyDigest).not.toBe(model.topologyDigest);
  expect(plain.topologyDigest).toHaveLength(64);
  expect(plain.mean).toBe(model.mean);
  expect(model.parts[0].uv).not.toBe(plain.parts[0].uv);
});
