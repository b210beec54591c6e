/**
 * What one differentiable picture of a head costs: the traced renderer's forward pass, its gradient by vertices, camera,
 * light and texture, and the visible triangles found between two steps.
 *
 *   npm run bench -- render
 */
import { rasterize } from '../packages/core/src/mesh/rasterize.ts';
import { inputSilhouettes, silhouetteFeeds } from '../packages/core/src/render/antialias.ts';
import { projectVertices } from '../packages/core/src/render/camera.ts';
import {
  findSilhouettes,
  silhouetteCapacity,
  triangleNeighbors,
} from '../packages/core/src/render/silhouette.ts';
import { syntheticScene } from '../packages/core/src/render/synthetic-scene.ts';
import { cameraVector, traceCamera, windowVector } from '../packages/core/src/render/trace-camera.ts';
import { traceRender } from '../packages/core/src/render/trace-render.ts';
import { wholeViewport } from '../packages/core/src/render/viewport.ts';
import {
  constant,
  gradients,
  input,
  mean,
  slice,
  square,
  type Tensor,
} from '../packages/core/src/tensor/index.ts';
import { nodeRuntime } from '../packages/ganfit/src/runtime.ts';
import { bestOf } from './timing.ts';

const runtime = nodeRuntime({ threads: 2 });
const TEXELS = 512;

for (const size of [224, 256]) {
  const { head, camera, phong, texture } = syntheticScene(size, 94, TEXELS);
  const capacity = silhouetteCapacity(size, size);
  const neighbors = triangleNeighbors(head.triangles);
  const see = () => {
    const projected = projectVertices(camera, head.vertices);
    const raster = rasterize(projected, head.triangles, size, size);
    return { raster, pairs: findSilhouettes(raster, projected, head.triangles, neighbors, capacity) };
  };

  const parameters = {
    vertices: input('vertices', [head.vertices.length / 3, 3]),
    camera: input('camera', [8]),
    light: input('light', [9]),
    texture: input('texture', [3, TEXELS, TEXELS]),
  };
  const part = (first: number): Tensor => slice(parameters.light, [first], [first + 3]);
  const scene = {
    vertices: parameters.vertices,
    triangles: head.triangles,
    camera: traceCamera(parameters.camera, constant(windowVector(camera, wholeViewport(camera)), [3])),
    light: { kind: 'phong', ambient: part(0), color: part(3), position: part(6) },
    width: size,
    height: size,
    triangleIds: input('ids', [size * size], 'int32'),
  } as const;
  const plain = { ...scene, albedo: { kind: 'uniform', color: constant([0.7, 0.6, 0.5], [3]) } } as const;
  const textured = {
    ...scene,
    albedo: {
      kind: 'pixel',
      texture: parameters.texture,
      encoding: 'srgb',
      uv: head.uv,
      uvTriangles: head.uvTriangles,
    },
  } as const;
  const silhouettes = inputSilhouettes('pairs', capacity);
  // Each line adds to the one above it.
  const losses = {
    'where points lie': mean(square(traceRender(plain).depth)),
    'normals, shading': mean(square(traceRender(plain).image)),
    texture: mean(square(traceRender(textured).image)),
    silhouettes: mean(square(traceRender({ ...textured, silhouettes }).image)),
  };

  const { raster, pairs } = see();
  const feeds = {
    vertices: head.vertices,
    camera: cameraVector(camera),
    light: Float32Array.of(...phong.ambient, ...phong.color, ...phong.position),
    texture,
    ids: raster.triangleIds,
    ...silhouetteFeeds('pairs', pairs),
  };
  const jobs: Record<string, () => Promise<unknown>> = { visible: async () => see() };
  const graphs: { dispose(): Promise<void> }[] = [];
  for (const [name, loss] of Object.entries(losses)) {
    const wanted = Object.values(parameters);
    const forward = await runtime.compile({ loss });
    // Sums instead of the gradients themselves, which a fit uses inside the graph.
    const slopes = gradients(loss, wanted).map((slope) => mean(square(slope)));
    const both = await runtime.compile({
      loss,
      ...Object.fromEntries(slopes.map((slope, i) => [`slope${i}`, slope])),
    });
    graphs.push(forward, both);
    jobs[`${name} forward`] = () => forward.run(feeds);
    jobs[`${name} both`] = () => both.run(feeds);
  }
  const best = await bestOf(jobs, 25);
  console.log(`${head.vertices.length / 3} vertices, ${size} x ${size}, texture ${TEXELS} x ${TEXELS}`);
  console.log(
    '                         forward   with gradient   ratio      wall ms, each line with all above it',
  );
  for (const name of Object.keys(losses)) {
    const [forward, both] = [best[`${name} forward`].wall, best[`${name} both`].wall];
    console.log(
      `  ${name.padEnd(20)}${forward.toFixed(1).padStart(10)}${both.toFixed(1).padStart(16)}${(both / forward).toFixed(2).padStart(8)}`,
    );
  }
  const whole = best['silhouettes both'].wall;
  console.log(
    `  finding what is visible ${best['visible'].wall.toFixed(1)} ms, ${Math.round((100 * best['visible'].wall) / whole)} % of a step's render`,
  );
  for (const graph of graphs) await graph.dispose();
}
