import { add, constant, greater, matmul, mul, pow, relu, sub, type Tensor, where } from '../tensor/index.ts';
import { HARMONIC_FACTORS, type Light, type Specular } from './light.ts';
import { columnOf, dotPlanes, normalizePlanes, planesOf } from './planes.ts';

/** A light whose parameters carry gradients; colours linear. */
export type TracedLight =
  | {
      readonly kind: 'phong';
      /** `[3]`. */
      readonly ambient: Tensor;
      /** `[3]`. */
      readonly color: Tensor;
      /** Millimetres in the head's axes, `[3]`. */
      readonly position: Tensor;
    }
  | {
      readonly kind: 'harmonics';
      /** `[9, 3]`, order Y00, Y1-1, Y10, Y11, Y2-2 … Y22. */
      readonly coefficients: Tensor;
    };

/** What shading needs to know of the points that pixels see, as planes in the head's axes. */
export interface SurfacePlanes {
  /** Unit normals, `[3, N]`. */
  readonly normals: Tensor;
  /** Millimetres, `[3, N]`. */
  readonly points: Tensor;
  /** From the camera to the points, any length, `[3, N]`. */
  readonly rays: Tensor;
}

/** Light that surface points send on: the eye sees `albedo * diffuse + specular`; `[3, N]` each, linear, not negative. */
export interface ShadedPlanes {
  readonly diffuse: Tensor;
  /** Absent where the light model has no mirror part. */
  readonly specular?: Tensor;
}

/** Traces a light that does not move. */
export function constantLight(light: Light): TracedLight {
  if (light.kind === 'harmonics')
    return { kind: 'harmonics', coefficients: constant(light.coefficients, [9, 3]) };
  const vector = (values: readonly number[]): Tensor => constant(values, [3]);
  return {
    kind: 'phong',
    ambient: vector(light.ambient),
    color: vector(light.color),
    position: vector(light.position),
  };
}

/** Traces Phong shading (Phong 1975; paper section 3.2) or second-order spherical harmonics, as `plainShader` computes. */
export function traceShading(light: TracedLight, surface: SurfacePlanes, specular: Specular): ShadedPlanes {
  return light.kind === 'harmonics'
    ? { diffuse: harmonicShading(light.coefficients, surface.normals) }
    : phongShading(light, surface, specular);
}

function phongShading(
  light: TracedLight & { kind: 'phong' },
  { normals, points, rays }: SurfacePlanes,
  specular: Specular,
): ShadedPlanes {
  const toLight = normalizePlanes(sub(columnOf(light.position), points));
  const cosine = dotPlanes(normals, toLight); // [1, N]
  const color = columnOf(light.color);
  const diffuse = add(columnOf(light.ambient), mul(color, relu(cosine)));
  if (specular.strength === 0) return { diffuse };
  const fromEye = normalizePlanes(rays);
  const facing = dotPlanes(normals, fromEye);
  // The mirrored direction 2 (n l) n - l against the direction to the eye, which is -fromEye.
  const mirrored = sub(dotPlanes(toLight, fromEye), mul(mul(cosine, facing), 2));
  const lit = where(greater(cosine, 0), relu(mirrored), 0);
  return { diffuse, specular: mul(color, mul(pow(lit, specular.exponent), specular.strength)) };
}

// Each basis polynomial is a product of two linear forms of the normal (x, y, z, 1):
// 1, y, z, x, x y, y z, (sqrt 3 z - 1)(sqrt 3 z + 1), x z, (x - y)(x + y).
const ROOT = Math.sqrt(3);
const FIRST = [
  [0, 0, 0, 1],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [1, 0, 0, 0],
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, ROOT, -1],
  [1, 0, 0, 0],
  [1, -1, 0, 0],
];
const SECOND = [
  [0, 0, 0, 1],
  [0, 0, 0, 1],
  [0, 0, 0, 1],
  [0, 0, 0, 1],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, ROOT, 1],
  [0, 0, 1, 0],
  [1, 1, 0, 0],
];

function harmonicShading(coefficients: Tensor, normals: Tensor): Tensor {
  const linear = (forms: readonly (readonly number[])[]): Tensor => {
    const slopes = constant(
      forms.flatMap((form) => form.slice(0, 3)),
      [9, 3],
    );
    const offsets = constant(
      forms.map((form) => form[3]),
      [9, 1],
    );
    return add(matmul(slopes, normals), offsets);
  };
  const basis = mul(linear(FIRST), linear(SECOND)); // [9, N]
  const weights = mul(coefficients, constant(HARMONIC_FACTORS, [9, 1]));
  return relu(matmul(planesOf(weights), basis)); // [3, N]
}
