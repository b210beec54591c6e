import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { expectGolden } from '../../../../test/golden.ts';
import type { Image } from '../image/image.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { rasterize } from '../mesh/rasterize.ts';
import { rasterBarycentrics } from '../mesh/rasterize-barycentrics.ts';
import { createRuntime } from '../runtime/index.ts';
import { constant, input } from '../tensor/index.ts';
import { inputSilhouettes, silhouetteFeeds } from './antialias.ts';
import { projectVertices } from './camera.ts';
import type { Light } from './light.ts';
import { renderPreview } from './preview.ts';
import { constantLight } from './shade.ts';
import { findSilhouettes, silhouetteCapacity, triangleNeighbors } from './silhouette.ts';
import { syntheticScene } from './synthetic-scene.ts';
import { traceVertexColors } from './texture-lookup.ts';
import { cameraVector, traceCamera, traceProjection, windowVector } from './trace-camera.ts';
import {
  type TracedAlbedo,
  type TracedScene,
  traceRender,
  traceTriangleMask,
  traceVertexNormals,
} from './trace-render.ts';
import { wholeViewport } from './viewport.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 2 });
const SIZE = 96;
const { head, camera, phong, harmonics, texture, texels } = syntheticScene(SIZE, 40);
const TEXTURE = constant(texture, [3, texels, texels]);
const CLAY: TracedAlbedo = { kind: 'uniform', color: constant([0.5, 0.4, 0.3], [3]) };

/** Renders the head in one run. */
async function render(light: Light, albedo: TracedAlbedo, options: Partial<TracedScene> = {}) {
  const projected = projectVertices(camera, head.vertices);
  const raster = rasterize(projected, head.triangles, SIZE, SIZE);
  const capacity = silhouetteCapacity(SIZE, SIZE);
  const pairs = findSilhouettes(
    raster,
    projected,
    head.triangles,
    triangleNeighbors(head.triangles),
    capacity,
  );

  const vertices = input('vertices', [head.vertices.length / 3, 3]);
  const traced = traceCamera(
    constant(cameraVector(camera), [8]),
    constant(windowVector(camera, wholeViewport(camera)), [3]),
  );
  const triangleIds = input('ids', [SIZE * SIZE], 'int32');
  const picture = traceRender({
    vertices,
    triangles: head.triangles,
    camera: traced,
    light: constantLight(light),
    albedo,
    width: SIZE,
    height: SIZE,
    triangleIds,
    ...options,
  });
  const graph = await runtime.compile({
    ...picture,
    projected: traceProjection(vertices, traced),
    vertexNormals: traceVertexNormals(vertices, head.triangles),
    upper: traceTriangleMask(
      triangleIds,
      Float32Array.from({ length: head.triangles.length / 3 }, (_, t) =>
        t < head.triangles.length / 6 ? 1 : 0,
      ),
      { width: SIZE, height: SIZE },
    ),
  });
  const feeds = { vertices: head.vertices, ids: raster.triangleIds, ...silhouetteFeeds('pairs', pairs) };
  const result = await graph.run(feeds);
  await graph.dispose();
  return { ...result, raster, pairs, plain: projected };
}

/** Planes `[3, H, W]` in [0, 1] as a picture. */
function pictureOf(planes: Float32Array): Image {
  const data = Uint8ClampedArray.from(planes, (_, i) =>
    Math.round(255 * planes[(i % 3) * SIZE * SIZE + Math.floor(i / 3)]),
  );
  return { width: SIZE, height: SIZE, channels: 3, data };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  return worst;
}

test.each([phong, harmonics])('the traced picture is the one of plain numbers: $kind', async (light) => {
  const result = await render(light, CLAY);
  expect(largestDifference(result.projected, result.plain)).toBeLessThan(0.05);
  const image = renderPreview([{ mesh: head, albedo: [0.5, 0.4, 0.3] }], {
    camera,
    light,
    supersample: 1,
    background: [0, 0, 0],
  });
  const plain = image.data.filter((_, i) => i % 4 < 3);
  expect(largestDifference(pictureOf(result.image).data, plain)).toBeLessThanOrEqual(2);
});

test('the recomputed barycentrics, depths, masks and normals are the rasteriser’s', async () => {
  const result = await render(phong, CLAY);
  const weights = rasterBarycentrics(result.raster, result.plain, head.triangles);
  const { triangleIds, inverseDepth } = result.raster;
  for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
    const seen = triangleIds[pixel] >= 0;
    expect(result.mask[pixel]).toBe(seen ? 1 : 0);
    expect(result.upper[pixel]).toBe(seen && triangleIds[pixel] < head.triangles.length / 6 ? 1 : 0);
    if (!seen) continue;
    expect(result.depth[pixel] * inverseDepth[pixel]).toBeCloseTo(1, 3);
    // Slivers at the rim are thinner than the precision of a pixel's place.
    const inner = Math.min(...[0, 1, 2].map((k) => weights[pixel * 3 + k])) > 0.01;
    for (let k = 0; inner && k < 3; k++) {
      expect(Math.abs(result.barycentrics[k * SIZE * SIZE + pixel] - weights[pixel * 3 + k])).toBeLessThan(
        5e-3,
      );
    }
    const normal = [0, 1, 2].map((k) => result.normals[k * SIZE * SIZE + pixel]);
    expect(Math.hypot(...normal)).toBeCloseTo(1, 4);
  }
  expect(largestDifference(result.vertexNormals, vertexNormals(head.vertices, head.triangles))).toBeLessThan(
    1e-4,
  );
});

test('a vertex without area around it has the normal zero, not not-a-number', async () => {
  const vertices = input('vertices', [4, 3]);
  const graph = await runtime.compile({
    normals: traceVertexNormals(vertices, Uint32Array.of(0, 1, 2, 3, 3, 2)),
  });
  const { normals } = await graph.run({ vertices: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 5, 5, 5) });
  await graph.dispose();
  expect([...normals].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([
    0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0,
  ]);
});

test('pixel and vertex texture paths agree on a smooth texture, whatever its encoding', async () => {
  const pixel = (encoding: 'linear' | 'srgb'): TracedAlbedo => ({
    kind: 'pixel',
    texture: TEXTURE,
    encoding,
    uv: head.uv,
    uvTriangles: head.uvTriangles,
  });
  const linear = await render(harmonics, pixel('linear'));
  await expectGolden(pictureOf(linear.image), 'traced-head-texture');
  // One coordinate per vertex; those on the seam have two, of which either shows the same colour.
  const uv = new Float32Array((head.vertices.length / 3) * 2);
  for (let i = 0; i < head.triangles.length; i++) {
    uv.set(head.uv.subarray(head.uvTriangles[i] * 2, head.uvTriangles[i] * 2 + 2), head.triangles[i] * 2);
  }
  const vertex = await render(harmonics, { kind: 'vertex', colors: traceVertexColors(TEXTURE, uv) });
  expect(largestDifference(linear.albedo, vertex.albedo)).toBeLessThan(0.02);
  const middle = (SIZE / 2) * SIZE + SIZE / 2;
  expect(linear.albedo[middle]).not.toBeCloseTo(linear.albedo[middle + 20], 1);

  const encoded = await render(harmonics, pixel('srgb'));
  for (const at of [middle, middle + 10, middle + SIZE * SIZE]) {
    const value = linear.albedo[at];
    expect(value).toBeGreaterThan(0.1);
    expect(encoded.albedo[at]).toBeCloseTo(((value + 0.055) / 1.055) ** 2.4, 4);
  }
});

test('silhouettes are smooth, nothing else changes, and the picture sits on its background', async () => {
  const ground = new Float32Array(3 * SIZE * SIZE).fill(0.6);
  const background = constant(ground, [3, SIZE, SIZE]);
  const jagged = await render(phong, CLAY, { background });
  const capacity = silhouetteCapacity(SIZE, SIZE);
  const smooth = await render(phong, CLAY, { background, silhouettes: inputSilhouettes('pairs', capacity) });
  await expectGolden(pictureOf(smooth.image), 'traced-head-silhouette');
  expect(smooth.pairs.count).toBeGreaterThan(150);
  expect(smooth.pairs.count).toBeLessThan(capacity);

  const reference = renderPreview([{ mesh: head, albedo: [0.5, 0.4, 0.3] }], { camera, supersample: 8 });
  const touched = new Set([...smooth.pairs.near, ...smooth.pairs.far].slice(0));
  let [before, after] = [0, 0];
  for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
    const truth = reference.data[pixel * 4 + 3] / 255;
    before += Math.abs(jagged.coverage[pixel] - truth);
    after += Math.abs(smooth.coverage[pixel] - truth);
    if (!touched.has(pixel)) expect(smooth.radiance[pixel]).toBe(jagged.radiance[pixel]);
    if (jagged.mask[pixel] === 0 && !touched.has(pixel)) expect(jagged.radiance[pixel]).toBeCloseTo(0.6, 6);
  }
  // Against the share of an eightfold finer picture the error of the coverage falls to less than a third.
  expect(after).toBeLessThan(before / 3);
});
