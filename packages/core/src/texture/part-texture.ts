import type { Image } from '../image/image.ts';
import type { ShapeModel, ShapePart } from '../shape/model.ts';
import { type EyeAppearance, eyeTexture } from './eye-texture.ts';
import { solidNoise } from './grain.ts';
import { imageOfTexture } from './image-of-texture.ts';
import { padCharts } from './pad.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';

/** How the inside of the mouth and the eye sockets look: linear color where light reaches, how it varies, how it darkens. */
interface Tissue {
  readonly color: readonly [number, number, number];
  /** Relative variation. */
  readonly variation: number;
  /** Millimetres behind the foremost point over which the light dies away. */
  readonly reach: number;
}

const TISSUES: readonly (readonly [RegExp, Tissue])[] = [
  [/^teeth/, { color: [0.7, 0.63, 0.52], variation: 0.03, reach: 24 }],
  [/^gums/, { color: [0.32, 0.115, 0.1], variation: 0.1, reach: 24 }],
  [/^tongue/, { color: [0.35, 0.13, 0.12], variation: 0.14, reach: 32 }],
  [/^mouth/, { color: [0.3, 0.1, 0.085], variation: 0.08, reach: 26 }],
  [/^socket/, { color: [0.38, 0.16, 0.13], variation: 0.05, reach: 14 }],
];

/**
 * Gives a plausible texture, made by code, for a part that a photo says little about: eyeballs, teeth, gums, tongue, inner
 * mouth, sockets.
 *
 * @param model The shape model; points are told apart by where they lie on its mean.
 * @param part One of its parts, not the skin.
 * @param size Texels across and down, a power of two. Default 512 for eyes, else 256.
 * @param appearance Of the eyes.
 * @returns sRGB, or `undefined` when nothing is known about a part of that name.
 */
export function partTexture(
  model: ShapeModel,
  part: ShapePart,
  size = part.name.startsWith('eye') ? 512 : 256,
  appearance?: EyeAppearance,
): Image | undefined {
  if (part.name.startsWith('eye')) {
    return imageOfTexture(eyeTexture(model.mean, part, size, appearance), size);
  }
  const tissue = TISSUES.find(([name]) => name.test(part.name))?.[1];
  return tissue ? imageOfTexture(paintTissue(model.mean, part, size, tissue), size) : undefined;
}

function paintTissue(vertices: Float32Array, part: ShapePart, size: number, tissue: Tissue): Float32Array {
  const map = mapTexels(part, size);
  const points = texelsFromVertices(map, part.triangles, vertices, 3);
  let front = Number.NEGATIVE_INFINITY;
  for (let v = part.vertexStart; v < part.vertexStart + part.vertexCount; v++) {
    front = Math.max(front, vertices[3 * v + 2]);
  }
  const color = new Float32Array(3 * size * size);
  const known = new Uint8Array(size * size);
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = [points[3 * n], points[3 * n + 1], points[3 * n + 2]];
    // No shadows are cast in most viewers: what lies deep in the mouth is painted dark.
    const light = Math.max(0.12, Math.exp(-(((front - z) / tissue.reach) ** 2)));
    const noise = 0.6 * solidNoise(x / 3, y / 3, z / 3, 11) + 0.4 * solidNoise(x, y, z, 12);
    const strength = light * Math.max(0.3, 1 + tissue.variation * noise);
    // What light comes back from there has met red tissue on its way.
    const warm = Math.max(0, -Math.log(light)) * 0.22;
    for (let k = 0; k < 3; k++)
      color[3 * map.texels[n] + k] = tissue.color[k] * strength * Math.exp(-k * warm);
    known[map.texels[n]] = 1;
  }
  padCharts(color, known, size, 3);
  return color;
}
