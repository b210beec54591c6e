import { type EncodedImage, SMALL_TEXTURE, type TextureUse } from '@ganfit/core/formats';
import type { Image } from '@ganfit/core/image';
import sharp, { type Sharp } from 'sharp';

function pixels({ data, width, height, channels }: Image): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** The bytes of a PNG file, sRGB, nothing lost. */
export async function encodePng(image: Image): Promise<Uint8Array> {
  return pixels(image).png().toBuffer();
}

/** How a texture is embedded. */
export interface TextureEncoding {
  /** Largest side, texels. Default 2048. */
  readonly size?: number;
  /** Default JPEG; PNG loses nothing. */
  readonly format?: 'jpeg' | 'png' | 'webp';
}

/** The shine and relief of skin need fewer texels than its colours. */
const MAP_SIZE = 1024;

/** A texture as it is embedded in a GLB: JPEG without colour subsampling, so that lips and irises keep their edges. */
export async function encodeTexture(
  image: Image,
  use: TextureUse = 'color',
  { size = 2048, format = 'jpeg' }: TextureEncoding = {},
): Promise<EncodedImage> {
  const most = use === 'color' ? size : Math.min(MAP_SIZE, size);
  const picture = pixels(image).resize(most, most, { fit: 'inside', withoutEnlargement: true });
  if (format === 'png') return { mimeType: 'image/png', bytes: await picture.png().toBuffer() };
  if (format === 'webp') {
    const webp = picture.webp({ quality: SMALL_TEXTURE.webpQuality, smartSubsample: true });
    return { mimeType: 'image/webp', bytes: await webp.toBuffer() };
  }
  const quality = use === 'color' ? 92 : 88;
  return {
    mimeType: 'image/jpeg',
    bytes: await picture.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer(),
  };
}
