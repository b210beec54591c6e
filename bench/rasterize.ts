/**
 * What finding the visible triangles of 20,000 vertices costs on one thread, beside copying 64 MiB of memory.
 * At most 15 ms at 256 x 256 and 80 ms at 1024 x 1024 are expected.
 *
 *   npm run bench -- rasterize
 */
import { createRaster, rasterize } from '../packages/core/src/mesh/rasterize.ts';
import { rasterBarycentrics } from '../packages/core/src/mesh/rasterize-barycentrics.ts';
import { projectVertices } from '../packages/core/src/render/camera.ts';
import { findSilhouettes, triangleNeighbors } from '../packages/core/src/render/silhouette.ts';
import { syntheticScene } from '../packages/core/src/render/synthetic-scene.ts';
import { bestOf } from './timing.ts';

const source = new Uint8Array(64 * 2 ** 20).fill(1);
const target = new Uint8Array(source.length);

for (const size of [256, 1024]) {
  const { head, camera } = syntheticScene(size, 101);
  const projected = projectVertices(camera, head.vertices);
  const neighbors = triangleNeighbors(head.triangles);
  const reuse = createRaster(size, size);
  const raster = rasterize(projected, head.triangles, size, size);
  const best = await bestOf(
    {
      copy: async () => target.set(source),
      rasterize: async () => rasterize(projected, head.triangles, size, size, { reuse }),
      bothSides: async () => rasterize(projected, head.triangles, size, size, { reuse, cull: 'none' }),
      barycentrics: async () => rasterBarycentrics(raster, projected, head.triangles),
      silhouettes: async () => findSilhouettes(raster, projected, head.triangles, neighbors),
    },
    25,
  );
  const seen = raster.triangleIds.reduce((count, id) => count + (id >= 0 ? 1 : 0), 0);
  console.log(
    `${head.vertices.length / 3} vertices, ${head.triangles.length / 3} triangles, ${size} x ${size}, ` +
      `${Math.round((100 * seen) / size ** 2)} % covered`,
  );
  for (const [name, { wall }] of Object.entries(best)) {
    console.log(
      `  ${name.padEnd(13)}${wall.toFixed(2).padStart(8)} ms${(wall / best.copy.wall).toFixed(2).padStart(8)} copies`,
    );
  }
}
