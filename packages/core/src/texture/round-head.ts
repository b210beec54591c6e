import type { ShapeModel } from '../shape/model.ts';

/**
 * A head made by code for tests: a sphere of 100 mm with a UV seam at the back, whose front half is the face.
 *
 * It is mirror-symmetric in its vertices, but its quads are all cut along the same diagonal, as in scanned topologies.
 *
 * @param rings Rows of quads from pole to pole.
 */
export function roundHead(rings = 24): ShapeModel {
  const columns = 2 * rings;
  const vertices: number[] = [];
  const uv: number[] = [];
  for (let row = 0; row <= rings; row++) {
    const latitude = Math.PI * (row / rings);
    const pole = row === 0 || row === rings;
    for (let column = 0; column < (pole ? 1 : columns); column++) {
      const longitude = 2 * Math.PI * (column / columns) - Math.PI;
      vertices.push(
        100 * Math.sin(latitude) * Math.sin(longitude),
        100 * Math.cos(latitude),
        100 * Math.sin(latitude) * Math.cos(longitude),
      );
    }
    // A margin on all sides makes a chart with a border, as in a real atlas.
    for (let column = 0; column <= columns; column++) {
      uv.push(0.05 + 0.9 * (column / columns), 0.05 + 0.9 * (row / rings));
    }
  }
  const last = vertices.length / 3 - 1;
  const vertexAt = (row: number, column: number): number =>
    row === 0 ? 0 : row === rings ? last : 1 + (row - 1) * columns + (column % columns);
  const triangles: number[] = [];
  const uvTriangles: number[] = [];
  const add = (...corners: readonly (readonly [number, number])[]): void => {
    for (const [row, column] of corners) {
      triangles.push(vertexAt(row, column));
      uvTriangles.push(row * (columns + 1) + column);
    }
  };
  for (let row = 0; row < rings; row++) {
    for (let column = 0; column < columns; column++) {
      if (row > 0) add([row, column], [row + 1, column + 1], [row, column + 1]);
      if (row < rings - 1) add([row, column], [row + 1, column], [row + 1, column + 1]);
    }
  }
  const none = { count: 0, data: new Float32Array(0) };
  const vertexCount = vertices.length / 3;
  return {
    name: 'round head',
    topologyDigest: '0'.repeat(64),
    vertexCount,
    mean: Float32Array.from(vertices),
    identity: none,
    expression: none,
    shapeNames: [],
    shapes: none,
    expressionMixture: new Float32Array(0),
    parts: [
      {
        name: 'skin',
        vertexStart: 0,
        vertexCount,
        triangles: Uint32Array.from(triangles),
        uv: Float32Array.from(uv),
        uvTriangles: Uint32Array.from(uvTriangles),
      },
    ],
    landmarks: { triangles: new Uint32Array(68), barycentrics: new Float32Array(204).fill(1 / 3) },
    regions: {
      face: Uint8Array.from({ length: vertexCount }, (_, v) => (vertices[3 * v + 2] > 0 ? 255 : 0)),
    },
  };
}
