import { type Camera, cameraPose } from '../render/camera.ts';
import { type Light, plainShader } from '../render/light.ts';
import type { Head } from './head.ts';

/** A texture is freed only of the light's coarse part: shaded with all of it again, a face would look overdone. */
const STRENGTH = 0.5;

/** L00 of a uniform environment that shades white with 1. */
const UNIFORM = Math.sqrt(4 * Math.PI);

/**
 * Half of the light of a photo, scaled so that it leaves the mean colour of the face as it is.
 *
 * A fit cannot tell a bright light on dark skin from a dim one on fair skin, and a texture keeps the photo's brightness; only
 * how light varies over the face is certain. The other half is even light. A skin that never saw the photo's light takes
 * all of it, as it is.
 *
 * @param light As fitted.
 * @param head Seen by the camera; its skin is what the mean is taken over.
 * @param weights Which skin vertices count, `[S]` in 0 … 255.
 */
export function relativeLight(
  light: Light,
  head: Head,
  camera: Camera,
  weights: ArrayLike<number> | undefined,
): Light {
  if (head.delit) return light;
  const { normals, mesh } = head.parts[0];
  const { vertices } = mesh;
  const shade = plainShader(light, camera.position, { strength: 0, exponent: 1 });
  const { rotation } = cameraPose(camera);
  const [point, normal, out] = [new Float64Array(3), new Float64Array(3), new Float64Array(6)];
  const sums = [0, 0, 0, 0];
  for (let v = 0; v < vertices.length / 3; v++) {
    for (let axis = 0; axis < 3; axis++) {
      point[axis] = vertices[3 * v + axis];
      normal[axis] = normals[3 * v + axis];
    }
    // What faces the camera fills more pixels.
    const facing = rotation[6] * normal[0] + rotation[7] * normal[1] + rotation[8] * normal[2];
    const weight = Math.max(0, facing) * (weights ? weights[v] : 1);
    if (weight === 0) continue;
    shade(point, normal, out);
    for (let c = 0; c < 3; c++) sums[c] += weight * out[c];
    sums[3] += weight;
  }
  const scale = [0, 1, 2].map((c) => (sums[c] > 0 ? (STRENGTH * sums[3]) / sums[c] : STRENGTH));
  const rest = 1 - STRENGTH;
  if (light.kind === 'harmonics') {
    const even = (i: number): number => (i < 3 ? rest * UNIFORM : 0);
    return { ...light, coefficients: light.coefficients.map((value, i) => value * scale[i % 3] + even(i)) };
  }
  const scaled = (color: readonly number[], plus: number): [number, number, number] => {
    return [0, 1, 2].map((c) => color[c] * scale[c] + plus) as [number, number, number];
  };
  return { ...light, ambient: scaled(light.ambient, rest), color: scaled(light.color, 0) };
}
