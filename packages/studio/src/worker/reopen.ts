import { assembleHead, modelSkin } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import { type FaceDocument, readFaceJson } from '@ganfit/core/formats';
import type { Image } from '@ganfit/core/image';
import type { Runtime } from '@ganfit/core/runtime';
import { decodePhoto, type Kit } from '@ganfit/web';
import { strFromU8, unzipSync } from 'fflate';
import type { FinishedHead, NamedFile } from '../protocol.ts';
import type { FittedFace } from './fit-faces.ts';
import { fittedPhoto } from './fitted-photo.ts';
import { headGlb } from './head-glb.ts';
import type { Answer } from './session.ts';

/**
 * Makes a head again from the files of an earlier fit: `face.json`, alone or with the textures beside it, or the archive that
 * holds them.
 *
 * @param runtime Makes the skin of a texture model again.
 * @throws GanfitError `format` when there is no `face.json` among them or it belongs to another shape model.
 */
export async function reopen(
  files: readonly NamedFile[],
  kit: Kit,
  runtime: Runtime,
): Promise<{ face: FittedFace; answer: Answer<FinishedHead> }> {
  const contents = await unpacked(files);
  const name = [...contents.keys()].find((entry) => entry.endsWith('.json'));
  if (!name) {
    throw new GanfitError(
      'format',
      'reopen: there must be a face.json, got none. Choose the file or the archive.',
    );
  }
  const document = readFaceJson(strFromU8(contents.get(name) as Uint8Array));
  if (document.model.topologyDigest !== kit.model.topologyDigest) {
    throw new GanfitError(
      'format',
      `reopen: ${name} must belong to the shape model ${kit.model.name}, got ${document.model.name}. ` +
        'Fit the photo again.',
    );
  }
  const { textures, missing } = await readTextures(document, contents);
  const { parameters, photos, fit } = document;
  const isSkinMade = !textures['skin'] && parameters.texture?.length === kit.texture.latentSize;
  if (isSkinMade) {
    const skin = { latent: parameters.texture, tone: parameters.tone };
    textures['skin'] = await modelSkin(kit.texture, skin, kit.model, runtime, SKIN_SIZE);
  }
  const detail = textures['skin'] !== undefined;
  const head = assembleHead(parameters, kit.model, textures, { expression: 'neutral', detail });
  const posed = assembleHead(parameters, kit.model, textures, { expression: 'photo', morphs: false });
  const glb = await headGlb(head, kit);
  const notes = missing.length > 0 ? [missingNote(missing, isSkinMade)] : [];
  return {
    face: { parameters, textures, head, photos, fit, glb },
    answer: {
      result: {
        glb,
        photos: photos.map((photo, p) => fittedPhoto(photo.name, p, parameters, kit.model, posed)),
        notes,
      },
    },
  };
}

/** Texels across the skin, as every fit paints it. */
const SKIN_SIZE = 1024;

async function unpacked(files: readonly NamedFile[]): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { name, content } of files) {
    const bytes = new Uint8Array(await content.arrayBuffer());
    if (!name.endsWith('.zip')) {
      contents.set(name, bytes);
      continue;
    }
    try {
      for (const [entry, data] of Object.entries(unzipSync(bytes))) contents.set(entry, new Uint8Array(data));
    } catch (cause) {
      throw new GanfitError('format', `reopen: ${name} must be a whole archive. Download it again.`, {
        cause,
      });
    }
  }
  return contents;
}

async function readTextures(document: FaceDocument, contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) {
  const textures: Record<string, Image> = {};
  const missing: string[] = [];
  for (const [part, { file }] of Object.entries(document.textures)) {
    const bytes = contents.get(file);
    if (bytes) textures[part] = (await decodePhoto(new Blob([bytes]), file)).image;
    else missing.push(file);
  }
  return { textures, missing };
}

function missingNote(missing: readonly string[], isSkinMade: boolean): string {
  return (
    `The textures lie beside face.json, in ${missing.join(', ')}. ` +
    'Choose these files together with it to see the head in its own colours.' +
    (isSkinMade ? ' Until then the skin is the one that the fit found among those of other people.' : '')
  );
}
