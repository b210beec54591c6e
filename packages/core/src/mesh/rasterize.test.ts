import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { createRaster, rasterize } from './rasterize.ts';
import { rasterBarycentrics } from './rasterize-barycentrics.ts';

/** Random corners `[V, 3]` as (x w, y w, w) that cover a small picture and its surroundings. */
function scene(seed: number, triangleCount: number, size: number) {
  const random = randomStream(seed);
  const vertices = new Float32Array(triangleCount * 9);
  for (let i = 0; i < vertices.length; i += 3) {
    const w = 200 + 800 * random.uniform();
    vertices[i] = (random.uniform() * 1.6 - 0.3) * size * w;
    vertices[i + 1] = (random.uniform() * 1.6 - 0.3) * size * w;
    vertices[i + 2] = w;
  }
  return { vertices, triangles: Uint32Array.from({ length: triangleCount * 3 }, (_, i) => i) };
}

/** Signed distances (times length) of a pixel centre to the three edges and one over depth there, in float64. */
function probe(vertices: Float32Array, id: number, px: number, py: number) {
  const corner = [0, 1, 2].map((k) => {
    const i = (id * 3 + k) * 3;
    return { x: vertices[i] / vertices[i + 2], y: vertices[i + 1] / vertices[i + 2], q: 1 / vertices[i + 2] };
  });
  const edges = [0, 1, 2].map((k) => {
    const [a, b] = [corner[(k + 1) % 3], corner[(k + 2) % 3]];
    return (b.y - a.y) * (px - a.x) - (b.x - a.x) * (py - a.y);
  });
  const area = edges[0] + edges[1] + edges[2];
  const margin = Math.min(
    ...edges.map((e, k) => {
      const [a, b] = [corner[(k + 1) % 3], corner[(k + 2) % 3]];
      return e / Math.hypot(b.x - a.x, b.y - a.y);
    }),
  );
  const depth = edges.reduce((sum, e, k) => sum + (e / area) * corner[k].q, 0);
  return { area, margin, depth };
}

test('the same triangles are seen as by a brute-force float64 search', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 40 }), (seed, count) => {
      const size = 24;
      const { vertices, triangles } = scene(seed, count, size);
      const raster = rasterize(vertices, triangles, size, size);
      for (let pixel = 0; pixel < size * size; pixel++) {
        const [px, py] = [(pixel % size) + 0.5, Math.floor(pixel / size) + 0.5];
        let best = -1;
        let bestDepth = 0;
        let close = false;
        for (let id = 0; id < count; id++) {
          const { area, margin, depth } = probe(vertices, id, px, py);
          if (area <= 0) continue;
          // Corners are snapped to 1/1024 pixel, so that pixels within that of an edge may go either way.
          if (Math.abs(margin) < 2e-3) close = true;
          if (margin > 0 && depth > bestDepth) [best, bestDepth] = [id, depth];
        }
        if (close) continue;
        const seen = raster.triangleIds[pixel];
        if (seen !== best) {
          // A sliver's snapped corners tilt its plane a little: only a near tie in depth is excused.
          expect(seen).toBeGreaterThanOrEqual(0);
          expect(Math.abs(probe(vertices, seen, px, py).depth / bestDepth - 1)).toBeLessThan(2e-3);
        }
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('a jittered grid of triangles covers every pixel exactly once', () => {
  const size = 32;
  const random = randomStream(3);
  const cells = 20;
  const vertices = new Float32Array((cells + 1) ** 2 * 3);
  for (let i = 0; i <= cells; i++) {
    for (let j = 0; j <= cells; j++) {
      const inner = i > 0 && j > 0 && i < cells && j < cells;
      // Half the corners lie exactly on pixel centres, where the fill rule decides.
      const shift = () => (inner && random.uniform() < 0.5 ? random.uniform() - 0.5 : 0);
      const k = (i * (cells + 1) + j) * 3;
      const place = (n: number) =>
        inner ? Math.round((n / cells) * size) - 0.5 : (n / cells) * (size + 2) - 1;
      vertices[k] = place(j) + shift();
      vertices[k + 1] = place(i) + shift();
      vertices[k + 2] = 1;
    }
  }
  const counts = new Int32Array(size * size);
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const a = i * (cells + 1) + j;
      for (const triangle of [
        [a, a + cells + 1, a + 1],
        [a + 1, a + cells + 1, a + cells + 2],
      ]) {
        const raster = rasterize(vertices, Uint32Array.from(triangle), size, size, { cull: 'none' });
        for (let p = 0; p < counts.length; p++) if (raster.triangleIds[p] === 0) counts[p]++;
      }
    }
  }
  expect(new Set(counts)).toEqual(new Set([1]));
});

test('triangles seen from behind are left out unless both sides are asked for', () => {
  const vertices = Float32Array.of(0, 0, 1, 8, 0, 1, 0, 8, 1);
  const [front, back] = [Uint32Array.of(0, 2, 1), Uint32Array.of(0, 1, 2)];
  const seen = (triangles: Uint32Array, cull: 'back' | 'none') =>
    rasterize(vertices, triangles, 8, 8, { cull }).triangleIds.filter((id) => id === 0).length;
  expect(seen(front, 'back')).toBe(28);
  expect(seen(back, 'back')).toBe(0);
  expect(seen(back, 'none')).toBe(28);
});

test('barycentrics are perspective-correct: they find the point of the triangle that projects to the pixel', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const size = 16;
      const { vertices, triangles } = scene(seed, 6, size);
      const raster = rasterize(vertices, triangles, size, size);
      const barycentrics = rasterBarycentrics(raster, vertices, triangles);
      for (let pixel = 0; pixel < size * size; pixel++) {
        const weights = barycentrics.subarray(pixel * 3, pixel * 3 + 3);
        const id = raster.triangleIds[pixel];
        if (id < 0) {
          expect([...weights]).toEqual([0, 0, 0]);
          continue;
        }
        const point = [0, 0, 0];
        for (let k = 0; k < 3; k++) {
          for (let c = 0; c < 3; c++) point[c] += weights[k] * vertices[(id * 3 + k) * 3 + c];
        }
        expect(point[0] / point[2]).toBeCloseTo((pixel % size) + 0.5, 3);
        expect(point[1] / point[2]).toBeCloseTo(Math.floor(pixel / size) + 0.5, 3);
        expect(weights[0] + weights[1] + weights[2]).toBeCloseTo(1, 5);
        expect(Math.min(...weights)).toBeGreaterThan(-0.05);
      }
    }),
    { numRuns: 40, seed: 2 },
  );
});

test('a triangle that passes through the camera is cut, not turned inside out', () => {
  // A floor 110 mm below the eye, from 500 mm behind the camera to 2,000 mm before it, in a picture of focal 50.
  const at = (x: number, y: number, depth: number) => [50 * x + 32.5 * depth, 50 * y + 32 * depth, depth];
  const vertices = Float32Array.from([at(-5000, 110, -500), at(5000, 110, -500), at(0, 110, 2000)].flat());
  const raster = rasterize(vertices, Uint32Array.of(0, 1, 2), 64, 64);
  const horizon = 32 + (50 * 110) / 2000;
  for (let row = 0; row < 64; row++) {
    expect(raster.triangleIds[row * 64 + 32], `row ${row}`).toBe(row + 0.5 < horizon ? -1 : 0);
  }
  const depth = 1 / raster.inverseDepth[60 * 64 + 32];
  expect(depth).toBeCloseTo((50 * 110) / (60.5 - 32), 1);
  const weights = rasterBarycentrics(raster, vertices, Uint32Array.of(0, 1, 2)).subarray((60 * 64 + 32) * 3);
  expect(-500 * (weights[0] + weights[1]) + 2000 * weights[2]).toBeCloseTo(depth, 1);
});

test('buffers are reused and cleared', () => {
  const reuse = createRaster(8, 8);
  const vertices = Float32Array.of(0, 0, 1, 0, 8, 1, 8, 0, 1);
  expect(rasterize(vertices, Uint32Array.of(0, 1, 2), 8, 8, { reuse })).toBe(reuse);
  expect(reuse.triangleIds).toContain(0);
  rasterize(vertices, new Uint32Array(0), 8, 8, { reuse });
  expect(new Set(reuse.triangleIds)).toEqual(new Set([-1]));
  expect(new Set(reuse.inverseDepth)).toEqual(new Set([0]));
});
