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
 * @param vertices Of the eyeball, `[V, 3]`, millimetres.
 * @param normals Unit normals, `[V, 3]`.
 * @param axis Where it looks, a unit vector. Default: along +Z.
 * @returns New unit normals.
 */
export function corneaNormals(
  vertices: Float32Array,
  normals: Float32Array,
  axis: readonly [number, number, number] = [0, 0, 1],
): Float32Array {
  const { center } = fitEyeBall(vertices);
  const out = Float32Array.from(normals);
  for (let i = 0; i < vertices.length; i += 3) {
    const from = [0, 1, 2].map((k) => vertices[i + k] - center[k]);
    const depth = from[0] * axis[0] + from[1] * axis[1] + from[2] * axis[2];
    const aside = from.map((value, k) => value - depth * axis[k]);
    const share = smoothstep(HALF_WIDTH + 0.9, HALF_WIDTH - 0.9, Math.hypot(...aside));
    if (share === 0 || depth < 0) continue;
    const bent = aside.map((value) => value / CORNEA_RADIUS);
    const ahead = Math.sqrt(Math.max(0.1, 1 - bent.reduce((sum, value) => sum + value * value, 0)));
    const mixed = bent.map((value, k) => share * (value + ahead * axis[k]) + (1 - share) * normals[i + k]);
    const length = Math.hypot(mixed[0], mixed[1], mixed[2]);
    for (let k = 0; k < 3; k++) out[i + k] = mixed[k] / length;
  }
  return out;
}
