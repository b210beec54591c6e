import { srgbToLinear } from '../image/color.ts';
import type { Image } from '../image/image.ts';

/**
 * Individual typology angle of the cheeks, degrees: `atan((L* - 50) / b*)`, large for light skin (Chardon et al. 1991; about
 * 28 to 41 is intermediate, below 10 brown and dark). As photographed: the light of the photo is in it.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`, pixels.
 */
export function skinToneAngle(photo: Image, landmarks: ArrayLike<number>): number {
  const point = (i: number): [number, number] => [landmarks[2 * i], landmarks[2 * i + 1]];
  const eyes = Math.hypot(point(45)[0] - point(36)[0], point(45)[1] - point(36)[1]);
  const angles: number[] = [];
  // Between the jaw and the side of the nose, at its height.
  for (const [jaw, nose] of [
    [2, 31],
    [14, 35],
  ]) {
    const [a, b] = [point(jaw), point(nose)];
    const [cx, cy] = [0.45 * a[0] + 0.55 * b[0], 0.45 * a[1] + 0.55 * b[1]];
    const radius = Math.max(1, 0.08 * eyes);
    for (let y = Math.floor(cy - radius); y <= cy + radius; y++) {
      for (let x = Math.floor(cx - radius); x <= cx + radius; x++) {
        if (x < 0 || y < 0 || x >= photo.width || y >= photo.height) continue;
        angles.push(angleOf(photo, x, y));
      }
    }
  }
  angles.sort((a, b) => a - b);
  return angles[angles.length >> 1] ?? Number.NaN;
}

function angleOf({ width, channels, data }: Image, x: number, y: number): number {
  const at = channels * (y * width + x);
  const [r, g, b] = [0, 1, 2].map((c) => srgbToLinear(data[at + (channels === 1 ? 0 : c)] / 255));
  // Y and Z of CIE XYZ over the white point D65.
  const fy = lab(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const fz = lab((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return (180 / Math.PI) * Math.atan2(116 * fy - 16 - 50, Math.max(1e-3, 200 * (fy - fz)));
}

function lab(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29;
}
