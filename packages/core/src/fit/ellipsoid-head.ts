import type { ShapeModel } from '../shape/model.ts';

/** The mean shape of 68 landmarks seen from the front, centimetres right and up of the nose base. Left half and middle. */
const FRONTAL: readonly (readonly [number, number])[] = [
  ...[[-7, 4], [-7, 2], [-6.8, 0], [-6.5, -2], [-6, -4], [-5, -6], [-3.6, -7.4], [-1.8, -8.3], [0, -8.6]],
  ...[[1.8, -8.3], [3.6, -7.4], [5, -6], [6, -4], [6.5, -2], [6.8, 0], [7, 2], [7, 4]],
  ...[[-6, 6], [-5, 6.7], [-3.8, 6.8], [-2.6, 6.5], [-1.4, 6]],
  ...[[1.4, 6], [2.6, 6.5], [3.8, 6.8], [5, 6.7], [6, 6]],
  ...[[0, 5], [0, 3.7], [0, 2.4], [0, 1.2], [-1.5, 0.4], [-0.8, 0.1], [0, 0], [0.8, 0.1], [1.5, 0.4]],
  ...[[-4.5, 4.4], [-3.7, 4.9], [-2.7, 4.9], [-1.9, 4.3], [-2.7, 4.1], [-3.7, 4.1]],
  ...[[1.9, 4.3], [2.7, 4.9], [3.7, 4.9], [4.5, 4.4], [3.7, 4.1], [2.7, 4.1]],
  ...[[-2.6, -2.5], [-1.6, -2], [-0.6, -1.7], [0, -1.8], [0.6, -1.7], [1.6, -2], [2.6, -2.5]],
  ...[[1.6, -3.2], [0.7, -3.6], [0, -3.7], [-0.7, -3.6], [-1.6, -3.2]],
  ...[[-2.2, -2.5], [-0.7, -2.3], [0, -2.3], [0.7, -2.3], [2.2, -2.5], [0.7, -2.7], [0, -2.8], [-0.7, -2.7]],
] as [number, number][]; // biome-ignore format: one feature a line

/**
 * A head made by code, for tests: an ellipsoid with a nose, 68 landmarks where people have them, and smooth bumps as
 * modes. Identity modes 0 … 7 sit all over the face, expression modes 0 … 2 at the mouth and the brows.
 *
 * @param rings Rows of quads from pole to pole; 48 give about 4,500 vertices.
 */
export function ellipsoidHead(rings = 48): ShapeModel {
  const columns = 2 * rings;
  const vertices: number[] = [];
  const uv: number[] = [];
  for (let row = 0; row <= rings; row++) {
    const polar = Math.PI * (row / rings);
    for (let column = 0; column <= columns; column++) {
      const turn = 2 * Math.PI * (column / columns) - Math.PI;
      const [x, y, z] = [Math.sin(polar) * Math.sin(turn), Math.cos(polar), Math.sin(polar) * Math.cos(turn)];
      const nose = z > 0 ? 26 * Math.exp(-(((75 * x) / 14) ** 2) - ((110 * y + 5) / 24) ** 2) : 0;
      vertices.push(75 * x, 110 * y, 95 * z + nose);
      uv.push(column / columns, row / rings);
    }
  }
  const triangles: number[] = [];
  for (let row = 0; row < rings; row++) {
    for (let column = 0; column < columns; column++) {
      const a = row * (columns + 1) + column;
      const b = a + columns + 1;
      triangles.push(a, b, b + 1, a, b + 1, a + 1);
    }
  }
  const mean = Float32Array.from(vertices);
  const vertexCount = mean.length / 3;
  const index = Uint32Array.from(triangles);
  const bumps = (list: readonly (readonly number[])[]) => {
    const data = new Float32Array(list.length * mean.length);
    list.forEach(([x, y, z, radius, dx, dy, dz], k) => {
      for (let v = 0; v < vertexCount; v++) {
        const at = 3 * v;
        const squared = (mean[at] - x) ** 2 + (mean[at + 1] - y) ** 2 + (mean[at + 2] - z) ** 2;
        const weight = Math.exp(-squared / radius ** 2);
        data.set([weight * dx, weight * dy, weight * dz], k * mean.length + at);
      }
    });
    return { count: list.length, data };
  };
  const identity = bumps([
    [0, 0, 0, 300, 0, 0, 8],
    [0, -90, 60, 60, 0, -6, 3],
    [0, 0, 110, 25, 0, 0, 5],
    [70, -30, 20, 50, 5, 0, 0],
    [-70, -30, 20, 50, -5, 0, 0],
    [0, 60, 80, 45, 0, 4, 3],
    [35, 40, 80, 25, 3, 0, 0],
    [-35, 40, 80, 25, -3, 0, 0],
  ]);
  const expression = bumps([
    [0, -45, 85, 20, 0, -6, 0],
    [25, -25, 85, 18, 4, 3, 0],
    [0, 65, 75, 35, 0, 4, 0],
  ]);
  return {
    name: 'ellipsoid',
    topologyDigest: '0'.repeat(64),
    vertexCount,
    mean,
    identity,
    expression,
    shapeNames: [],
    shapes: { count: 0, data: new Float32Array(0) },
    expressionMixture: new Float32Array(0),
    parts: [
      {
        name: 'skin',
        vertexStart: 0,
        vertexCount,
        triangles: index,
        uv: Float32Array.from(uv),
        uvTriangles: index,
      },
    ],
    landmarks: frontalPoints(mean, index),
    regions: { face: Uint8Array.from({ length: vertexCount }, (_, v) => (mean[3 * v + 2] > 5 ? 255 : 0)) },
  };
}

/** Drops the frontal landmarks onto the front of the mesh, along -Z. */
function frontalPoints(mean: Float32Array, index: Uint32Array): ShapeModel['landmarks'] {
  const triangles = new Uint32Array(68);
  const barycentrics = new Float32Array(68 * 3);
  FRONTAL.forEach(([right, up], landmark) => {
    const [x, y] = [10 * right, 10 * up - 12];
    let nearest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < index.length; t += 3) {
      const [a, b, c] = [3 * index[t], 3 * index[t + 1], 3 * index[t + 2]];
      const area = (p: number, q: number) =>
        (mean[p] - x) * (mean[q + 1] - y) - (mean[q] - x) * (mean[p + 1] - y);
      const weights = [area(b, c), area(c, a), area(a, b)];
      const sum = weights[0] + weights[1] + weights[2];
      if (!(sum > 1e-9) || weights.some((w) => w < 0)) continue;
      const z = (weights[0] * mean[a + 2] + weights[1] * mean[b + 2] + weights[2] * mean[c + 2]) / sum;
      if (z <= nearest) continue;
      nearest = z;
      triangles[landmark] = t / 3;
      weights.forEach((w, k) => {
        barycentrics[3 * landmark + k] = w / sum;
      });
    }
  });
  return { triangles, barycentrics };
}
