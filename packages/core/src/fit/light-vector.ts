import { HARMONIC_FACTORS, type HarmonicLight, type Light, type PhongLight } from '../render/light.ts';

/** The two light models of a fit: the paper's, and the one that a bright sky or two windows need. */
export type LightKind = Light['kind'];

/** Numbers of each: Phong's ambient and lamp color (3 + 3) and position in metres (3); nine harmonics of three colors. */
export const LIGHT_COUNTS: Readonly<Record<LightKind, number>> = { phong: 9, harmonics: 27 };

/** A far lamp tells direction alone; one metre and a half is a usual portrait's. */
const DISTANCE = 1500;

/** The numbers of a light, converted to the wanted kind. */
export function lightVector(light: Light, kind: LightKind): Float32Array {
  if (kind === 'harmonics') return harmonicsOf(light).coefficients;
  const { ambient, color, position } = phongOf(light);
  return Float32Array.of(...ambient, ...color, ...position.map((value) => value / 1000));
}

/** And back. */
export function lightOf(vector: Float32Array, kind: LightKind): Light {
  if (kind === 'harmonics') return { kind, coefficients: vector };
  const triple = (first: number, scale = 1): [number, number, number] => [
    vector[first] * scale,
    vector[first + 1] * scale,
    vector[first + 2] * scale,
  ];
  return { kind, ambient: triple(0), color: triple(3), position: triple(6, 1000) };
}

/** Harmonics as they are; another light becomes an even white one, from which the first estimate starts. */
function harmonicsOf(light: Light): HarmonicLight {
  if (light.kind === 'harmonics') return light;
  const coefficients = Float32Array.from({ length: 27 }, (_, k) => (k < 3 ? 1 / HARMONIC_FACTORS[0] : 0));
  return { kind: 'harmonics', coefficients };
}

/**
 * The lamp and the ambient light whose shading has the same zeroth and first order: a lamp of strength s shades with
 * `s max(0, cos)`, which is `s / 4 + s / 2 cos` to first order.
 */
export function phongOf(light: Light): PhongLight {
  if (light.kind === 'phong') return light;
  const l = light.coefficients;
  const slope = (k: number, c: number): number => l[3 * k + c] * HARMONIC_FACTORS[k];
  // Y1-1, Y10 and Y11 are y, z and x.
  const mean = (k: number): number => (slope(k, 0) + slope(k, 1) + slope(k, 2)) / 3;
  const direction = [mean(3), mean(1), mean(2)];
  const length = Math.max(Math.hypot(...direction), 1e-6);
  const channel = (c: number): number =>
    Math.max(
      0.02,
      (2 * (slope(3, c) * direction[0] + slope(1, c) * direction[1] + slope(2, c) * direction[2])) / length,
    );
  const color = [channel(0), channel(1), channel(2)] as const;
  const ambient = [0, 1, 2].map((c) => Math.max(0.02, slope(0, c) - color[c] / 4));
  const position = direction.map((value) => (value / length) * DISTANCE);
  return {
    kind: 'phong',
    ambient: [ambient[0], ambient[1], ambient[2]],
    color,
    position: [position[0], position[1], position[2]],
  };
}
