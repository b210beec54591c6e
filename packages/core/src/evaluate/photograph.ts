import type { Image } from '../image/image.ts';
import { randomStream } from '../random/index.ts';
import type { Camera } from '../render/camera.ts';
import type { PhongLight } from '../render/light.ts';
import { type PreviewSurface, renderPreview } from '../render/preview.ts';

/** The lights that scans are photographed under: even, a key light to the left of the camera, a lamp high on the right. */
export const STUDIO_LIGHTS = ['even', 'left', 'high'] as const;
export type StudioLight = (typeof STUDIO_LIGHTS)[number];

/** How a head is photographed. */
export interface StudioView {
  /** Focal length on 35 mm film (diagonal 43.27 mm), millimetres. */
  readonly lens: number;
  /** How far the camera goes around to the subject's left, degrees. */
  readonly yaw: number;
  readonly light: StudioLight;
}

/** `50 mm, yaw 20, left` */
export function viewName({ lens, yaw, light }: StudioView): string {
  return `${lens} mm, yaw ${yaw}, ${light}`;
}

/** Three photographs, or nine where every lens sees every yaw and every light, or all twenty-seven. */
export function studioViews(which: 'quick' | 'nine' | 'all'): StudioView[] {
  const [lenses, yaws] = [
    [35, 50, 85],
    [0, 20, 40],
  ];
  const every = lenses.flatMap((lens, l) =>
    yaws.flatMap((yaw, y) =>
      STUDIO_LIGHTS.map((light, i) => ({ lens, yaw, light, square: (l + y + i) % 3 })),
    ),
  );
  // A Latin square: each pair of lens and yaw once, the lights in turn.
  const chosen = every.filter(
    ({ lens, square }) => which === 'all' || (square === 0 && (which === 'nine' || lens === 50)),
  );
  return chosen.map(({ lens, yaw, light }) => ({ lens, yaw, light }));
}

/** Share of the picture that a head without neck takes from chin to crown. */
const FILLS = 0.6;
/** Chin to crown of a head, millimetres. */
const HEAD = 230;

/** The camera of a view: level, looking at the middle of the face, the head filling six tenths of the picture. */
export function studioCamera({ lens, yaw }: StudioView, side: number): Camera {
  const focal = (lens / 43.27) * Math.hypot(side, side);
  const distance = (HEAD * focal) / (FILLS * side);
  const angle = (yaw * Math.PI) / 180;
  return {
    position: [distance * Math.sin(angle), 0, distance * Math.cos(angle)],
    target: [0, 0, 0],
    roll: 0,
    focal,
    width: side,
    height: side,
  };
}

/** The lamp of a view, in the head's axes: it goes around with the camera. */
export function studioLamp({ yaw, light }: StudioView): PhongLight {
  const [right, up, front, strength] = {
    even: [0.1, 0.3, 1, 0.35],
    left: [-1.2, 0.4, 1, 0.7],
    high: [0.7, 1.2, 1, 0.6],
  }[light];
  const angle = (yaw * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const ambient = 1 - 0.8 * strength;
  return {
    kind: 'phong',
    ambient: [ambient, ambient, ambient],
    color: [strength, strength, strength],
    position: [1500 * (c * right + s * front), 1500 * up, 1500 * (c * front - s * right)],
  };
}

/** Deviation of the sensor's noise, bytes: nothing is smoother than a photo. */
const SENSOR_NOISE = 2;

/**
 * Photographs surfaces: renders them from a camera before a plain wall and adds a little noise.
 *
 * @param seed Of the noise.
 * @returns RGB, sRGB.
 */
export function photograph(
  surfaces: readonly PreviewSurface[],
  camera: Camera,
  light: PhongLight,
  seed = 0,
  wall: readonly [number, number, number] = [126, 134, 142],
): Image {
  const random = randomStream(seed, 'sensor noise');
  const { width, height, data } = renderPreview(surfaces, { camera, light, background: wall });
  const rgb = new Uint8ClampedArray(3 * width * height);
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = Math.round(data[4 * Math.floor(i / 3) + (i % 3)] + SENSOR_NOISE * random.normal());
  }
  return { width, height, channels: 3, data: Uint8Array.from(rgb) };
}
