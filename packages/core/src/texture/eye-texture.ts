import type { ShapePart } from '../shape/model.ts';
import { solidNoise } from './grain.ts';
import { padCharts } from './pad.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';

type Color = readonly [number, number, number];

/** What an eye looks like; colors are linear RGB. */
export interface EyeAppearance {
  /** Main color of the iris. */
  readonly iris: Color;
  /** Radius of the iris, millimetres. */
  readonly irisRadius: number;
  /** Radius of the pupil, millimetres. */
  readonly pupilRadius: number;
}

/** A dark brown eye in indoor light, as most people have; human irises are 11.7 mm across with little variation. */
export const BROWN_EYE: EyeAppearance = { iris: [0.085, 0.045, 0.024], irisRadius: 5.95, pupilRadius: 2.15 };

const WHITE: Color = [0.66, 0.61, 0.58];
const CORNER: Color = [0.42, 0.2, 0.16];
const PUPIL: Color = [0.004, 0.004, 0.004];

/**
 * Paints an eyeball by where its points lie: pupil, iris with its dark rim and fibres, white that reddens to the sides.
 *
 * The eye is taken for a sphere that looks along +Z, whatever the layout of its UV.
 *
 * @param vertices Mean vertices of the whole model, `[V, 3]`, millimetres.
 * @param part The eyeball.
 * @param size S, a power of two.
 * @returns Linear RGB, `[S, S, 3]`.
 */
export function eyeTexture(
  vertices: Float32Array,
  part: ShapePart,
  size: number,
  appearance: EyeAppearance = BROWN_EYE,
): Float32Array {
  const map = mapTexels(part, size);
  const points = texelsFromVertices(map, part.triangles, vertices, 3);
  const { center, radius } = eyeBall(vertices, part);
  const color = new Float32Array(3 * size * size);
  const known = new Uint8Array(size * size);
  for (let n = 0; n < map.count; n++) {
    const place = [0, 1, 2].map((axis) => points[3 * n + axis] - center[axis]);
    color.set(eyeColor([place[0], place[1], place[2]], radius, appearance), 3 * map.texels[n]);
    known[map.texels[n]] = 1;
  }
  padCharts(color, known, size, 3);
  return color;
}

/** From the box around the eyeball; its vertices crowd at the pole, so their mean lies too far in front. */
function eyeBall(
  vertices: Float32Array,
  { vertexStart, vertexCount }: ShapePart,
): { center: Color; radius: number } {
  const range = (axis: number): readonly [number, number] => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let v = vertexStart; v < vertexStart + vertexCount; v++) {
      low = Math.min(low, vertices[3 * v + axis]);
      high = Math.max(high, vertices[3 * v + axis]);
    }
    return [(low + high) / 2, (high - low) / 2];
  };
  const [[x, radius], [y], [z]] = [range(0), range(1), range(2)];
  return { center: [x, y, z], radius };
}

function eyeColor(
  [x, y, z]: Color,
  ballRadius: number,
  { iris, irisRadius, pupilRadius }: EyeAppearance,
): Color {
  const radius = z > 0 ? Math.hypot(x, y) : 2 * irisRadius;
  const side = Math.hypot(x, y) / ballRadius;
  // Veins and the fold's reflection redden the white towards the corners. Shadows are not painted here: they are the lids',
  // which a person opens more or less wide.
  const red = z > 0 ? 0.55 * smooth(0.55, 1, side) : 1;
  const white = mix(WHITE, CORNER, Math.min(1, Math.max(0, red + 0.03 * solidNoise(x, y, z, 7))));
  const angle = Math.atan2(y, x);
  const fibre =
    0.6 * solidNoise(9 * Math.cos(angle), 9 * Math.sin(angle), 0.4 * radius, 3) +
    0.4 * solidNoise(23 * Math.cos(angle), 23 * Math.sin(angle), 0.8 * radius, 5);
  const ring = radius / irisRadius;
  // A little brighter around the pupil, dark towards the rim, which has no hard edge.
  const strength = (1.3 - 0.45 * ring + 0.15 * fibre) * (1 - 0.72 * smooth(0.66, 1, ring));
  let color = mix(white, scaled(iris, strength), smooth(irisRadius + 0.3, irisRadius - 0.65, radius));
  color = mix(color, PUPIL, smooth(pupilRadius + 0.35, pupilRadius - 0.25, radius));
  return color;
}

function smooth(from: number, to: number, x: number): number {
  const t = Math.min(Math.max((x - from) / (to - from), 0), 1);
  return t * t * (3 - 2 * t);
}

function mix(a: Color, b: Color, t: number): Color {
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
}

function scaled(color: Color, factor: number): Color {
  return [color[0] * factor, color[1] * factor, color[2] * factor];
}
