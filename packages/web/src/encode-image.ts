import type { EncodedImage, TextureUse } from '@ganfit/core/formats';
import type { Image } from '@ganfit/core/image';

/** The bytes of a PNG file, sRGB, nothing lost. */
export async function encodePng(image: Image): Promise<Uint8Array<ArrayBuffer>> {
  return encode(image, 'image/png');
}

/** The shine and relief of skin need fewer texels than its colours. */
const MAP_SIZE = 1024;

/** A texture as it is embedded in a GLB. */
export async function encodeTexture(image: Image, use: TextureUse = 'color'): Promise<EncodedImage> {
  const most = use === 'color' ? Number.POSITIVE_INFINITY : MAP_SIZE;
  return { mimeType: 'image/jpeg', bytes: await encode(image, 'image/jpeg', 0.95, most) };
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

async function encode(
  image: Image,
  type: string,
  quality?: number,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
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
  const blob = await canvas.convertToBlob({ type, quality });
  return new Uint8Array(await blob.arrayBuffer());
}
