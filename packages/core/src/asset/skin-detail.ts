import { srgbToLinear } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import type { ShapeModel } from '../shape/model.ts';
import { padCharts } from '../texture/pad.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';

/** Fine relief and shine of the skin, laid out like its base colour. */
export interface SkinDetail {
  /** Tangent-space normals, RGB: red to the right of the picture, green up, blue out of the skin. */
  readonly normal: Image;
  /** One linear channel, 0 mirror … 255 chalk. */
  readonly roughness: Image;
}

/** Roughness of plain skin and of the regions that shine more or less; from what renderers of faces use. */
const ROUGHNESS = { plain: 0.56, lips: 0.4, nose: 0.47, eyelids: 0.5, ears: 0.55, scalp: 0.58 } as const;
/** Pores and hairs are rougher than the skin between them. */
const GRAIN = 0.5;
/** Radius of what counts as fine, millimetres, and how steep a tenth of contrast makes it. */
const FINE = 1.1;
const STEEPNESS = 0.9;
/** The steepest slope: hairs are dark without being deep. */
const STEEPEST = 0.28;
/** Millimetres across the atlas, of our skin. */
const ATLAS = 390;

/**
 * Estimates relief and roughness from the texture: fine dark spots and lines are taken for pores and furrows.
 *
 * "Dark is deep" (Glencross et al. 2008) holds for pores and wrinkles; soft clipping keeps brows, lashes and the lips' line
 * from becoming trenches.
 *
 * @param texture Base colour of the skin, sRGB, square with a power of two of texels.
 * @param model Its skin and regions.
 * @param size Texels across and down the results: a power of two, not above the texture's. Default the texture's, at most 1024.
 */
export function skinDetail(
  texture: Image,
  model: ShapeModel,
  size = Math.min(texture.width, 1024),
): SkinDetail {
  const tone = logarithms(texture, size);
  const fine = Math.max(1, (FINE * size) / ATLAS);
  const smooth = blur(tone, size, fine);
  const relief = tone.map((value, i) => value - smooth[i]);
  return { normal: normalMap(relief, size), roughness: roughnessMap(relief, model, size) };
}

/** Logarithm of the linear brightness, averaged down to `size`. */
function logarithms({ data, width, channels }: Image, size: number): Float32Array {
  const step = width / size;
  const out = new Float32Array(size * size);
  const linear = Float32Array.from({ length: 256 }, (_, byte) => srgbToLinear(byte / 255));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let row = y * step; row < (y + 1) * step; row++) {
        for (let column = x * step; column < (x + 1) * step; column++) {
          const at = channels * (row * width + column);
          sum += linear[data[at]] + 2 * linear[data[at + (channels > 1 ? 1 : 0)]];
        }
      }
      out[y * size + x] = Math.log(0.02 + sum / (3 * step * step));
    }
  }
  return out;
}

/** Three box filters in both directions, nearly a Gaussian of this deviation (Wells 1986). */
function blur(values: Float32Array, size: number, deviation: number): Float32Array {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * deviation * deviation + 1) - 1) / 2));
  let out = values;
  for (let pass = 0; pass < 3; pass++) out = boxRows(boxRows(out, size, radius, 1), size, radius, size);
  return out;
}

function boxRows(values: Float32Array, size: number, radius: number, step: number): Float32Array {
  const out = new Float32Array(values.length);
  const other = step === 1 ? size : 1;
  const last = size - 1;
  for (let line = 0; line < size; line++) {
    const start = line * other;
    let sum = (radius + 1) * values[start];
    for (let i = 1; i <= radius; i++) sum += values[start + i * step];
    for (let i = 0; i < size; i++) {
      out[start + i * step] = sum / (2 * radius + 1);
      const enter = Math.min(i + radius + 1, last);
      const leave = Math.max(i - radius, 0);
      sum += values[start + enter * step] - values[start + leave * step];
    }
  }
  return out;
}

function normalMap(relief: Float32Array, size: number): Image {
  const data = new Uint8Array(3 * size * size);
  const perTexel = STEEPNESS * (size / 1024);
  const scale = (0.5 * perTexel) / STEEPEST;
  for (let y = 0; y < size; y++) {
    const [row, above, below] = [y, Math.max(y - 1, 0), Math.min(y + 1, size - 1)].map((n) => n * size);
    for (let x = 0; x < size; x++) {
      const left = x > 0 ? x - 1 : 0;
      const right = x < size - 1 ? x + 1 : x;
      const across = STEEPEST * Math.tanh(scale * (relief[row + right] - relief[row + left]));
      const down = STEEPEST * Math.tanh(scale * (relief[below + x] - relief[above + x]));
      // What rises to the right leans to the left; rows count downwards, green points up.
      const perLength = 127.5 / Math.sqrt(1 + across * across + down * down);
      const at = 3 * (row + x);
      data[at] = Math.round(127.5 - across * perLength);
      data[at + 1] = Math.round(127.5 + down * perLength);
      data[at + 2] = Math.round(127.5 + perLength);
    }
  }
  return { width: size, height: size, channels: 3, data };
}

function roughnessMap(relief: Float32Array, model: ShapeModel, size: number): Image {
  const [skin] = model.parts;
  const perVertex = new Float32Array(skin.vertexCount).fill(ROUGHNESS.plain);
  for (const [region, roughness] of Object.entries(ROUGHNESS)) {
    model.regions[region]?.forEach((weight, v) => {
      perVertex[v] += (weight / 255) * (roughness - perVertex[v]);
    });
  }
  const map = mapTexels(skin, size);
  const shares = texelsFromVertices(map, skin.triangles, perVertex, 1);
  const values = new Float32Array(size * size);
  const known = new Uint8Array(size * size);
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    values[texel] = shares[n] - GRAIN * Math.min(Math.max(relief[texel], -0.3), 0.15);
    known[texel] = 1;
  }
  padCharts(values, known, size, 1);
  const data = Uint8Array.from(values, (value) => Math.round(255 * Math.min(Math.max(value, 0.05), 1)));
  return { width: size, height: size, channels: 1, data };
}
