import { writeFaceJson, writeObj, writePly, writeUsdz } from '@ganfit/core/formats';
import { encodePng, encodeTexture, type Kit } from '@ganfit/web';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { strToU8, type Zippable, zip } from 'fflate';
import type { DownloadKind, NamedFile } from '../protocol.ts';
import type { FittedFace } from './fit-faces.ts';
import { GENERATOR, headGlb } from './head-glb.ts';

/** Makes one of the files that a visitor can take along. */
export async function writeDownload(kind: DownloadKind, face: FittedFace, kit: Kit): Promise<NamedFile> {
  const stem = face.photos[0]?.name.replace(/\.[^.]*$/, '') || 'head';
  const file = (suffix: string, bytes: Uint8Array, type: string): NamedFile => ({
    name: `${stem}${suffix}`,
    content: new Blob([new Uint8Array(bytes)], { type }),
  });
  const glb = (suffix: string, bytes: Uint8Array) => file(suffix, bytes, 'model/gltf-binary');
  if (kind === 'glb') return glb('.glb', face.glb);
  if (kind === 'rpm') return glb('.rpm.glb', await headGlb(face.head, kit, { profile: 'rpm' }));
  if (kind === 'small') return glb('.small.glb', await headGlb(face.head, kit, { size: 'small' }));
  if (kind === 'ply') return file('.ply', writePly(face.head), 'application/octet-stream');
  if (kind === 'usdz') {
    const options = { encode: encodeTexture, generator: GENERATOR, copyright: kit.license };
    return file('.usdz', await writeUsdz(face.head, options), 'model/vnd.usdz+zip');
  }
  const textures = await encodeTextures(face);
  const faceJson = strToU8(writeFace(face, kit, textures));
  if (kind === 'face') {
    return { name: `${stem}.face.zip`, content: await zipped({ 'face.json': faceJson, ...textures }) };
  }
  const names = Object.fromEntries(Object.keys(textures).map((file) => [file.replace(/\.png$/, ''), file]));
  const { obj, mtl } = writeObj(face.head, 'head.mtl', names);
  const mesh = { 'head.obj': strToU8(obj), 'head.mtl': strToU8(mtl) };
  if (kind === 'obj') return { name: `${stem}.obj.zip`, content: await zipped({ ...mesh, ...textures }) };
  return {
    name: `${stem}.zip`,
    content: await zipped({
      'head.glb': face.glb,
      'head.ply': writePly(face.head),
      ...mesh,
      'face.json': faceJson,
      ...textures,
    }),
  };
}

/** PNG files by name. */
async function encodeTextures({ textures }: FittedFace): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const entries = Object.entries(textures).map(async ([part, image]) => [
    `${part}.png`,
    await encodePng(image),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

function writeFace(face: FittedFace, kit: Kit, textures: Readonly<Record<string, Uint8Array>>): string {
  const entries = Object.entries(textures).map(([file, bytes]) => {
    return [file.replace(/\.png$/, ''), { file, sha256: bytesToHex(sha256(bytes)) }];
  });
  return writeFaceJson({
    generator: GENERATOR,
    model: kit.model,
    photos: face.photos,
    fit: face.fit,
    parameters: face.parameters,
    textures: Object.fromEntries(entries),
    digests: kit.digests,
  });
}

async function zipped(files: Readonly<Record<string, Uint8Array>>): Promise<Blob> {
  // Pictures and GLB are compressed already.
  const entries = Object.entries(files).map(([name, bytes]) => {
    return [name, [bytes, { level: /\.(png|glb)$/.test(name) ? 0 : 6 }]];
  });
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    zip(Object.fromEntries(entries) as Zippable, { consume: false }, (error, data) => {
      if (error) reject(error);
      else resolve(data);
    });
  });
  return new Blob([new Uint8Array(bytes)], { type: 'application/zip' });
}
