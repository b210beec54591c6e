import type { ShapeModel, ShapePart, SurfacePoints } from '../shape/model.ts';

/**
 * A shape model made by code: a sphere of 100 mm as skin, with a UV seam at the back, and two small spheres as eyes.
 *
 * It stands in for a trained model where only the structure matters: one identity mode (bigger), one expression mode
 * (mixed of the named shapes), and the named shapes `jawOpen` (the skin's lower half moves down) and `eyeLookUpLeft`
 * (only the left eye moves).
 *
 * @param rings Rows of quads from pole to pole.
 */
export function sphereModel(rings = 12): ShapeModel {
  const skin = spherePart('skin', 0, rings, [0, 0, 0], 100);
  const left = spherePart('eyeLeft', skin.part.vertexCount, 6, [30, 30, 88], 12);
  const right = spherePart('eyeRight', left.part.vertexStart + left.part.vertexCount, 6, [-30, 30, 88], 12);
  const mean = Float32Array.from([...skin.vertices, ...left.vertices, ...right.vertices]);
  const vertexCount = mean.length / 3;
  const shapes = new Float32Array(2 * mean.length);
  for (let v = 0; v < skin.part.vertexCount; v++) {
    const below = Math.max(0, -mean[3 * v + 1]);
    shapes[3 * v + 1] = -0.3 * below;
  }
  for (let v = left.part.vertexStart; v < right.part.vertexStart; v++) shapes[mean.length + 3 * v + 1] = 3;
  return {
    name: 'sphere',
    topologyDigest: '0'.repeat(64),
    vertexCount,
    mean,
    identity: { count: 1, data: mean.map((value) => 0.05 * value) },
    expression: { count: 1, data: shapes.slice(0, mean.length).map((value) => 0.5 * value) },
    shapeNames: ['jawOpen', 'eyeLookUpLeft'],
    shapes: { count: 2, data: shapes },
    expressionMixture: Float32Array.from([0.5, 0]),
    parts: [skin.part, left.part, right.part],
    landmarks: sphereLandmarks(rings),
    regions: { face: new Uint8Array(skin.part.vertexCount).fill(255) },
  };
}

/** The jaw as the lower half of an oval on the front of the sphere, brows at its top, all else in its middle. */
function sphereLandmarks(rings: number): SurfacePoints {
  const columns = 2 * rings;
  const triangles = Uint32Array.from({ length: 68 }, (_, i) => {
    const angle = i < 17 ? Math.PI * (1 - i / 16) : i < 27 ? Math.PI * (1 + (i - 16.5) / 10) : 0;
    const reach = i < 27 ? 1 : 0;
    const column = Math.round(columns * (0.5 + 0.17 * reach * Math.cos(angle)));
    const row = Math.round(rings * (0.5 + 0.3 * reach * Math.sin(angle)));
    // The row at the pole has one triangle per column, the others two.
    return columns + (row - 1) * 2 * columns + 2 * column;
  });
  return { triangles, barycentrics: new Float32Array(204).fill(1 / 3) };
}

/** Poles are one vertex each; the seam is a column of vertices with two UV each, at -Z. */
function spherePart(
  name: string,
  start: number,
  rings: number,
  center: readonly [number, number, number],
  radius: number,
): { part: ShapePart; vertices: number[] } {
  const columns = 2 * rings;
  const vertices: number[] = [];
  const uv: number[] = [];
  for (let row = 0; row <= rings; row++) {
    const latitude = Math.PI * (row / rings);
    const pole = row === 0 || row === rings;
    for (let column = 0; column < (pole ? 1 : columns); column++) {
      const longitude = 2 * Math.PI * (column / columns) - Math.PI;
      vertices.push(
        center[0] + radius * Math.sin(latitude) * Math.sin(longitude),
        center[1] + radius * Math.cos(latitude),
        center[2] + radius * Math.sin(latitude) * Math.cos(longitude),
      );
    }
    for (let column = 0; column <= columns; column++) uv.push(column / columns, row / rings);
  }
  const vertexAt = (row: number, column: number): number =>
    row === 0 ? 0 : row === rings ? vertices.length / 3 - 1 : 1 + (row - 1) * columns + (column % columns);
  const triangles: number[] = [];
  const uvTriangles: number[] = [];
  const add = (...corners: readonly (readonly [number, number])[]): void => {
    for (const [row, column] of corners) {
      triangles.push(start + vertexAt(row, column));
      uvTriangles.push(row * (columns + 1) + column);
    }
  };
  for (let row = 0; row < rings; row++) {
    for (let column = 0; column < columns; column++) {
      if (row > 0) add([row, column], [row + 1, column + 1], [row, column + 1]);
      if (row < rings - 1) add([row, column], [row + 1, column], [row + 1, column + 1]);
    }
  }
  return {
    vertices,
    part: {
      name,
      vertexStart: start,
      vertexCount: vertices.length / 3,
      triangles: Uint32Array.from(triangles),
      uv: Float32Array.from(uv),
      uvTriangles: Uint32Array.from(uvTriangles),
    },
  };
}
