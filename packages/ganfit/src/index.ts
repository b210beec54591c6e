/**
 * From a photo to a textured 3D head, in Node: the whole library, and what Node adds to it: photos, the cache of networks, the
 * runtime, files.
 *
 * @example
 * const kit = await loadKit();
 * const photo = await readPhoto('me.jpg');
 * const face = chooseFace(await observe(photo.image, kit.networks, photo));
 * for await (const { result } of reconstruct([face], kit)) {
 *   if (result) await writeFile('head.glb', await packHead(result.head, PLAIN_GLB, kit));
 * }
 *
 * @module ganfit
 */
export * from '@ganfit/core';
export { encodePng, encodeTexture, type TextureEncoding } from './encode-image.ts';
export { type GlbOrigin, packHead } from './glb/pack-head.ts';
export {
  COMPRESSIONS,
  type Compression,
  type GlbSettings,
  PLAIN_GLB,
  SIZES,
  type Size,
  TEXTURE_FORMATS,
  TEXTURE_SIZES,
  type TextureFormat,
} from './glb/settings.ts';
export { decodePhoto, type Photo, readPhoto } from './image.ts';
export { type Kit, type KitOptions, loadKit } from './kit.ts';
export { MESH_FORMATS, type MeshFormat } from './mesh-formats.ts';
export { cacheFolder, type ModelCacheOptions, modelFile, pullModels } from './models/cache.ts';
export { MODEL_SOURCES, type ModelName, type ModelSource } from './models/sources.ts';
export { headOfFace, readFace, type StoredFace } from './read-face.ts';
export { resultFiles } from './result-files.ts';
export { nodeRuntime } from './runtime.ts';
export { VERSION } from './version.ts';
