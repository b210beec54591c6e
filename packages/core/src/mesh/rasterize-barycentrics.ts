import type { Raster } from './rasterize.ts';

/**
 * Gives the perspective-correct barycentrics of what each pixel centre sees.
 *
 * @param raster What `rasterize` found.
 * @param vertices The homogeneous pixel coordinates it was given, `[V, 3]`: (x w, y w, w).
 * @param triangles The triangles it was given, `[T, 3]`.
 * @returns `[H, W, 3]`: weights of the triangle's three corners in index order, summing to one; zero where nothing is
 *   seen. A pixel centre on a triangle's border may lie outside it by the rasteriser's snapping, 1/2048 pixel.
 */
export function rasterBarycentrics(
  raster: Raster,
  vertices: Float32Array | Float64Array,
  triangles: Uint32Array | Int32Array,
): Float32Array {
  const { width, height, triangleIds } = raster;
  const barycentrics = new Float32Array(width * height * 3);
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      const id = triangleIds[pixel];
      if (id < 0) continue;
      const a = triangles[id * 3] * 3;
      const b = triangles[id * 3 + 1] * 3;
      const c = triangles[id * 3 + 2] * 3;
      // Corners seen from the pixel centre, still times depth: their cross products are then the perspective-correct
      // weights, and stay finite for a corner behind the camera.
      const px = column + 0.5;
      const py = row + 0.5;
      const ax = vertices[a] - px * vertices[a + 2];
      const ay = vertices[a + 1] - py * vertices[a + 2];
      const bx = vertices[b] - px * vertices[b + 2];
      const by = vertices[b + 1] - py * vertices[b + 2];
      const cx = vertices[c] - px * vertices[c + 2];
      const cy = vertices[c + 1] - py * vertices[c + 2];
      const u = bx * cy - by * cx;
      const v = cx * ay - cy * ax;
      const w = ax * by - ay * bx;
      const scale = 1 / (u + v + w);
      barycentrics[pixel * 3] = u * scale;
      barycentrics[pixel * 3 + 1] = v * scale;
      barycentrics[pixel * 3 + 2] = w * scale;
    }
  }
  return barycentrics;
}
