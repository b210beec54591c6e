import { type Image, srgbToLinear } from '@ganfit/core/image';
import { describeFace, detectFaces, findLandmarks, type NetworkKit } from '@ganfit/core/networks';
import { projectPoints } from '@ganfit/core/render';
import { type ShapeModel, surfacePoints } from '@ganfit/core/shape';
import { mapTexels, shrinkPlanes, texelsFromVertices } from '@ganfit/core/texture';
import { faceCamera, faceRenderer } from './face-render.ts';

/** What can be said about a texture without knowing whose it is. */
export interface TextureLook {
  /** The mean head in this skin, from the front. */
  readonly picture: Image;
  /** The detector's score of the face, 0 … 1; 0 when it finds none. */
  readonly detector: number;
  /**
   * How far the landmarks that a network finds inside of the face lie from where the head has them, mean, share of the distance
   * of the outer corners of the eyes; 1 when there is no face.
   */
  readonly landmarks: number;
  /** What the identity network says of the picture, `[512]`, unit length. */
  readonly embedding: Float32Array;
  /** Share of the face's texels with a color outside of what can be shown. */
  readonly outside: number;
  /** Mean color of the face, logarithmic linear RGB. */
  readonly skin: readonly number[];
  /** Colors of the face at 64 texels, 0 … 255. */
  readonly tone: Float32Array;
  /** Brightness of details of 1 to 4 texels of the face, zero mean, unit length; empty unless asked for. */
  readonly detail: Float32Array;
}

/** Edge of the textures that are looked at, texels: pores count, the two finest bands of 512 do not. */
export const LOOK_RESOLUTION = 256;
/** Pixels across the pictures. */
const SIDE = 160;
/** Edge of the maps that tones are compared at. */
const TONE = 64;
/** Half of the box that details are what remains beside, texels. */
const REACH = 4;

/**
 * Looks at textures: on a render of the mean head by the networks, and texel by texel.
 *
 * @returns A function of a texture `[3, R, R]`, sRGB from -1 to 1, R = `LOOK_RESOLUTION`.
 */
export function textureLooker(
  kit: NetworkKit,
  shape: ShapeModel,
): (texture: Float32Array, options?: { readonly detail?: boolean }) => Promise<TextureLook> {
  const render = faceRenderer(shape);
  const expected = projectPoints(
    faceCamera({ side: SIDE }),
    surfacePoints(shape.mean, shape.parts[0].triangles, shape.landmarks),
  );
  const face = faceTexels(shape, LOOK_RESOLUTION);
  const coarse = faceTexels(shape, TONE);
  return async (texture, { detail = true } = {}) => {
    const picture = render(pictureOf(texture, LOOK_RESOLUTION), { side: SIDE });
    const boxes = await detectFaces(kit.detector, picture);
    const [nose, tip] = [expected[2 * 30], expected[2 * 30 + 1]];
    const box = boxes.find(
      ({ x, y, width, height }) => nose > x && nose < x + width && tip > y && tip < y + height,
    );
    const found = box && (await findLandmarks(kit.landmarker, picture, box));
    const tone = toneOf(texture, coarse);
    const { embedding } = await describeFace(kit, picture, expected);
    return {
      picture,
      detector: box?.score ?? 0,
      landmarks: found ? misplacement(found, expected) : 1,
      embedding: unit(embedding),
      outside: outsideShare(texture, face),
      skin: skinOf(tone),
      tone,
      detail: detail ? detailOf(texture, face) : new Float32Array(),
    };
  };
}

/** A texture as bytes, RGB. */
export function pictureOf(texture: Float32Array, size: number): Image {
  const texels = size * size;
  const bytes = new Uint8ClampedArray(3 * texels);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < texels; i++) bytes[3 * i + c] = (texture[c * texels + i] + 1) * 127.5;
  }
  const data = new Uint8Array(bytes.buffer);
  return { width: size, height: size, channels: 3, data };
}

/** The mirror image of a texture, `[3, S, S]`. */
export function mirroredTexture(texture: Float32Array, size: number): Float32Array {
  const out = texture.slice();
  for (let row = 0; row < out.length; row += size) out.subarray(row, row + size).reverse();
  return out;
}

/** Tone and detail of a texture alone, without a picture; of the mirror image as well as of the texture. */
export function texelLooker(
  shape: ShapeModel,
): (texture: Float32Array) => Pick<TextureLook, 'tone' | 'detail'> {
  const face = faceTexels(shape, LOOK_RESOLUTION);
  const coarse = faceTexels(shape, TONE);
  return (texture) => ({ tone: toneOf(texture, coarse), detail: detailOf(texture, face) });
}

/** Places of the texels inside of the face, in an atlas of this edge. */
export function faceTexels(shape: ShapeModel, size: number): Uint32Array {
  const skin = shape.parts[0];
  const map = mapTexels(skin, size);
  const weights = texelsFromVertices(map, skin.triangles, shape.regions['face'], 1);
  return map.texels.filter((_, n) => weights[n] > 250);
}

function outsideShare(texture: Float32Array, face: Uint32Array): number {
  const texels = texture.length / 3;
  let count = 0;
  for (const i of face) {
    const [red, green, blue] = [texture[i], texture[texels + i], texture[2 * texels + i]];
    if (Math.max(red, green, blue) > 1 || Math.min(red, green, blue) < -1) count++;
  }
  return count / face.length;
}

function toneOf(texture: Float32Array, face: Uint32Array): Float32Array {
  const small = shrinkPlanes(texture, 3, [LOOK_RESOLUTION, LOOK_RESOLUTION], LOOK_RESOLUTION / TONE);
  const texels = TONE * TONE;
  return Float32Array.from(
    { length: 3 * face.length },
    (_, k) => (small[(k % 3) * texels + face[Math.floor(k / 3)]] + 1) * 127.5,
  );
}

function skinOf(tone: Float32Array): number[] {
  return [0, 1, 2].map((c) => {
    let sum = 0;
    for (let i = c; i < tone.length; i += 3) sum += tone[i] / (tone.length / 3);
    return Math.log(srgbToLinear(Math.max(0, sum) / 255) + 0.005);
  });
}

function detailOf(texture: Float32Array, face: Uint32Array): Float32Array {
  const size = LOOK_RESOLUTION;
  const texels = size * size;
  const luma = Float32Array.from(
    { length: texels },
    (_, i) => 0.299 * texture[i] + 0.587 * texture[texels + i] + 0.114 * texture[2 * texels + i],
  );
  // Sums of all above and to the left make any box four numbers.
  const sums = new Float64Array((size + 1) ** 2);
  for (let row = 0; row < size; row++) {
    let line = 0;
    for (let column = 0; column < size; column++) {
      line += luma[row * size + column];
      sums[(row + 1) * (size + 1) + column + 1] = sums[row * (size + 1) + column + 1] + line;
    }
  }
  const band = Float32Array.from(face, (i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    const [top, bottom] = [Math.max(0, row - REACH), Math.min(size, row + REACH + 1)];
    const [left, right] = [Math.max(0, column - REACH), Math.min(size, column + REACH + 1)];
    const at = (y: number, x: number) => sums[y * (size + 1) + x];
    const box = at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left);
    return luma[i] - box / ((bottom - top) * (right - left));
  });
  const mean = band.reduce((sum, value) => sum + value, 0) / band.length;
  return unit(band.map((value) => value - mean));
}

/** Over the landmarks inside of the face: the jaw's are silhouettes. */
function misplacement(found: Float32Array, expected: Float32Array): number {
  const eyes = Math.hypot(expected[90] - expected[72], expected[91] - expected[73]);
  let sum = 0;
  for (let k = 17; k < 68; k++) {
    sum += Math.hypot(found[2 * k] - expected[2 * k], found[2 * k + 1] - expected[2 * k + 1]);
  }
  return sum / (51 * eyes);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0)) || 1;
  return vector.map((value) => value / length);
}
