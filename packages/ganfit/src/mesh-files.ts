import type { Head } from '@ganfit/core/asset';
import { writeObj, writePly, writeUsdz } from '@ganfit/core/formats';
import { encodeTexture } from './encode-image.ts';
import { type GlbOrigin, packHead } from './glb/pack-head.ts';
import type { GlbSettings } from './glb/settings.ts';
import type { MeshFormat } from './mesh-formats.ts';
import { GENERATOR } from './version.ts';

/**
 * A head in every format that was asked for, by file name.
 *
 * @param textures File names of its textures by part, for OBJ.
 */
export async function meshFiles(
  head: Head,
  textures: Readonly<Record<string, string>>,
  formats: readonly MeshFormat[],
  settings: GlbSettings,
  origin: GlbOrigin,
): Promise<Record<string, Uint8Array | string>> {
  const files: Record<string, Uint8Array | string> = {};
  if (formats.includes('glb')) files['head.glb'] = await packHead(head, settings, origin);
  if (formats.includes('obj')) {
    const { obj, mtl } = writeObj(head, 'head.mtl', textures);
    files['head.obj'] = obj;
    files['head.mtl'] = mtl;
  }
  if (formats.includes('ply')) files['head.ply'] = writePly(head);
  if (formats.includes('usdz')) {
    const { textureSize, textureFormat } = settings;
    files['head.usdz'] = await writeUsdz(head, {
      // The format knows no WebP.
      encode: (image, use) =>
        encodeTexture(image, use, { size: textureSize, format: textureFormat === 'png' ? 'png' : 'jpeg' }),
      generator: GENERATOR,
      copyright: origin.license,
    });
  }
  return files;
}
