import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rasterize } from '../mesh/rasterize.ts';
import { randomStream } from '../random/index.ts';
import { createRuntime, type Graph } from '../runtime/index.ts';
import {
  add,
  constant,
  gradients,
  input,
  matmul,
  mul,
  reshape,
  slice,
  sum,
  type Tensor,
} from '../tensor/index.ts';
import { inputSilhouettes, silhouetteFeeds } from './antialias.ts';
import { cameraFromVector, cameraVector, projectVertices } from './index.ts';
import type { TracedLight } from './shade.ts';
import { findSilhouettes, silhouetteCapacity, triangleNeighbors } from './silhouette.ts';
import { syntheticScene } from './synthetic-scene.ts';
import { traceVertexColors } from './texture-lookup.ts';
import { traceCamera, windowVector } from './trace-camera.ts';
import { type TracedAlbedo, traceRender } from './trace-render.ts';
import { wholeViewport } from './viewport.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 2 });
const SIZE = 96;
const TEXELS = 32;
const { head, camera, phong, harmonics, texture } = syntheticScene(SIZE, 24, TEXELS);
const PIXELS = SIZE * SIZE;
const VERTICES = head.vertices.length / 3;
const CAPACITY = silhouetteCapacity(SIZE, SIZE);
const MODES = 3;

/** Smooth displacements of the head, millimetres, `[k, 3 V]`: identity-like ones all over, expression-like ones near the mouth. */
function modes(seed: number, local: boolean): Float32Array {
  const random = randomStream(seed);
  const basis = new Float32Array(MODES * 3 * VERTICES);
  for (let k = 0; k < MODES; k++) {
    const wave = Array.from({ length: 12 }, () => random.normal());
    for (let v = 0; v < VERTICES; v++) {
      const [x, y, z] = [0, 1, 2].map((c) => head.vertices[v * 3 + c] / 100);
      const weight = local ? Math.exp(-8 * (x * x + (y + 0.4) ** 2 + (z - 0.9) ** 2)) : 1;
      for (let c = 0; c < 3; c++) {
        const phase = wave[c] * x + wave[3 + c] * y + wave[6 + c] * z + wave[9 + c];
        basis[(k * VERTICES + v) * 3 + c] = 4 * weight * Math.sin(phase);
      }
    }
  }
  return basis;
}

/** All that carries gradients, with the size of a step that moves the picture by about a thousandth of a pixel or a hundredth of a level. */
const PARAMETERS: Record<string, { readonly value: Float32Array; readonly unit: Float32Array }> = {
  identity: { value: new Float32Array(MODES), unit: new Float32Array(MODES).fill(0.0003) },
  expression: { value: new Float32Array(MODES), unit: new Float32Array(MODES).fill(0.02) },
  camera: {
    value: cameraVector(camera),
    unit: Float32Array.of(0.003, 0.003, 0.01, 0.0015, 0.0015, 0.0015, 0.00001, 0.003),
  },
  phong: {
    value: Float32Array.of(...phong.ambient, ...phong.color, ...phong.position),
    unit: Float32Array.of(0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 1, 1, 1),
  },
  harmonics: { value: harmonics.coefficients, unit: new Float32Array(27).fill(0.02) },
  texture: { value: texture, unit: new Float32Array(texture.length).fill(0.01) },
};

const random = randomStream(11);
/** Smooth weights of pixels: the loss is the weighted mean of the picture. */
const WEIGHTS = Float32Array.from({ length: 3 * PIXELS }, (_, i) => {
  const [c, y, x] = [Math.floor(i / PIXELS), Math.floor(i / SIZE) % SIZE, i % SIZE];
  return (1 + Math.sin(0.11 * x + c) * Math.cos(0.07 * y - c)) / PIXELS;
});

function lightOf(kind: 'phong' | 'harmonics', vector: Tensor): TracedLight {
  if (kind === 'harmonics') return { kind, coefficients: reshape(vector, [9, 3]) };
  const part = (first: number): Tensor => slice(vector, [first], [first + 3]);
  return { kind, ambient: part(0), color: part(3), position: part(6) };
}

function albedoOf(path: 'pixel' | 'vertex', tensor: Tensor): TracedAlbedo {
  const texture = reshape(tensor, [3, TEXELS, TEXELS]);
  if (path === 'pixel') {
    return { kind: 'pixel', texture, encoding: 'srgb', uv: head.uv, uvTriangles: head.uvTriangles };
  }
  const uv = new Float32Array(VERTICES * 2);
  for (let i = 0; i < head.triangles.length; i++) {
    uv.set(head.uv.subarray(head.uvTriangles[i] * 2, head.uvTriangles[i] * 2 + 2), head.triangles[i] * 2);
  }
  return { kind: 'vertex', colors: traceVertexColors(texture, uv) };
}

const CASES = [
  { light: 'phong', path: 'pixel' },
  { light: 'harmonics', path: 'vertex' },
] as const;

function compile(light: 'phong' | 'harmonics', path: 'pixel' | 'vertex') {
  const names = ['identity', 'expression', 'camera', light, 'texture'];
  const inputs = Object.fromEntries(
    names.map((name) => [name, input(name, [PARAMETERS[name].value.length])]),
  );
  const displacement = add(
    matmul(reshape(inputs['identity'], [1, MODES]), constant(modes(1, false), [MODES, 3 * VERTICES])),
    matmul(reshape(inputs['expression'], [1, MODES]), constant(modes(2, true), [MODES, 3 * VERTICES])),
  );
  const picture = traceRender({
    vertices: add(constant(head.vertices, [VERTICES, 3]), reshape(displacement, [VERTICES, 3])),
    triangles: head.triangles,
    camera: traceCamera(inputs['camera'], constant(windowVector(camera, wholeViewport(camera)), [3])),
    light: lightOf(light, inputs[light]),
    albedo: albedoOf(path, inputs['texture']),
    width: SIZE,
    height: SIZE,
    triangleIds: input('ids', [PIXELS], 'int32'),
    silhouettes: inputSilhouettes('pairs', CAPACITY),
    background: constant(new Float32Array(3 * PIXELS).fill(0.05), [3, SIZE, SIZE]),
  });
  // Rows of pixels keep their own sums, which float64 adds up: one float32 would drown the differences below.
  const rows = sum(mul(picture.image, constant(WEIGHTS, [3, SIZE, SIZE])), [0, 2]);
  const slopes = gradients(
    sum(rows),
    names.map((name) => inputs[name]),
  );
  return runtime.compile({
    rows,
    ...Object.fromEntries(names.map((name, i) => [`slope.${name}`, slopes[i]])),
  } as Record<string, Tensor>);
}

const projected = projectVertices(cameraFromVector(PARAMETERS['camera'].value, camera), head.vertices);
const raster = rasterize(projected, head.triangles, SIZE, SIZE);
const pairs = findSilhouettes(raster, projected, head.triangles, triangleNeighbors(head.triangles), CAPACITY);
const VISIBILITY = { ids: raster.triangleIds, ...silhouetteFeeds('pairs', pairs) };

for (const { light, path } of CASES) {
  let graph: Graph<string>;
  beforeAll(async () => {
    graph = await compile(light, path);
  });
  afterAll(() => graph.dispose());

  async function run(changes: Record<string, Float32Array> = {}) {
    const values = Object.entries(PARAMETERS).map(([name, { value }]) => [name, changes[name] ?? value]);
    return graph.run({ ...Object.fromEntries(values), ...VISIBILITY });
  }
  const loss = async (changes: Record<string, Float32Array>): Promise<number> =>
    (await run(changes)).rows.reduce((total, row) => total + row, 0);

  test.each(['identity', 'expression', 'camera', light, 'texture'])(
    `the gradient by %s agrees with finite differences: ${light} light, ${path} texture path`,
    async (name) => {
      const { value, unit } = PARAMETERS[name];
      const slope = (await run())[`slope.${name}`];
      for (let trial = 0; trial < 3; trial++) {
        // A random direction that leans towards the gradient, so that the slope along it is not an accident near zero.
        const lean = Math.hypot(...slope.map((s, i) => s * unit[i])) / Math.sqrt(slope.length);
        const direction = unit.map((u, i) => u * (random.normal() + (slope[i] * u) / lean));
        const step = (sign: number) => ({ [name]: value.map((x, i) => x + sign * direction[i]) });
        const [above, below] = [step(1), step(-1)];
        const numeric = (await loss(above)) - (await loss(below));
        const traced = slope.reduce((total, s, i) => total + s * (above[name][i] - below[name][i]), 0);
        expect(Math.abs(numeric / traced - 1), `${numeric} for ${traced}`).toBeLessThan(1e-2);
      }
    },
  );
}
