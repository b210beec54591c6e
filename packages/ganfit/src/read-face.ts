import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AssembleOptions, assembleHead, type Head, modelSkin } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import { type FaceDocument, readFaceJson } from '@ganfit/core/formats';
import type { Image } from '@ganfit/core/image';
import type { ShapeModel } from '@ganfit/core/shape';
import sharp from 'sharp';
import { sha256 } from './digest.ts';
import { nodeRuntime } from './runtime.ts';
import { readShape } from './shape-file.ts';
import { shippedTexture } from './texture-file.ts';

/** A fit that lies on the disk, read again. */
export interface StoredFace {
  readonly document: FaceDocument;
  readonly model: ShapeModel;
  /** Terms of the shape model, in one line. */
  readonly license: string;
  /** Base colours by part, sRGB. */
  readonly textures: Readonly<Record<string, Image>>;
}

/**
 * Reads `face.json` and the textures beside it; no network is needed. A skin that is a texture model's own is made again.
 *
 * @param path The file, or the folder that it lies in.
 * @param shape A shape model of the user's instead of the one that comes along.
 * @throws GanfitError `input` when a file is missing, was changed or belongs to another shape model; `format` when it is none.
 */
export async function readFace(path: string, shape?: string): Promise<StoredFace> {
  const file = /\.json$/i.test(path) ? path : join(path, 'face.json');
  const text = new TextDecoder().decode(await readBytes(file));
  const document = readFaceJson(text);
  const { model, license } = await readShape(shape);
  if (document.model.topologyDigest !== model.topologyDigest) {
    throw new GanfitError(
      'input',
      `face: ${file} must belong to the shape model ${model.name}, got ${document.model.name}. Name its model with --shape.`,
    );
  }
  const textures: Record<string, Image> = {};
  for (const [part, { file: name, sha256: digest }] of Object.entries(document.textures)) {
    const place = join(dirname(file), name);
    const bytes = await readBytes(place);
    if (sha256(bytes) !== digest) {
      throw new GanfitError(
        'input',
        `face: ${place} must be the picture that was fitted, got another one. Fit the photo again.`,
      );
    }
    const { data, info } = await sharp(bytes)
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    textures[part] = { width: info.width, height: info.height, channels: info.channels as 3, data };
  }
  if (!textures['skin'] && document.parameters.texture)
    textures['skin'] = await skinAgain(document, model, file);
  return { document, model, license, textures };
}

/** Texels across the skin, as every fit writes it. */
const SKIN_SIZE = 1024;

async function skinAgain(
  { parameters, digests }: FaceDocument,
  shape: ShapeModel,
  file: string,
): Promise<Image> {
  const texture = await shippedTexture(shape.topologyDigest, digests['texture']);
  const { texture: latent } = parameters;
  if (!latent || !texture) {
    throw new GanfitError(
      'input',
      `face: the texture model of ${file} must be one that comes along, got another digest. Fit the photo again.`,
    );
  }
  return modelSkin(texture.model, { latent, tone: parameters.tone }, shape, nodeRuntime(), SKIN_SIZE);
}

/** The head of a stored fit. */
export function headOfFace({ document, model, textures }: StoredFace, options: AssembleOptions = {}): Head {
  return assembleHead(document.parameters, model, textures, options);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new GanfitError('input', `face: ${path} must be a file that can be read. Check the path.`, {
      cause,
    });
  }
}
