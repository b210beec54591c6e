import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import {
  isHybrid,
  loadTexture,
  pcaModel,
  readPca,
  scaleDetail,
  type TextureModel,
  type TexturePca,
} from '@ganfit/core/texture';

/**
 * Opens a texture model, linear or GAN; `FILE:158` takes only the first 158 components of a linear one, `FILE@0.5` half of the
 * detail that a generator adds to a linear base.
 *
 * @param topologyDigest Of the shape model in use.
 * @throws GanfitError `input` when the file cannot be read, has another UV layout, or no detail to take a share of, `format` when it is no texture model.
 */
export async function openTextureModel(place: string, topologyDigest: string): Promise<TextureModel> {
  const [, path, components, share] = place.match(/^(.*?)(?::(\d+)|@(\d*\.?\d+))?$/) ?? [];
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new GanfitError('input', `texture: ${path} must be a file that can be read. Check the path.`, {
      cause,
    });
  });
  const name = basename(path, '.safetensors');
  if (share !== undefined) {
    const { model } = loadTexture(new Uint8Array(bytes), topologyDigest);
    if (isHybrid(model)) return { ...scaleDetail(model, Number(share)), name: `${name}@${share}` };
    throw new GanfitError(
      'input',
      `texture: ${path} must have a linear base and detail, got none to take ${share} of. Leave @${share} out.`,
    );
  }
  if (components === undefined) return { ...loadTexture(new Uint8Array(bytes), topologyDigest).model, name };
  const pca = readPca(new Uint8Array(bytes), topologyDigest);
  return pcaModel({ ...firstComponents(pca, Number(components)), name: `${name}:${components}` });
}

function firstComponents(pca: TexturePca, count: number): TexturePca {
  if (!(count >= 1 && count <= pca.count)) {
    throw new GanfitError(
      'input',
      `texture: there are 1 to ${pca.count} components, got ${count}. Ask for fewer.`,
    );
  }
  return {
    ...pca,
    count,
    parities: pca.parities.slice(0, count),
    // They go with all components.
    skinColors: undefined,
    levels: pca.levels.map((level) => ({
      ...level,
      data: level.data.slice(0, (level.data.length / pca.count) * count),
    })),
  };
}
