import { smoothstep } from '../texture/face-area.ts';
import { fitEyeBall } from './eye-ball.ts';

/** A cornea is a smaller sphere on the eyeball, of this radius and half width, millimetres. */
const CORNEA_RADIUS = 8.6;
const HALF_WIDTH = 5.9;

/**
 * Bends the normals of an eyeball over the iris to those of a cornea.
 *
 * The bulge is too low to be seen, but it gathers the lights of a room into a small bright reflection that stays near the pupil.
 *
 * @param vertices Of the eyeball, `[V, 3]`, looking along +Z, millimetres.
 * @param normals Unit normals, `[V, 3]`.
 * @returns New unit normals.
 */
export function corneaNormals(vertices: Float32Array, normals: Float32Array): Float32Array {
  const { center } = fitEyeBall(vertices);
  const out = Float32Array.from(normals);
  for (let i = 0; i < vertices.length; i += 3) {
    const [x, y] = [vertices[i] - center[0], vertices[i + 1] - center[1]];
    const share = smoothstep(HALF_WIDTH + 0.9, HALF_WIDTH - 0.9, Math.hypot(x, y));
    if (share === 0 || vertices[i + 2] < center[2]) continue;
    const [nx, ny] = [x / CORNEA_RADIUS, y / CORNEA_RADIUS];
    const cornea = [nx, ny, Math.sqrt(Math.max(0.1, 1 - nx * nx - ny * ny))];
    const mixed = cornea.map((value, axis) => share * value + (1 - share) * normals[i + axis]);
    const length = Math.hypot(mixed[0], mixed[1], mixed[2]);
    for (let axis = 0; axis < 3; axis++) out[i + axis] = mixed[axis] / length;
  }
  return out;
}
