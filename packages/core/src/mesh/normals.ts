/**
 * Unit vertex normals: the sum of the adjacent triangles' normals, weighted by their area.
 *
 * @param vertices `[V, 3]`.
 * @param triangles `[T, 3]`, counter-clockwise seen from outside.
 * @returns `[V, 3]`; +Z where a vertex has no triangle of any area.
 */
export function vertexNormals(vertices: Float32Array, triangles: Uint32Array): Float32Array {
  const normals = new Float32Array(vertices.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = edge(vertices, a, b);
    const [vx, vy, vz] = edge(vertices, a, c);
    // The cross product's length is twice the area, so larger triangles weigh more.
    const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const corner of [a, b, c]) {
      normals[corner] += x;
      normals[corner + 1] += y;
      normals[corner + 2] += z;
    }
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]);
    if (length > 0) {
      for (let axis = 0; axis < 3; axis++) normals[i + axis] /= length;
    } else {
      normals[i + 2] = 1;
    }
  }
  return normals;
}

function edge(vertices: Float32Array, from: number, to: number): [number, number, number] {
  return [
    vertices[to] - vertices[from],
    vertices[to + 1] - vertices[from + 1],
    vertices[to + 2] - vertices[from + 2],
  ];
}
