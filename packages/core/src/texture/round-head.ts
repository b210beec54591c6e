import type { ShapeModel, SurfacePoints } from '../shape/model.ts';

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
    landmarks: landmarksOn(vertices, triangles),
    regions: {
      face: Uint8Array.from({ length: vertexCount }, (_, v) => (vertices[3 * v + 2] > 0 ? 255 : 0)),
    },
  };
}

/** The 68 landmarks as (longitude, latitude) in degrees: jaw, brows, nose, eyes and mouth of a rough face. */
function landmarkAngles(): [number, number][] {
  const line = (count: number, place: (t: number) => [number, number]): [number, number][] =>
    Array.from({ length: count }, (_, i) => place(count > 1 ? i / (count - 1) : 0));
  const ring = (count: number, x: number, y: number, a: number, b: number): [number, number][] =>
    Array.from({ length: count }, (_, i) => {
      const angle = Math.PI + (2 * Math.PI * i) / count;
      return [x + a * Math.cos(angle), y - b * Math.sin(angle)];
    });
  return [
    ...line(17, (t) => [75 * -Math.cos(Math.PI * t), 5 - 60 * Math.sin(Math.PI * t)]),
    ...line(5, (t) => [-35 + 25 * t, 30]),
    ...line(5, (t) => [10 + 25 * t, 30]),
    ...line(4, (t) => [0, 18 - 18 * t]),
    ...line(5, (t) => [-10 + 20 * t, -8]),
    ...ring(6, -22, 18, 9, 4),
    ...ring(6, 22, 18, 9, 4),
    ...ring(12, 0, -28, 18, 7),
    ...ring(8, 0, -28, 13, 2),
  ];
}

/** Each landmark is the first corner of a triangle at the nearest vertex. */
function landmarksOn(vertices: readonly number[], triangles: readonly number[]): SurfacePoints {
  const barycentrics = new Float32Array(204);
  const owners = landmarkAngles().map(([longitude, latitude], landmark) => {
    const [a, b] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
    const place = [100 * Math.cos(b) * Math.sin(a), 100 * Math.sin(b), 100 * Math.cos(b) * Math.cos(a)];
    let [best, bestDistance] = [0, Number.POSITIVE_INFINITY];
    for (let i = 0; i < triangles.length; i++) {
      const vertex = 3 * triangles[i];
      const distance = Math.hypot(...place.map((value, axis) => value - vertices[vertex + axis]));
      if (distance < bestDistance) [best, bestDistance] = [i, distance];
    }
    barycentrics[3 * landmark + (best % 3)] = 1;
    return Math.floor(best / 3);
  });
  return { triangles: Uint32Array.from(owners), barycentrics };
}
