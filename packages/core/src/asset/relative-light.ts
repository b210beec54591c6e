import { type Camera, cameraPose } from '../render/camera.ts';
import { type Light, plainShader } from '../render/light.ts';
import type { Head } from './head.ts';

/** A texture is freed only of the light's coarse part: shaded with all of it again, a face would look overdone. */
const STRENGTH = 0.5;

/** L00 of a uniform environment that shades white with 1. */
const UNIFORM = Math.sqrt(4 * Math.PI);

type Color = readonly [number, number, number];

/**
 * Half of the light of a photo, the other half being even light.
 *
 * A skin with the photo's tone keeps the mean colour of its face: then the light is scaled so that it shades with one on average.
 * A skin with a tone of its own takes brightness and colour of the light. One that never saw the photo's light takes all of it.
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
  const { delit, tone } = head;
  if (delit) return lightOnTone(light, tone);
  const { normals, mesh } = head.parts[0];
  const mean = meanShade(light, mesh.vertices, normals, camera, weights);
  const wanted = mean.map((value, c) => (tone ? value / tone[c] : 1));
  const scale = wanted.map((value, c) => (mean[c] > 0 ? (STRENGTH * value) / mean[c] : STRENGTH));
  const rest = wanted.map((value) => (1 - STRENGTH) * value);
  return changed(light, scale, rest);
}

/** The light that shades a skin of another tone as `light` does the model's. */
export function lightOnTone(light: Light, tone: Color | undefined): Light {
  if (!tone) return light;
  return changed(
    light,
    tone.map((value) => 1 / value),
    [0, 0, 0],
  );
}

/**
 * What a light makes of white skin on average, as the camera sees it, RGB; one where nothing is seen.
 *
 * @param vertices Of the skin, `[S, 3]`, millimetres.
 * @param normals Unit vertex normals, `[S, 3]`.
 * @param weights Which vertices count, `[S]`.
 */
export function meanShade(
  light: Light,
  vertices: Float32Array,
  normals: Float32Array,
  camera: Camera,
  weights: ArrayLike<number> | undefined,
): Color {
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
  const [red, green, blue] = sums.map((sum) => (sums[3] > 0 ? sum / sums[3] : 1));
  return [red, green, blue];
}

function changed(light: Light, scale: readonly number[], rest: readonly number[]): Light {
  if (light.kind === 'harmonics') {
    const even = (i: number): number => (i < 3 ? rest[i] * UNIFORM : 0);
    return { ...light, coefficients: light.coefficients.map((value, i) => value * scale[i % 3] + even(i)) };
  }
  const scaled = (color: readonly number[], plus: readonly number[]): [number, number, number] => {
    return [0, 1, 2].map((c) => color[c] * scale[c] + plus[c]) as [number, number, number];
  };
  return { ...light, ambient: scaled(light.ambient, rest), color: scaled(light.color, [0, 0, 0]) };
}
