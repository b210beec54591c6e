import type { EncodedImage } from '@ganfit/core/formats';
import type { Image } from '@ganfit/core/image';
import sharp, { type Sharp } from 'sharp';

function pixels({ data, width, height, channels }: Image): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** The bytes of a PNG file, sRGB, nothing lost. */
export async function encodePng(image: Image): Promise<Uint8Array> {
  return pixels(image).png().toBuffer();
}

/** A texture as it is embedded in a GLB: JPEG without colour subsampling, so that lips and irises keep their edges. */
export async function encodeTexture(image: Image): Promise<EncodedImage> {
  const bytes = await pixels(image).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer();
  return { mimeType: 'image/jpeg', bytes };
}
