import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { GanfitError } from '@ganfit/core/error';
import { loadTexture, type TextureModel } from '@ganfit/core/texture';
import { sha256 } from './digest.ts';

/** A texture model and the digest of the file it came from. */
export interface LoadedTexture {
  readonly model: TextureModel;
  /** SHA-256 of the file. */
  readonly digest: string;
  /** Under which terms heads made with it stand, in one line. */
  readonly license: string;
}

/** The models that come along, by short name: components alone, which is the default, and with a generator of detail. */
const SHIPPED = { pca: 'texture-pca.safetensors', gan: 'texture-gan.safetensors' } as const;

/**
 * Reads a texture model, components or a generator: one that comes along, or a file of the user's.
 *
 * @param topologyDigest Of the shape model that it is to be used with.
 * @param path A file, or `pca` or `gan` for those that come along; the first of them by default.
 * @throws GanfitError `input` when the user's file cannot be read or belongs to another UV layout, `format` when it is no
 *   texture model.
 */
export async function readTexture(topologyDigest: string, path?: string): Promise<LoadedTexture> {
  let bytes: Uint8Array;
  const shipped = path === undefined ? SHIPPED.pca : SHIPPED[path as keyof typeof SHIPPED];
  try {
    bytes = await readFile(
      shipped ? createRequire(import.meta.url).resolve(`@ganfit/models/${shipped}`) : String(path),
    );
  } catch (cause) {
    if (shipped) {
      throw new GanfitError(
        'runtime',
        'texture: the model must be in @ganfit/models, got none. Install it again.',
        { cause },
      );
    }
    throw new GanfitError('input', `texture: ${path} must be a file that can be read. Check the path.`, {
      cause,
    });
  }
  const { model, metadata } = loadTexture(bytes, topologyDigest);
  return {
    model,
    digest: sha256(bytes),
    license: `Texture model: ${metadata['license'] ?? 'terms unknown'}`,
  };
}

/** The model among those that come along whose file has this digest. */
export async function shippedTexture(
  topologyDigest: string,
  digest: string | undefined,
): Promise<LoadedTexture | undefined> {
  for (const name of Object.keys(SHIPPED)) {
    const loaded = await readTexture(topologyDigest, name);
    if (loaded.digest === digest) return loaded;
  }
  return undefined;
}
