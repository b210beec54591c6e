/** From a rendered head to something like a photo: surroundings, hair, glasses, hands, a camera's flaws. */
import type { Image } from '../../../core/src/image/image.ts';
import { type RandomStream, randomStream } from '../../../core/src/random/index.ts';
import { SIDE, type Scene } from './scene.ts';

type Color = readonly [number, number, number];

const HAIR: readonly Color[] = [
  [25, 20, 18],
  [60, 42, 30],
  [95, 70, 45],
  [160, 130, 90],
  [150, 150, 150],
  [210, 205, 200],
];

/** Lays the head before surroundings and spoils it as cameras do. */
export function takePicture({ picture, landmarks }: Scene, random: RandomStream): Image {
  const face = faceFrame(landmarks);
  const rgb = surroundings(picture, face, random);
  if (random.uniform() < 0.08) glasses(rgb, landmarks, face, random);
  if (random.uniform() < 0.08) thing(rgb, face, random);
  blur(rgb, 0.15 + 0.2 * random.uniform());
  if (random.uniform() < 0.2) blur(rgb, 0.8);
  return develop(rgb, random);
}

/** Where the face lies in the picture. */
interface FaceFrame {
  readonly brow: readonly [number, number];
  readonly chin: readonly [number, number];
  /** From chin to brows, pixels, and the direction. */
  readonly length: number;
  readonly up: readonly [number, number];
}

function faceFrame(landmarks: Float32Array): FaceFrame {
  const middle = (axis: number) => (landmarks[2 * 19 + axis] + landmarks[2 * 24 + axis]) / 2;
  const brow: [number, number] = [middle(0), middle(1)];
  const chin: [number, number] = [landmarks[16], landmarks[17]];
  const length = Math.hypot(chin[0] - brow[0], chin[1] - brow[1]);
  return { brow, chin, length, up: [(brow[0] - chin[0]) / length, (brow[1] - chin[1]) / length] };
}

function surroundings(picture: Image, face: FaceFrame, random: RandomStream): Float32Array {
  const { brow, length, up } = face;
  const rgb = new Float32Array(3 * SIDE * SIDE);
  const [near, far, third] = [drawColor(random), drawColor(random), drawColor(random)];
  const plain = random.uniform() < 0.35;
  const [fine, coarse] = [valueNoise(random, 3 + random.index(12)), valueNoise(random, 2 + random.index(5))];
  const tone = 0.7 + 0.5 * random.uniform();
  const hair = HAIR[random.index(HAIR.length)].map((value) => value * tone);
  const [hairy, fringe] = [random.uniform() < 0.6, random.uniform() < 0.35];
  const strands = valueNoise(random, 40);
  const center = [brow[0] + 0.15 * up[0] * length, brow[1] + 0.15 * up[1] * length];
  const radius = length * (0.75 + 0.15 * random.normal());
  const line = length * (0.22 + 0.2 * random.uniform());
  const slant = 0.6 * random.normal();
  const long = random.uniform() < 0.4;
  for (let y = 0, i = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, i++) {
      const [u, v] = [x / SIDE, y / SIDE];
      const covered = picture.data[4 * i + 3] / 255;
      const [dx, dy] = [x - center[0], y - center[1]];
      const along = dx * up[0] + dy * up[1];
      const across = dx * up[1] - dy * up[0];
      const shade = 0.6 + 0.8 * strands(u, 0.15 * v + 0.4);
      const behind =
        hairy && (Math.hypot(dx, dy) < radius || (long && along < 0 && Math.abs(across) < 0.95 * radius));
      const edge = line - length * (fringe ? 0.27 : 0.05) + 0.5 * slant * Math.abs(across);
      const front = hairy && covered > 0 && along > edge - 0.05 * length * strands(u, 0.3);
      const mixture = plain ? v : fine(u, v);
      const patch = plain ? 0 : 0.5 * Math.round(coarse(u, v));
      for (let c = 0; c < 3; c++) {
        const strand = hair[c] * shade;
        const back = behind
          ? strand
          : near[c] * mixture + far[c] * (1 - mixture) + patch * (third[c] - far[c]);
        rgb[3 * i + c] = front ? strand : picture.data[4 * i + c] * covered + back * (1 - covered);
      }
    }
  }
  return rgb;
}

function glasses(rgb: Float32Array, landmarks: Float32Array, { length }: FaceFrame, random: RandomStream) {
  const dark = 20 + 60 * random.uniform();
  const thickness = (0.012 + 0.012 * random.uniform()) * length;
  const [across, down] = [0.23 * length, 0.16 * length];
  for (const eye of [36, 42]) {
    const middle = (axis: number) =>
      [0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + landmarks[2 * (eye + k) + axis] / 6, 0);
    const [ex, ey] = [middle(0), middle(1)];
    paint(rgb, (x, y) => {
      const distance = Math.abs(Math.hypot((x - ex) / across, (y - ey) / down) - 1) * across;
      return distance < thickness ? [dark, dark, dark] : undefined;
    });
  }
}

/** A hand, a microphone: something before the rim of the face. */
function thing(rgb: Float32Array, { brow, chin, length }: FaceFrame, random: RandomStream) {
  const angle = 2 * Math.PI * random.uniform();
  const x0 = (brow[0] + chin[0]) / 2 + 0.75 * length * Math.cos(angle);
  const y0 = (brow[1] + chin[1]) / 2 + 0.75 * length * Math.sin(angle);
  const radius = (0.2 + 0.2 * random.uniform()) * length;
  const [r, g, b] = drawColor(random);
  const noise = valueNoise(random, 8);
  paint(rgb, (x, y) => {
    if (Math.hypot(x - x0, y - y0) > radius) return undefined;
    const shade = 0.8 + 0.4 * noise(x / SIDE, y / SIDE);
    return [r * shade, g * shade, b * shade];
  });
}

function paint(rgb: Float32Array, color: (x: number, y: number) => Color | undefined): void {
  for (let i = 0; i < SIDE * SIDE; i++) {
    const found = color(i % SIDE, Math.floor(i / SIDE));
    if (found) rgb.set(found, 3 * i);
  }
}

/** Weights `r, 1, r` along both axes. */
function blur(rgb: Float32Array, r: number): void {
  for (const step of [3, 3 * SIDE]) {
    const source = rgb.slice();
    for (let i = 0; i < rgb.length; i++) {
      const place = step === 3 ? Math.floor(i / 3) % SIDE : Math.floor(i / (3 * SIDE));
      const before = place > 0 ? source[i - step] : source[i];
      const after = place < SIDE - 1 ? source[i + step] : source[i];
      rgb[i] = (source[i] + r * (before + after)) / (1 + 2 * r);
    }
  }
}

const GRAIN = (() => {
  const random = randomStream(7, 'grain');
  return Float32Array.from({ length: 1 << 18 }, () => random.normal());
})();

function develop(rgb: Float32Array, random: RandomStream): Image {
  const contrast = Math.exp(0.12 * random.normal());
  const offset = 128 + 10 * random.normal();
  const cast = [0, 1, 2].map(() => Math.exp(0.05 * random.normal()));
  const gray = random.uniform() < 0.05;
  const noise = 1 + 5 * random.uniform() ** 2;
  const start = random.index(GRAIN.length);
  const data = new Uint8ClampedArray(rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    const luma = 0.3 * rgb[i] + 0.59 * rgb[i + 1] + 0.11 * rgb[i + 2];
    for (let c = 0; c < 3; c++) {
      const value = (gray ? luma : rgb[i + c]) * cast[c];
      data[i + c] = (value - 128) * contrast + offset + noise * GRAIN[(start + i + c) % GRAIN.length];
    }
  }
  return { width: SIDE, height: SIDE, channels: 3, data: new Uint8Array(data.buffer) };
}

function drawColor(random: RandomStream): Color {
  const base = 30 + 200 * random.uniform();
  const channel = () => Math.min(255, Math.max(0, base + 25 * random.normal()));
  return [channel(), channel(), channel()];
}

/** Smooth noise in [0, 1] over the unit square. */
function valueNoise(random: RandomStream, cells: number): (u: number, v: number) => number {
  const side = cells + 2;
  const grid = Float32Array.from({ length: side * side }, () => random.uniform());
  return (u, v) => {
    // One call a pixel: no closures, no arrays.
    const x = Math.min(Math.max(u, 0), 0.999) * cells;
    const y = Math.min(Math.max(v, 0), 0.999) * cells;
    const at = Math.floor(y) * side + Math.floor(x);
    const [fx, fy] = [x % 1, y % 1];
    const upper = grid[at] * (1 - fx) + grid[at + 1] * fx;
    const lower = grid[at + side] * (1 - fx) + grid[at + side + 1] * fx;
    return upper * (1 - fy) + lower * fy;
  };
}
