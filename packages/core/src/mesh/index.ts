/**
 * Room `mesh`: triangle meshes as plain arrays, their normals and their pictures' triangle ids. Positions and triangles go in,
 * typed arrays come out. It knows nothing of colours, cameras or tensors.
 */

export type { Mesh } from './mesh.ts';
export { vertexNormals } from './normals.ts';
export { createRaster, type Raster, type RasterOptions, rasterize } from './rasterize.ts';
export { rasterBarycentrics } from './rasterize-barycentrics.ts';
