import type { Light } from '../render/light.ts';

/**
 * Where most of the light comes from, a unit vector in the head's axes: the lamp of a Phong light as seen from the origin,
 * or the first-order harmonics' direction, weighted by luminance.
 */
export function lightDirection(light: Light): [number, number, number] {
  if (light.kind === 'phong') return unit([...light.position]);
  const luminance = (k: number): number => {
    const [r, g, b] = light.coefficients.subarray(3 * k, 3 * k + 3);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // Y1-1, Y10 and Y11 are y, z and x.
  return unit([luminance(3), luminance(1), luminance(2)]);
}

/** Angle between two directions, degrees. */
export function angleBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < 3; i++) {
    dot += a[i] * b[i];
    aa += a[i] ** 2;
    bb += b[i] ** 2;
  }
  return (180 / Math.PI) * Math.acos(Math.min(1, Math.max(-1, dot / Math.sqrt(aa * bb || 1))));
}

function unit([x, y, z]: readonly number[]): [number, number, number] {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}
