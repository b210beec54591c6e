import { linearToByte, srgbToLinear } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { rasterize } from '../mesh/rasterize.ts';
import { rasterBarycentrics } from '../mesh/rasterize-barycentrics.ts';
import { type Camera, projectVertices } from './camera.ts';
import { type Light, type PhongLight, plainShader, type Specular } from './light.ts';
import { type Viewport, wholeViewport } from './viewport.ts';

/** One mesh and what it looks like. */
export interface PreviewSurface {
  readonly mesh: Mesh;
  /** sRGB picture that `mesh.uv` points into. Without one the surface has the one colour `albedo`. */
  readonly texture?: Image;
  /** Linear RGB in [0, 1]; a light grey clay when absent. */
  readonly albedo?: readonly [number, number, number];
  /** Unit normals, `[V, 3]`; area-weighted ones of the mesh when absent. */
  readonly normals?: Float32Array;
  /** Its own shine instead of the options'. */
  readonly specular?: Specular;
  /** What it mirrors instead of the light's lamp, which spherical harmonics lack. */
  readonly lamp?: PhongLight;
}

/** What a preview shows, and how. */
export interface PreviewOptions {
  readonly camera: Camera;
  /** The window of the photo that is shown; the whole photo when absent. */
  readonly viewport?: Viewport;
  /** A lamp over the camera's shoulder when absent. */
  readonly light?: Light;
  readonly specular?: Specular;
  /** Samples per pixel and direction. Default 2. */
  readonly supersample?: number;
  /** Leaves out triangles seen from behind unless `none`. */
  readonly cull?: 'back' | 'none';
  /** Opaque sRGB bytes behind everything; transparent when absent. */
  readonly background?: readonly [number, number, number];
}

const LINEAR_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => srgbToLinear(byte / 255));

const CLAY: readonly [number, number, number] = [0.55, 0.55, 0.55];

/**
 * Draws meshes as one sees them, without gradients: for previews, contact sheets and tests.
 *
 * @returns RGBA, sRGB; alpha is the covered share of the pixel when no background is given.
 */
export function renderPreview(surfaces: Mesh | readonly PreviewSurface[], options: PreviewOptions): Image {
  const { camera, supersample = 2, cull = 'back' } = options;
  const list: readonly PreviewSurface[] = 'vertices' in surfaces ? [{ mesh: surfaces }] : surfaces;
  const viewport = options.viewport ?? wholeViewport(camera);
  const fine: Viewport = {
    ...viewport,
    scale: viewport.scale * supersample,
    width: viewport.width * supersample,
    height: viewport.height * supersample,
  };
  const light = options.light ?? shoulderLamp(camera);
  const count = fine.width * fine.height;
  const nearest = new Float32Array(count);
  const radiance = new Float32Array(count * 3);

  for (const {
    mesh,
    texture,
    albedo = CLAY,
    normals = vertexNormals(mesh.vertices, mesh.triangles),
    specular = options.specular,
    lamp,
  } of list) {
    const shade = plainShader(light, camera.position, specular);
    const mirror = lamp && plainShader(lamp, camera.position, specular);
    const mirrored = new Float64Array(6);
    const projected = projectVertices(camera, mesh.vertices, fine);
    const box = coveredBox(projected, fine);
    if (box.width === 0 || box.height === 0) continue;
    moveOrigin(projected, box);
    const raster = rasterize(projected, mesh.triangles, box.width, box.height, { cull });
    const barycentrics = rasterBarycentrics(raster, projected, mesh.triangles);
    const sample = texture && mesh.uv ? textureSampler(mesh, texture) : undefined;
    const [point, normal, received, color] = [3, 3, 6, 3].map((size) => new Float64Array(size));
    color.set(albedo);
    const weights = new Float32Array(3);
    for (let own = 0; own < box.width * box.height; own++) {
      const id = raster.triangleIds[own];
      if (id < 0) continue;
      const pixel = (box.y + Math.floor(own / box.width)) * fine.width + box.x + (own % box.width);
      if (raster.inverseDepth[own] <= nearest[pixel]) continue;
      nearest[pixel] = raster.inverseDepth[own];
      weights[0] = barycentrics[own * 3];
      weights[1] = barycentrics[own * 3 + 1];
      weights[2] = barycentrics[own * 3 + 2];
      blend(mesh.vertices, mesh.triangles, id, weights, point);
      blend(normals, mesh.triangles, id, weights, normal);
      const length = Math.sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]) || 1;
      // The inside of an open surface is lit like its outside.
      const sign = cull === 'none' && facesAway(point, normal, camera.position) ? -1 : 1;
      for (let c = 0; c < 3; c++) normal[c] *= sign / length;
      shade(point, normal, received);
      if (mirror) {
        mirror(point, normal, mirrored);
        for (let c = 3; c < 6; c++) received[c] = mirrored[c];
      }
      sample?.(id, weights, color);
      for (let c = 0; c < 3; c++) radiance[pixel * 3 + c] = color[c] * received[c] + received[3 + c];
    }
  }
  return develop(radiance, nearest, viewport, supersample, options.background);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The pixels that a mesh can cover: an eyeball needs no raster of the whole picture. */
function coveredBox(projected: Float32Array, { width, height }: Viewport): Box {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let i = 0; i < projected.length; i += 3) {
    const depth = projected[i + 2];
    // What lies behind the camera can reach anywhere.
    if (depth <= 0) return { x: 0, y: 0, width, height };
    const x = projected[i] / depth;
    const y = projected[i + 1] / depth;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const [x, y] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
  return {
    x,
    y,
    width: Math.max(0, Math.min(width, Math.ceil(right)) - x),
    height: Math.max(0, Math.min(height, Math.ceil(bottom)) - y),
  };
}

/** Homogeneous pixels, in place, as a picture counts them whose corner is that of the box. */
function moveOrigin(projected: Float32Array, { x, y }: Box): void {
  for (let i = 0; i < projected.length; i += 3) {
    projected[i] -= x * projected[i + 2];
    projected[i + 1] -= y * projected[i + 2];
  }
}

function shoulderLamp(camera: Camera): PhongLight {
  const [x, y, z] = camera.position;
  const distance = Math.hypot(x, y, z);
  return {
    kind: 'phong',
    ambient: [0.2, 0.2, 0.2],
    color: [0.9, 0.9, 0.9],
    position: [x - 0.5 * distance, y + 0.6 * distance, z],
  };
}

function blend(
  values: Float32Array,
  triangles: Uint32Array,
  id: number,
  weights: Float32Array,
  out: Float64Array,
): void {
  const a = triangles[id * 3] * 3;
  const b = triangles[id * 3 + 1] * 3;
  const c = triangles[id * 3 + 2] * 3;
  for (let k = 0; k < 3; k++) {
    out[k] = weights[0] * values[a + k] + weights[1] * values[b + k] + weights[2] * values[c + k];
  }
}

function facesAway(point: Float64Array, normal: Float64Array, eye: readonly number[]): boolean {
  return (
    normal[0] * (eye[0] - point[0]) + normal[1] * (eye[1] - point[1]) + normal[2] * (eye[2] - point[2]) < 0
  );
}

/** Reads the texture bilinearly, in linear light, at a point of a triangle; borders are repeated. */
function textureSampler(mesh: Mesh, texture: Image) {
  const { width, height, channels, data } = texture;
  const uv = mesh.uv ?? new Float32Array(0);
  const corners = mesh.uvTriangles ?? mesh.triangles;
  return (id: number, weights: Float32Array, out: Float64Array): void => {
    let x = -0.5;
    let y = -0.5;
    for (let k = 0; k < 3; k++) {
      const corner = corners[id * 3 + k] * 2;
      x += weights[k] * uv[corner] * width;
      y += weights[k] * uv[corner + 1] * height;
    }
    x = Math.min(Math.max(x, 0), width - 1);
    y = Math.min(Math.max(y, 0), height - 1);
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const fx = x - x0;
    const fy = y - y0;
    const right = x0 + 1 < width ? channels : 0;
    const down = y0 + 1 < height ? width * channels : 0;
    for (let c = 0; c < 3; c++) {
      const at = (y0 * width + x0) * channels + (channels === 1 ? 0 : c);
      const top = LINEAR_OF_BYTE[data[at]] * (1 - fx) + LINEAR_OF_BYTE[data[at + right]] * fx;
      const low = LINEAR_OF_BYTE[data[at + down]] * (1 - fx) + LINEAR_OF_BYTE[data[at + down + right]] * fx;
      out[c] = top * (1 - fy) + low * fy;
    }
  };
}

/** Averages the samples of each pixel in linear light, lays them on the background and encodes them. */
function develop(
  radiance: Float32Array,
  nearest: Float32Array,
  viewport: Viewport,
  supersample: number,
  background?: readonly [number, number, number],
): Image {
  const { width, height } = viewport;
  const data = new Uint8ClampedArray(width * height * 4);
  const ground = background?.map((byte) => LINEAR_OF_BYTE[byte]);
  const sum = new Float64Array(3);
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      sum.fill(0);
      let covered = 0;
      for (let s = 0; s < supersample * supersample; s++) {
        const y = row * supersample + Math.floor(s / supersample);
        const sample = y * width * supersample + column * supersample + (s % supersample);
        if (nearest[sample] === 0) continue;
        covered++;
        // A highlight is clamped before averaging: its edge would otherwise stay as jagged as without supersampling.
        for (let c = 0; c < 3; c++) sum[c] += Math.min(1, radiance[sample * 3 + c]);
      }
      const alpha = covered / (supersample * supersample);
      for (let c = 0; c < 3; c++) {
        const mean = covered > 0 ? sum[c] / covered : 0;
        const linear = ground ? mean * alpha + ground[c] * (1 - alpha) : mean;
        data[pixel * 4 + c] = linearToByte(linear);
      }
      data[pixel * 4 + 3] = Math.round(255 * (ground ? 1 : alpha));
    }
  }
  return { width, height, channels: 4, data };
}
