import { previewSheet, type Reconstruction } from '@ganfit/core/asset';
import { type FitReport, writeFaceJson, writeReportJson } from '@ganfit/core/formats';
import type { Image } from '@ganfit/core/image';
import type { Observation } from '@ganfit/core/networks';
import { sha256 } from './digest.ts';
import { encodePng } from './encode-image.ts';
import type { GlbSettings } from './glb/settings.ts';
import type { Kit } from './kit.ts';
import { meshFiles } from './mesh-files.ts';
import type { MeshFormat } from './mesh-formats.ts';
import { GENERATOR } from './version.ts';

/** One of several photos that were fitted together. */
export interface FittedPhoto {
  readonly name: string;
  readonly face: number;
}

/**
 * The files of one result, by name: meshes, textures, `face.json`, `preview.png`.
 *
 * @param photo File name of the photo, or names and faces of several photos of one person.
 * @param observation Of the first photo.
 */
export async function resultFiles(
  photo: string | readonly FittedPhoto[],
  observation: Observation,
  result: Reconstruction,
  kit: Kit,
  options: GlbSettings & {
    readonly formats: readonly MeshFormat[];
    readonly preset: string;
    readonly seed: number;
  },
): Promise<Record<string, Uint8Array | string>> {
  const files: Record<string, Uint8Array | string> = {};
  const textures: Record<string, { file: string; sha256: string }> = {};
  const parts = Object.keys(result.textures);
  const names = Object.fromEntries(parts.map((part) => [part, `${part}.png`]));
  // The encoder has threads of its own: pictures are packed while the preview is drawn and the mesh is written.
  const [pictures, preview, meshes] = await Promise.all([
    Promise.all(parts.map((part) => encodePng(result.textures[part]))),
    encodePng(drawPreview(observation, result, kit)),
    meshFiles(result.head, names, options.formats, options, kit),
  ]);
  for (const [i, part] of parts.entries()) {
    const bytes = pictures[i];
    files[`${part}.png`] = bytes;
    textures[part] = { file: `${part}.png`, sha256: sha256(bytes) };
  }
  Object.assign(files, meshes);
  files['face.json'] = writeFaceJson({
    generator: GENERATOR,
    model: kit.model,
    photos: typeof photo === 'string' ? [{ name: photo, face: observation.face }] : photo,
    fit: { preset: options.preset, seed: options.seed },
    parameters: result.parameters,
    // The model makes its own skin again from the latent.
    textures: Object.fromEntries(
      Object.entries(textures).filter(([part]) => part !== 'skin' || !result.head.delit),
    ),
    digests: kit.digests,
  });
  files['preview.png'] = preview;
  return files;
}

function drawPreview(
  { image }: Observation,
  { parameters, posed, textures }: Reconstruction,
  kit: Kit,
): Image {
  // A small skin shows nothing more in large tiles, and drawing them takes a while.
  const tile = textures['skin'].width < 1024 ? 320 : 480;
  return previewSheet(image, posed, parameters.photos[0], kit.model, { tile });
}

/** Adds `report.json`, once everything else is known. */
export function reportFile(report: Omit<FitReport, 'generator'>): string {
  return writeReportJson({ generator: GENERATOR, ...report });
}
