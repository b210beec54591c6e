import type { Camera } from '../render/camera.ts';
import type { Light, PhongLight } from '../render/light.ts';
import type { PreviewSurface } from '../render/preview.ts';
import type { Head } from './head.ts';

/** Materials smoother than this mirror lamps as water does. */
const WET = 0.2;
/** A window or a lamp in the cornea is about a millimetre wide. */
const SHINE = { strength: 0.8, exponent: 90 };
/** How far away the lamp of a photo stands, millimetres. */
const DISTANCE = 1500;

/**
 * Lets wet surfaces mirror a lamp: eyes without a catch light look dead.
 *
 * Spherical harmonics know no lamp. Theirs stands between the camera, the side from which most light comes and the ceiling.
 *
 * @param surfaces Of the head, in the order of its parts.
 */
export function withWetShine(
  surfaces: readonly PreviewSurface[],
  head: Head,
  light: Light,
  camera: Camera,
): PreviewSurface[] {
  const lamp = light.kind === 'phong' ? light : lampOf(light.coefficients, camera);
  return surfaces.map((surface, n) =>
    head.parts[n].material.roughness < WET ? { ...surface, specular: SHINE, lamp } : surface,
  );
}

function lampOf(coefficients: Float32Array, { position, target }: Camera): PhongLight {
  const level = (k: number): number =>
    0.2126 * coefficients[3 * k] + 0.7152 * coefficients[3 * k + 1] + 0.0722 * coefficients[3 * k + 2];
  const toCamera = unit(position.map((value, axis) => value - target[axis]));
  const bright = unit([level(3), level(1), level(2)]);
  const direction = unit(
    [0, 1, 2].map((axis) => toCamera[axis] + 0.6 * bright[axis] + (axis === 1 ? 0.4 : 0)),
  );
  return {
    kind: 'phong',
    ambient: [0, 0, 0],
    color: [1, 1, 1],
    position: direction.map((value, axis) => target[axis] + DISTANCE * value) as [number, number, number],
  };
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
