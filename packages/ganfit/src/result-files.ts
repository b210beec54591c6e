import { previewSheet, type Reconstruction } from '@ganfit/core/asset';
import {
  type FitReport,
  writeFaceJson,
  writeGlb,
  writeObj,
  writePly,
  writeReportJson,
} from '@ganfit/core/formats';
import type { Observation } from '@ganfit/core/networks';
import { sha256 } from './digest.ts';
import { encodePng, encodeTexture } from './encode-image.ts';
import type { Kit } from './kit.ts';
import { GENERATOR } from './version.ts';

/** Mesh formats that can be asked for. */
export const MESH_FORMATS = ['glb', 'obj', 'ply'] as const;
export type MeshFormat = (typeof MESH_FORMATS)[number];

/** What travels inside every GLB. */
const NOTICE =
  'A head made from a photo is personal data of the person in the photo, and its texture contains the photo itself. ' +
  'Use it only with that person’s consent. Not meant for identifying people.';

/**
 * The files of one result, by name: meshes, textures, `face.json`, `preview.png`.
 *
 * @param photo File name of the photo.
 */
export async function resultFiles(
  photo: string,
  observation: Observation,
  result: Reconstruction,
  kit: Kit,
  options: { readonly formats: readonly MeshFormat[]; readonly preset: string; readonly seed: number },
): Promise<Record<string, Uint8Array | string>> {
  const files: Record<string, Uint8Array | string> = {};
  const textures: Record<string, { file: string; sha256: string }> = {};
  for (const [part, image] of Object.entries(result.textures)) {
    const bytes = await encodePng(image);
    files[`${part}.png`] = bytes;
    textures[part] = { file: `${part}.png`, sha256: sha256(bytes) };
  }
  if (options.formats.includes('glb')) {
    const { name, topologyDigest } = kit.model;
    files['head.glb'] = await writeGlb(result.head, {
      encode: encodeTexture,
      generator: GENERATOR,
      copyright: kit.license,
      extras: { notice: NOTICE, model: { name, topologyDigest }, digests: kit.digests },
    });
  }
  if (options.formats.includes('obj')) {
    const names = Object.fromEntries(Object.entries(textures).map(([part, { file }]) => [part, file]));
    const { obj, mtl } = writeObj(result.head, 'head.mtl', names);
    files['head.obj'] = obj;
    files['head.mtl'] = mtl;
  }
  if (options.formats.includes('ply')) files['head.ply'] = writePly(result.head);
  files['face.json'] = writeFaceJson({
    generator: GENERATOR,
    model: kit.model,
    photos: [{ name: photo, face: observation.face }],
    fit: { preset: options.preset, seed: options.seed },
    parameters: result.parameters,
    textures,
    digests: kit.digests,
  });
  const [pose] = result.parameters.photos;
  files['preview.png'] = await encodePng(previewSheet(observation.image, result.posed, pose, kit.model));
  return files;
}

/** Adds `report.json`, once everything else is known. */
export function reportFile(report: Omit<FitReport, 'generator'>): string {
  return writeReportJson({ generator: GENERATOR, ...report });
}
