import type { Runtime } from '../runtime/runtime.ts';
import type { ShapeModel } from '../shape/model.ts';
import { input } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';

/** A linear texture model, `color = mean + modes latent`, read where photo and model are compared. */
export interface SampleTexture {
  /** Length of the latent, K. */
  readonly count: number;
  /** Of the mean person at all vertices of the skin, sRGB in [0, 1], `[3 S]`. */
  readonly skin: Float32Array;
  /** The same at the samples, `[3 N]`. */
  readonly mean: Float32Array;
  /** `[3 N, K]`: everything of one sample lies together. */
  readonly modes: Float32Array;
}

const textures = new WeakMap<TextureModel, WeakMap<SurfaceSamples, Promise<SampleTexture>>>();

/** Texels across: about the spacing of the vertices, so that nothing is skipped between two of them. */
const RESOLUTION = 256;
/** Latents of one run of the graph, which bounds its memory. */
const BATCH = 32;

/**
 * Reads a linear texture model at the samples, once per model.
 *
 * @param texture A model whose texture is linear in the latent.
 */
export function sampleTexture(
  texture: TextureModel,
  samples: SurfaceSamples,
  model: ShapeModel,
  runtime: Runtime,
): Promise<SampleTexture> {
  const known = textures.get(texture) ?? new WeakMap<SurfaceSamples, Promise<SampleTexture>>();
  textures.set(texture, known);
  let found = known.get(samples);
  if (!found) {
    found = readSampleTexture(texture, samples, model, runtime);
    known.set(samples, found);
  }
  return found;
}

async function readSampleTexture(
  texture: TextureModel,
  { vertices }: SurfaceSamples,
  model: ShapeModel,
  runtime: Runtime,
): Promise<SampleTexture> {
  const count = texture.latentSize;
  const resolution =
    texture.resolutions.find((size) => size >= RESOLUTION) ?? texture.resolutions.at(-1) ?? RESOLUTION;
  const graph = await runtime.compile({
    textures: texture.synthesize(input('latents', [BATCH, count]), { resolution }),
  });
  const places = vertexPlaces(model, resolution);
  const skin = new Float32Array(3 * model.parts[0].vertexCount);
  const mean = new Float32Array(3 * vertices.length);
  const modes = new Float32Array(mean.length * count);
  try {
    // Row 0 is the mean person, row k + 1 the one with latent k.
    for (let first = 0; first <= count; first += BATCH) {
      const latents = new Float32Array(BATCH * count);
      for (let row = 0; row < BATCH; row++) {
        const mode = first + row - 1;
        if (mode >= 0 && mode < count) latents[row * count + mode] = 1;
      }
      const found = await graph.run({ latents });
      if (first === 0) {
        readVertices(found.textures, 0, resolution, places, skin);
        mean.forEach((_, i) => {
          mean[i] = skin[3 * vertices[Math.floor(i / 3)] + (i % 3)];
        });
      }
      const rows = Math.min(BATCH, count + 1 - first);
      readModes(found.textures, first, rows, resolution, places, vertices, { count, skin, mean, modes });
    }
  } finally {
    await graph.dispose();
  }
  return { count, skin, mean, modes };
}

/** Writes the modes that a batch of textures holds, at the samples. */
function readModes(
  textures: Float32Array,
  first: number,
  rows: number,
  size: number,
  places: Float32Array,
  vertices: Uint32Array,
  { count, mean, modes }: SampleTexture,
): void {
  const plane = size * size;
  for (let n = 0; n < vertices.length; n++) {
    const x = places[2 * vertices[n]];
    const y = places[2 * vertices[n] + 1];
    const left = Math.floor(x);
    const top = Math.floor(y);
    const s = x - left;
    const t = y - top;
    for (let c = 0; c < 3; c++) {
      const i = 3 * n + c;
      for (let row = first === 0 ? 1 : 0; row < rows; row++) {
        const at = (row * 3 + c) * plane + top * size + left;
        const upper = textures[at] + s * (textures[at + 1] - textures[at]);
        const lower = textures[at + size] + s * (textures[at + size + 1] - textures[at + size]);
        modes[i * count + first + row - 1] = Math.fround(0.5 + 0.5 * (upper + t * (lower - upper))) - mean[i];
      }
    }
  }
}

/** Where the skin's vertices lie in textures of a size, in texels from the middle of the first, `[S, 2]`. */
function vertexPlaces(model: ShapeModel, size: number): Float32Array {
  const { uv, triangles, uvTriangles, vertexCount } = model.parts[0];
  const places = new Float32Array(2 * vertexCount);
  for (let i = 0; i < triangles.length; i++) {
    for (let axis = 0; axis < 2; axis++) {
      const place = uv[2 * uvTriangles[i] + axis] * size - 0.5;
      places[2 * triangles[i] + axis] = Math.min(Math.max(place, 0), size - 1.001);
    }
  }
  return places;
}

function readVertices(
  textures: Float32Array,
  row: number,
  size: number,
  places: Float32Array,
  out: Float32Array,
): void {
  for (let v = 0; v < places.length / 2; v++) {
    const x = places[2 * v];
    const y = places[2 * v + 1];
    const left = Math.floor(x);
    const top = Math.floor(y);
    const s = x - left;
    const t = y - top;
    for (let c = 0; c < 3; c++) {
      const at = ((row * 3 + c) * size + top) * size + left;
      const upper = textures[at] + s * (textures[at + 1] - textures[at]);
      const lower = textures[at + size] + s * (textures[at + size + 1] - textures[at + size]);
      out[3 * v + c] = 0.5 + 0.5 * (upper + t * (lower - upper));
    }
  }
}

/** Looks textures `[N, 3, R, R]` in [-1, 1] up at the vertices: `[3 S]` in [0, 1]. */
export function vertexSampler(model: ShapeModel, size: number) {
  const places = vertexPlaces(model, size);
  return (textures: Float32Array, row: number, out: Float32Array): void =>
    readVertices(textures, row, size, places, out);
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

const collected = new WeakMap<ShapeModel, Map<number, SurfaceSamples>>();

/**
 * Collects the samples of a model, once: vertices of the region `face`, evenly thinned out.
 *
 * @param most Samples at most. Default 5000.
 */
export function surfaceSamples(model: ShapeModel, most = 5000): SurfaceSamples {
  const known = collected.get(model) ?? new Map<number, SurfaceSamples>();
  collected.set(model, known);
  let samples = known.get(most);
  if (!samples) {
    samples = collect(model, most);
    known.set(most, samples);
  }
  return samples;
}

function collect(model: ShapeModel, most: number): SurfaceSamples {
  const skin = model.parts[0];
  const face = model.regions['face'];
  const inside = Array.from({ length: skin.vertexCount }, (_, v) => v).filter((v) => face[v] > 100);
  const stride = Math.max(1, inside.length / most);
  const vertices = Uint32Array.from(
    { length: Math.floor(inside.length / stride) },
    (_, i) => inside[Math.floor(i * stride)],
  );
  const modeCount = model.identity.count + model.expression.count;
  const modes = new Float32Array(vertices.length * modeCount * 3);
  const normals = new Float32Array(modes.length);

  const { mean, vertexCount } = model;
  const triangles = trianglesOf(skin.triangles, vertices, skin.vertexCount);
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
      const x = areas[3 * v];
      const y = areas[3 * v + 1];
      const z = areas[3 * v + 2];
      const squared = x * x + y * y + z * z + 1e-12;
      const dx = change[3 * v];
      const dy = change[3 * v + 1];
      const dz = change[3 * v + 2];
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

/** The triangles with a corner among some vertices, `[T', 3]`. */
function trianglesOf(triangles: Uint32Array, vertices: Uint32Array, vertexCount: number): Uint32Array {
  const wanted = new Uint8Array(vertexCount);
  for (const v of vertices) wanted[v] = 1;
  const found: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t];
    const b = triangles[t + 1];
    const c = triangles[t + 2];
    if (wanted[a] || wanted[b] || wanted[c]) found.push(a, b, c);
  }
  return Uint32Array.from(found);
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
    const a = 3 * triangles[t];
    const b = 3 * triangles[t + 1];
    const c = 3 * triangles[t + 2];
    const ux = mean[b] - mean[a];
    const uy = mean[b + 1] - mean[a + 1];
    const uz = mean[b + 2] - mean[a + 2];
    const vx = mean[c] - mean[a];
    const vy = mean[c + 1] - mean[a + 1];
    const vz = mean[c + 2] - mean[a + 2];
    const px = mode[b] - mode[a];
    const py = mode[b + 1] - mode[a + 1];
    const pz = mode[b + 2] - mode[a + 2];
    const qx = mode[c] - mode[a];
    const qy = mode[c + 1] - mode[a + 1];
    const qz = mode[c + 2] - mode[a + 2];
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
