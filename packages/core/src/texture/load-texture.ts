import { GanfitError } from '../error.ts';
import { readSafetensors } from '../linalg/safetensors.ts';
import { GENERATOR_FORMAT, loadGenerator } from './gan/generator-file.ts';
import { HYBRID_FORMAT, loadHybrid } from './hybrid/hybrid-file.ts';
import type { TextureModel } from './model.ts';
import { readPca } from './pca/pca-file.ts';
import { pcaModel } from './pca/pca-model.ts';

/** A texture model and the free text of its file, such as terms. */
export interface StoredTexture {
  readonly model: TextureModel;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Opens a texture model of any kind: components (`writePca`), a generator (`writeGenerator`), or components with a generator of
 * detail (`loadHybrid`).
 *
 * @param bytes A whole file.
 * @param topologyDigest Of the shape model that it is to be used with.
 * @throws GanfitError `format` when the file is broken or no texture model, `input` when it belongs to another UV layout.
 */
export function loadTexture(bytes: Uint8Array, topologyDigest: string): StoredTexture {
  const { metadata } = readSafetensors(bytes);
  if (metadata.format === HYBRID_FORMAT) return { model: loadHybrid(bytes, topologyDigest), metadata };
  if (metadata.format !== GENERATOR_FORMAT) {
    const pca = readPca(bytes, topologyDigest);
    return { model: pcaModel(pca), metadata: pca.metadata };
  }
  const model = loadGenerator(bytes);
  if (model.topologyDigest !== topologyDigest) {
    throw new GanfitError(
      'input',
      `loadTexture: the texture model must be made for UV layout ${topologyDigest}, got ${model.topologyDigest || 'none'}. ` +
        'Train it on textures of this shape model.',
    );
  }
  return { model, metadata };
}
