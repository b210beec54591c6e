import type { SplitMesh } from './split-seams.ts';

/**
 * Directions along which a normal map's red and green grow, as glTF wants them.
 *
 * Per corner vertex the mean over its triangles of the direction of growing U, made perpendicular to the normal (Lengyel 2001).
 *
 * @param split Corners with UV, origin top left.
 * @param positions Of the corners, `[N, 3]`.
 * @param normals Unit normals of the corners, `[N, 3]`.
 * @returns `[N, 4]`: the unit tangent, and the sign that turns `normal x tangent` towards the top of the picture.
 */
export function tangents(split: SplitMesh, positions: Float32Array, normals: Float32Array): Float32Array {
  const { uv, triangles } = split;
  const count = positions.length / 3;
  const [along, upward] = [new Float64Array(3 * count), new Float64Array(3 * count)];
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = [triangles[i], triangles[i + 1], triangles[i + 2]];
    const [u1, v1] = [uv[2 * b] - uv[2 * a], uv[2 * b + 1] - uv[2 * a + 1]];
    const [u2, v2] = [uv[2 * c] - uv[2 * a], uv[2 * c + 1] - uv[2 * a + 1]];
    const area = u1 * v2 - u2 * v1;
    if (area === 0) continue;
    for (let axis = 0; axis < 3; axis++) {
      const first = positions[3 * b + axis] - positions[3 * a + axis];
      const second = positions[3 * c + axis] - positions[3 * a + axis];
      const u = (v2 * first - v1 * second) / area;
      const v = (u1 * second - u2 * first) / area;
      for (const corner of [a, b, c]) {
        along[3 * corner + axis] += u;
        upward[3 * corner + axis] -= v;
      }
    }
  }
  const out = new Float32Array(4 * count);
  for (let n = 0; n < count; n++) {
    const normal = [normals[3 * n], normals[3 * n + 1], normals[3 * n + 2]];
    const u = [along[3 * n], along[3 * n + 1], along[3 * n + 2]];
    const height = normal[0] * u[0] + normal[1] * u[1] + normal[2] * u[2];
    let tangent = u.map((value, axis) => value - height * normal[axis]);
    let length = Math.hypot(tangent[0], tangent[1], tangent[2]);
    if (!(length > 1e-9)) {
      // No direction in the atlas: anything perpendicular will do.
      tangent = Math.abs(normal[0]) < 0.9 ? [0, normal[2], -normal[1]] : [-normal[2], 0, normal[0]];
      length = Math.hypot(tangent[0], tangent[1], tangent[2]);
    }
    const [x, y, z] = tangent.map((value) => value / length);
    const side =
      (normal[1] * z - normal[2] * y) * upward[3 * n] +
      (normal[2] * x - normal[0] * z) * upward[3 * n + 1] +
      (normal[0] * y - normal[1] * x) * upward[3 * n + 2];
    out.set([x, y, z, side < 0 ? -1 : 1], 4 * n);
  }
  return out;
}
