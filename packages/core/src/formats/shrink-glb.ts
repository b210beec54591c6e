import { Logger, WebIO } from '@gltf-transform/core';
import {
  EXTMeshoptCompression,
  EXTTextureWebP,
  KHRDracoMeshCompression,
  KHRMeshQuantization,
} from '@gltf-transform/extensions';
import { draco, meshopt } from '@gltf-transform/functions';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';
import type { GlbPacking } from './compress-glb.ts';
import { decimateGlb, type TriangleShares } from './decimate-glb.ts';

/** What stays of a small head, by part name; both profiles' names. */
const SMALL: TriangleShares = {
  skin: 0.26,
  Wolf3D_Head: 0.26,
  mouth: 0.3,
  teeth: 0.16,
  gums: 0.16,
  tongue: 0.4,
  Wolf3D_Teeth: 0.19,
  eyeLeft: 0.5,
  eyeRight: 0.5,
  EyeLeft: 0.5,
  EyeRight: 0.5,
};

/** What `compressGlb` does, apart from it because its libraries are large and seldom needed. */
export async function shrinkGlb(
  glb: Uint8Array,
  { size, compress, dracoEncoder }: GlbPacking,
): Promise<Uint8Array> {
  await Promise.all([MeshoptEncoder.ready, MeshoptDecoder.ready]);
  const io = new WebIO()
    .setLogger(new Logger(Logger.Verbosity.ERROR))
    .registerExtensions([EXTMeshoptCompression, EXTTextureWebP, KHRDracoMeshCompression, KHRMeshQuantization])
    .registerDependencies({
      'meshopt.encoder': MeshoptEncoder,
      'meshopt.decoder': MeshoptDecoder,
      'draco3d.encoder': dracoEncoder,
    });
  const document = (await io.readBinary(glb)).setLogger(new Logger(Logger.Verbosity.ERROR));
  if (size === 'small') await decimateGlb(document, SMALL);
  if (compress === 'meshopt') {
    // One volume for all meshes, because they share a skin.
    await document.transform(
      meshopt({ encoder: MeshoptEncoder, level: 'high', quantizePosition: 13, quantizationVolume: 'scene' }),
    );
  }
  if (compress === 'draco') {
    // Draco leaves morph targets as they are: they stay sparse.
    await document.transform(draco({ quantizationVolume: 'scene' }));
  }
  return io.writeBinary(document);
}
