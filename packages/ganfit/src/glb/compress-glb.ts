import { type Document, Logger, NodeIO, type Texture } from '@gltf-transform/core';
import {
  EXTMeshoptCompression,
  EXTTextureWebP,
  KHRDracoMeshCompression,
  KHRMeshQuantization,
} from '@gltf-transform/extensions';
import { draco, meshopt } from '@gltf-transform/functions';
import draco3d from 'draco3dgltf';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';
import sharp from 'sharp';
import { decimate, type TriangleShares } from './decimate.ts';
import type { Compression, Size, TextureFormat } from './settings.ts';

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
const WEBP_QUALITY = 84;

/** How a GLB is made smaller. */
export interface GlbPacking {
  readonly size: Size;
  readonly compress: Compression;
  /** Pictures that are PNG become WebP. */
  readonly textureFormat: TextureFormat;
}

/**
 * Makes a GLB smaller by glTF's extensions: fewer triangles, quantised numbers, meshopt or Draco, WebP.
 *
 * Programs have to know the extensions that are then required; three.js and Babylon.js do, with their decoders.
 */
export async function compressGlb(glb: Uint8Array, packing: GlbPacking): Promise<Uint8Array> {
  const { size, compress, textureFormat } = packing;
  if (size === 'full' && compress === 'none' && textureFormat !== 'webp') return glb;
  const io = await openIo(compress);
  const document = (await io.readBinary(glb)).setLogger(new Logger(Logger.Verbosity.ERROR));
  if (size === 'small') await decimate(document, SMALL);
  if (textureFormat === 'webp') await toWebp(document);
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

/** Reads and writes what this module writes. */
async function openIo(compress: Compression): Promise<NodeIO> {
  await Promise.all([MeshoptEncoder.ready, MeshoptDecoder.ready]);
  const io = new NodeIO()
    .setLogger(new Logger(Logger.Verbosity.ERROR))
    .registerExtensions([EXTMeshoptCompression, EXTTextureWebP, KHRDracoMeshCompression, KHRMeshQuantization])
    .registerDependencies({ 'meshopt.encoder': MeshoptEncoder, 'meshopt.decoder': MeshoptDecoder });
  if (compress !== 'draco') return io;
  return io.registerDependencies({ 'draco3d.encoder': await draco3d.createEncoderModule() });
}

async function toWebp(document: Document): Promise<void> {
  document.createExtension(EXTTextureWebP).setRequired(true);
  await Promise.all(document.getRoot().listTextures().map(recode));
}

async function recode(texture: Texture): Promise<void> {
  const bytes = await sharp(texture.getImage()!)
    .webp({ quality: WEBP_QUALITY, smartSubsample: true })
    .toBuffer();
  texture.setImage(new Uint8Array(bytes)).setMimeType('image/webp');
}
