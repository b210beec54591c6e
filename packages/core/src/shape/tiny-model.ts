import type { ShapeModel } from './model.ts';

/** A model of two triangles with one identity mode and two named shapes, for tests. */
export function tinyModel(): ShapeModel {
  const mean = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0);
  const zero = new Float32Array(12);
  const lift = zero.map((_, i) => (i % 3 === 2 ? 1 : 0));
  const slide = zero.map((_, i) => (i % 3 === 0 ? 2 : 0));
  const triangles = Uint32Array.of(0, 1, 2, 2, 1, 3);
  return {
    name: 'tiny',
    topologyDigest: '0',
    vertexCount: 4,
    mean,
    identity: { count: 1, data: lift },
    expression: { count: 1, data: lift.map((z, i) => 0.5 * z - 0.25 * slide[i]) },
    shapeNames: ['jawOpen', 'mouthLeft'],
    shapes: { count: 2, data: Float32Array.of(...lift, ...slide) },
    expressionMixture: Float32Array.of(0.5, -0.25),
    parts: [
      {
        name: 'skin',
        vertexStart: 0,
        vertexCount: 4,
        triangles,
        uv: Float32Array.of(0, 1, 1, 1, 0, 0, 1, 0),
        uvTriangles: triangles,
      },
    ],
    landmarks: { triangles: Uint32Array.of(1), barycentrics: Float32Array.of(0.5, 0.25, 0.25) },
    regions: { face: Uint8Array.of(255, 255, 255, 255) },
  };
}
