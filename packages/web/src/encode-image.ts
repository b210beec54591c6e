import { type EncodedImage, SMALL_TEXTURE, type TextureUse } from '@ganfit/core/formats';
import type { Image } from '@ganfit/core/image';
import { plainWebp } from './plain-webp.ts';

/** The bytes of a PNG file, sRGB, nothing lost. */
export async function encodePng(image: Image): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf(await encode(image, 'image/png'));
}

/** How a texture is embedded. */
export interface TextureEncoding {
  /** Largest side, texels. Default as many as there are. */
  readonly size?: number;
  /** Default JPEG; browsers that cannot write WebP write JPEG instead. */
  readonly format?: 'jpeg' | 'webp';
}

/** The shine and relief of skin need fewer texels than its colours. */
const MAP_SIZE = 1024;

/** A texture as it is embedded in a GLB. */
export async function encodeTexture(
  image: Image,
  use: TextureUse = 'color',
  { size = Number.POSITIVE_INFINITY, format = 'jpeg' }: TextureEncoding = {},
): Promise<EncodedImage> {
  const most = use === 'color' ? size : Math.min(MAP_SIZE, size);
  if (format === 'webp') {
    const picture = await encode(image, 'image/webp', SMALL_TEXTURE.webpQuality / 100, most);
    if (picture.type === 'image/webp') {
      return { mimeType: 'image/webp', bytes: plainWebp(await bytesOf(picture)) };
    }
  }
  return { mimeType: 'image/jpeg', bytes: await bytesOf(await encode(image, 'image/jpeg', 0.95, most)) };
}

/** An image as browsers draw it. */
export function imageDataOf({ width, height, channels, data }: Image): ImageData {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[channels * i + (channels === 1 ? 0 : c)];
    rgba[4 * i + 3] = channels === 4 ? data[4 * i + 3] : 255;
  }
  return new ImageData(rgba, width, height);
}

async function bytesOf(picture: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await picture.arrayBuffer());
}

async function encode(
  image: Image,
  type: string,
  quality?: number,
  most = Number.POSITIVE_INFINITY,
): Promise<Blob> {
  let canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d')?.putImageData(imageDataOf(image), 0, 0);
  const scale = Math.min(1, most / Math.max(image.width, image.height));
  if (scale < 1) {
    const smaller = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
    const context = smaller.getContext('2d');
    if (context) context.imageSmoothingQuality = 'high';
    context?.drawImage(canvas, 0, 0, smaller.width, smaller.height);
    canvas = smaller;
  }
  return canvas.convertToBlob({ type, quality });
}
