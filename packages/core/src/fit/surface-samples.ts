import type { Runtime } from '../runtime/runtime.ts';
import type { ShapeModel } from '../shape/model.ts';
import { input } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';

/** A linear texture model read at the skin's vertices: `color = mean + modes' latent`. */
export interface VertexTexture {
  /** Length of the latent, K. */
  readonly count: number;
  /** sRGB in [0, 1], `[3 S]`. */
  readonly mean: Float32Array;
  /** `[K, 3 S]`. */
  readonly modes: Float32Array;
}

const textures = new WeakMap<TextureModel, Promise<VertexTexture>>();

/** Texels across: about the spacing of the vertices, so that nothing is skipped between two of them. */
const RESOLUTION = 256;
/** Latents of one run of the graph, which bounds its memory. */
const BATCH = 32;

/**
 * Reads a linear texture model at the vertices, once per model.
 *
 * @param texture A model whose texture is linear in the latent.
 */
export function vertexTexture(
  texture: TextureModel,
  model: ShapeModel,
  runtime: Runtime,
): Promise<VertexTexture> {
  let found = textures.get(texture);
  if (!found) {
    found = readVertexTexture(texture, model, runtime);
    textures.set(texture, found);
  }
  return found;
}

async function readVertexTexture(
  texture: TextureModel,
  model: ShapeModel,
  runtime: Runtime,
): Promise<VertexTexture> {
  const count = texture.latentSize;
  const resolution = texture.resolutions.find((size) => size >= RESOLUTION) ?? texture.resolutions.at(-1);
  const graph = await runtime.compile({
    textures: texture.synthesize(input('latents', [BATCH, count]), { resolution }),
  });
  const sample = vertexSampler(model, resolution ?? RESOLUTION);
  const length = 3 * model.parts[0].vertexCount;
  const mean = new Float32Array(length);
  const modes = new Float32Array(count * length);
  try {
    // Row 0 is the mean person, row k + 1 the one with latent k.
    for (let first = 0; first <= count; first += BATCH) {
      const latents = new Float32Array(BATCH * count);
      for (let row = 0; row < BATCH; row++) {
        const mode = first + row - 1;
        if (mode >= 0 && mode < count) latents[row * count + mode] = 1;
      }
      const found = await graph.run({ latents });
      for (let row = 0; row < BATCH && first + row <= count; row++) {
        const mode = first + row - 1;
        const out = mode < 0 ? mean : modes.subarray(mode * length, (mode + 1) * length);
        sample(found.textures, row, out);
      }
    }
  } finally {
    await graph.dispose();
  }
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < length; i++) modes[k * length + i] -= mean[i];
  }
  return { count, mean, modes };
}

/** Looks textures `[N, 3, R, R]` in [-1, 1] up at the vertices: `[3 S]` in [0, 1]. */
export function vertexSampler(model: ShapeModel, size: number) {
  const { uv, triangles, uvTriangles, vertexCount } = model.parts[0];
  const places = new Float32Array(2 * vertexCount);
  triangles.forEach((vertex, i) => {
    places[2 * vertex] = uv[2 * uvTriangles[i]];
    places[2 * vertex + 1] = uv[2 * uvTriangles[i] + 1];
  });
  return (textures: Float32Array, row: number, out: Float32Array): void => {
    const clamp = (x: number) => Math.min(Math.max(x, 0), size - 1.001);
    for (let v = 0; v < vertexCount; v++) {
      const [x, y] = [clamp(places[2 * v] * size - 0.5), clamp(places[2 * v + 1] * size - 0.5)];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [s, t] = [x - left, y - top];
      for (let c = 0; c < 3; c++) {
        const at = ((row * 3 + c) * size + top) * size + left;
        const upper = textures[at] + s * (textures[at + 1] - textures[at]);
        const lower = textures[at + size] + s * (textures[at + size + 1] - textures[at + size]);
        out[3 * v + c] = 0.5 + 0.5 * (upper + t * (lower - upper));
      }
    }
  };
}

/** A linear texture model at the samples: everything of one sample lies together. */
export interface SampleTexture {
  readonly count: number;
  /** sRGB in [0, 1], `[3 N]`. */
  readonly mean: Float32Array;
  /** `[3 N, K]`. */
  readonly modes: Float32Array;
}

/** Picks the samples out of a texture at all vertices. */
export function sampleTexture({ vertices }: SurfaceSamples, texture: VertexTexture): SampleTexture {
  const { count } = texture;
  const length = texture.mean.length;
  const mean = new Float32Array(3 * vertices.length);
  const modes = new Float32Array(mean.length * count);
  const places = Uint32Array.from(mean, (_, i) => 3 * vertices[Math.floor(i / 3)] + (i % 3));
  places.forEach((place, i) => {
    mean[i] = texture.mean[place];
  });
  for (let k = 0; k < count; k++) {
    const mode = texture.modes.subarray(k * length, (k + 1) * length);
    for (let i = 0; i < places.length; i++) modes[i * count + k] = mode[places[i]];
  }
  return { count, mean, modes };
}

/** The vertices at which photo and model are compared, with their own small copy of the shape's bases. */
export interface SurfaceSamples {
  /** Vertices, `[N]`. */
  readonly vertices: Uint32Array;
  /** ns + ne. */
  readonly modeCount: number;
  /** What each coefficient does to each sample, identity first, `[N, ns + ne, 3]`, millimetres. */
  readonly modes: Float32Array;
  /** And to its unit normal, on the mean shape, `[N, ns + ne, 3]`. */
  readonly normals: Float32Array;
}

const collected = new WeakMap<ShapeModel, SurfaceSamples>();

/** Samples at most. */
const LIMIT = 5000;

/** Collects the samples of a model, once: vertices of the region `face`, evenly thinned out. */
export function surfaceSamples(model: ShapeModel): SurfaceSamples {
  let samples = collected.get(model);
  if (!samples) {
    samples = collect(model);
    collected.set(model, samples);
  }
  return samples;
}

function collect(model: ShapeModel): SurfaceSamples {
  const skin = model.parts[0];
  const face = model.regions['face'];
  const inside = Array.from({ length: skin.vertexCount }, (_, v) => v).filter((v) => face[v] > 100);
  const stride = Math.max(1, inside.length / LIMIT);
  const vertices = Uint32Array.from(
    { length: Math.floor(inside.length / stride) },
    (_, i) => inside[Math.floor(i * stride)],
  );
  const modeCount = model.identity.count + model.expression.count;
  const modes = new Float32Array(vertices.length * modeCount * 3);
  const normals = new Float32Array(modes.length);

  const { mean, vertexCount } = model;
  const triangles = skin.triangles.filter((_, i) => {
    const first = i - (i % 3);
    return [0, 1, 2].some((k) => face[skin.triangles[first + k]] > 0);
  });
  const areas = new Float32Array(3 * skin.vertexCount);
  addNormals(mean, mean, triangles, areas, 0.5);
  const change = new Float32Array(areas.length);
  for (let k = 0; k < modeCount; k++) {
    const own = k < model.identity.count;
    const start = (own ? k : k - model.identity.count) * 3 * vertexCount;
    const mode = (own ? model.identity : model.expression).data.subarray(start, start + 3 * vertexCount);
    change.fill(0);
    addNormals(mean, mode, triangles, change, 1);
    vertices.forEach((v, n) => {
      const [x, y, z] = [areas[3 * v], areas[3 * v + 1], areas[3 * v + 2]];
      const squared = x * x + y * y + z * z + 1e-12;
      const [dx, dy, dz] = [change[3 * v], change[3 * v + 1], change[3 * v + 2]];
      const along = (x * dx + y * dy + z * dz) / squared;
      const length = Math.sqrt(squared);
      const at = (n * modeCount + k) * 3;
      normals[at] = (dx - along * x) / length;
      normals[at + 1] = (dy - along * y) / length;
      normals[at + 2] = (dz - along * z) / length;
      for (let axis = 0; axis < 3; axis++) modes[at + axis] = mode[3 * v + axis];
    });
  }
  return { vertices, modeCount, modes, normals };
}

/** Adds `factor (e1 x d2 + d1 x e2)` of every triangle to its corners: the change of its area normal with its edges. */
function addNormals(
  mean: Float32Array,
  mode: Float32Array,
  triangles: Uint32Array,
  out: Float32Array,
  factor: number,
): void {
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = [mean[b] - mean[a], mean[b + 1] - mean[a + 1], mean[b + 2] - mean[a + 2]];
    const [vx, vy, vz] = [mean[c] - mean[a], mean[c + 1] - mean[a + 1], mean[c + 2] - mean[a + 2]];
    const [px, py, pz] = [mode[b] - mode[a], mode[b + 1] - mode[a + 1], mode[b + 2] - mode[a + 2]];
    const [qx, qy, qz] = [mode[c] - mode[a], mode[c + 1] - mode[a + 1], mode[c + 2] - mode[a + 2]];
    const x = factor * (uy * qz - uz * qy + py * vz - pz * vy);
    const y = factor * (uz * qx - ux * qz + pz * vx - px * vz);
    const z = factor * (ux * qy - uy * qx + px * vy - py * vx);
    out[a] += x;
    out[a + 1] += y;
    out[a + 2] += z;
    out[b] += x;
    out[b + 1] += y;
    out[b + 2] += z;
    out[c] += x;
    out[c + 1] += y;
    out[c + 2] += z;
  }
}
