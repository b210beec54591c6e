import { bytesToLinear } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { type SkinMask, skinAt } from '../networks/skin-mask.ts';
import { type Camera, projectVertices } from '../render/camera.ts';
import { HARMONIC_FACTORS } from '../render/light.ts';
import type { ShapeModel } from '../shape/model.ts';
import { diffuse } from '../texture/diffuse.ts';
import { type PhotoPyramid, photoPyramid, samplePyramid } from '../texture/photo-pyramid.ts';
import { type SurfaceGraph, surfaceGraph } from '../texture/surface-graph.ts';
import { visibility } from '../texture/visibility.ts';
import { mirrorVertices } from './mirror-vertices.ts';

/** Skin and light of one photo, as far as they can be told apart without a model of skin. */
export interface Appearance {
  /** Linear albedo per skin vertex, `[S, 3]`. */
  readonly albedo: Float32Array;
  /** Spherical harmonics, `[9, 3]`, close to white. */
  readonly light: Float32Array;
}

/** What does not change from one estimate to the next. */
export interface AppearanceKit {
  readonly model: ShapeModel;
  /** How far the photo shows skin at a place, 0 ... 1, pixels; all of it when absent. */
  readonly shown?: (x: number, y: number) => number;
  readonly pyramid: PhotoPyramid;
  readonly graph: SurfaceGraph;
  /** Mirror image of each skin vertex, `[S]`. */
  readonly mirror: Uint32Array;
}

/** Over this distance the albedo follows the photo; what varies more slowly may be light, millimetres. */
const DETAIL = 8;
/** Mean luminance of skin; the photo cannot tell a dark skin in bright light from a bright one in dim light. */
const SKIN_LUMINANCE = 0.35;
/** Brightness differences beyond this many deviations are no skin (Tukey's biweight). */
const OUTLIER = 3;

/**
 * Prepares the estimates of one photo.
 *
 * @param mask Where the photo shows skin; all of it when absent.
 */
export function appearanceKit(model: ShapeModel, photo: Image, mask?: SkinMask): AppearanceKit {
  const skin = model.parts[0];
  let graph: SurfaceGraph | undefined;
  let mirror: Uint32Array | undefined;
  return {
    model,
    ...(mask && { shown: skinAt(mask) }),
    pyramid: photoPyramid(linearImage(photo)),
    // Where the skin has a model nobody asks for these two.
    get graph() {
      graph ??= surfaceGraph(model.mean, skin.triangles, skin.vertexCount);
      return graph;
    },
    get mirror() {
      mirror ??= mirrorVertices(model.mean, skin.vertexCount);
      return mirror;
    },
  };
}

/**
 * Estimates light and a smooth albedo from one photo and a posed head.
 *
 * The light is the second-order environment that explains the seen skin as if it had one albedo, found robustly, in closed
 * form. The albedo is what the photo shows divided by that light, averaged with the mirrored side and smoothed over the
 * surface; it stays free of shading as far as light and mirror can tell.
 *
 * @param vertices Posed head, `[V, 3]`, millimetres.
 */
export function estimateAppearance(kit: AppearanceKit, camera: Camera, vertices: Float32Array): Appearance {
  const { model, graph, mirror } = kit;
  const count = model.parts[0].vertexCount;
  const seen = observeSkin(kit, camera, vertices);
  const { trust, colors, basis } = seen;
  const { light, weights } = robustLight(basis, colors, trust, count);

  // Logarithms of color over shade: what is left is albedo.
  const values = new Float32Array(3 * count);
  const held = new Float32Array(count);
  for (let v = 0; v < count; v++) {
    for (let c = 0; c < 3; c++) {
      let shade = 0;
      for (let k = 0; k < 9; k++) shade += basis[9 * v + k] * light[3 * k + c];
      values[3 * v + c] = Math.log((colors[3 * v + c] + 0.01) / (Math.max(shade, 0.05) + 0.01));
    }
  }
  const merged = new Float32Array(3 * count);
  for (let v = 0; v < count; v++) {
    const m = mirror[v];
    const own = trust[v] * (0.05 + weights[v]);
    const other = trust[m] * (0.05 + weights[m]);
    held[v] = Math.max(own, other) / DETAIL ** 2;
    for (let c = 0; c < 3; c++) {
      const sum = own + other;
      merged[3 * v + c] = sum > 0 ? (own * values[3 * v + c] + other * values[3 * m + c]) / sum : 0;
    }
  }
  const smooth = diffuse(graph, { values: merged, weights: held.map((w) => w + 1e-5) }, 3);
  return settleScale(smooth, light, trust, count);
}

/** What a photo says about each skin vertex of a posed head. */
export interface SkinObservation {
  /** How much the vertex is seen as face, `[S]`. */
  readonly trust: Float32Array;
  /** Linear color, `[S, 3]`. */
  readonly colors: Float32Array;
  /** The nine polynomials of its normal, with the renderer's factors, `[S, 9]`. */
  readonly basis: Float64Array;
}

/**
 * Reads the photo at the vertices of a posed head.
 *
 * @param warp Writes how far beside its projection the photo shows a point, pixels.
 */
export function observeSkin(
  kit: AppearanceKit,
  camera: Camera,
  vertices: Float32Array,
  warp?: (x: number, y: number, out: Float32Array) => void,
): SkinObservation {
  const { model, pyramid } = kit;
  const skin = model.parts[0];
  const count = skin.vertexCount;
  const normals = vertexNormals(vertices.subarray(0, 3 * count), skin.triangles);
  return {
    trust: seenSkin(kit, camera, vertices, normals),
    colors: vertexColors(pyramid, camera, vertices, count, warp),
    basis: harmonicBasis(normals, count),
  };
}

/** White light on skin of usual brightness: of all splits of the product the likeliest one. */
function settleScale(
  smooth: Float32Array,
  light: Float64Array,
  trust: Float32Array,
  count: number,
): Appearance {
  const mean = [0, 0, 0];
  let total = 0;
  for (let v = 0; v < count; v++) {
    total += trust[v];
    for (let c = 0; c < 3; c++) mean[c] += trust[v] * Math.exp(smooth[3 * v + c]);
  }
  // The environment's mean color goes to the albedo, all but its brightness.
  const tone = [0, 1, 2].map((c) => (mean[c] / total) * light[c]);
  const luminance = 0.2126 * tone[0] + 0.7152 * tone[1] + 0.0722 * tone[2];
  const exposure = luminance / SKIN_LUMINANCE;
  const factor = [0, 1, 2].map((c) => light[c] / exposure);
  return {
    albedo: Float32Array.from({ length: 3 * count }, (_, i) =>
      Math.min(1, Math.exp(smooth[i]) * factor[i % 3]),
    ),
    light: Float32Array.from(light, (value, i) => value / factor[i % 3]),
  };
}

/**
 * How much each skin vertex is seen as face: in the region, facing the camera, hidden by nothing. `[S]`.
 *
 * @param normals Unit normals of the posed skin, `[3 S]`.
 */
export function seenSkin(
  { model, shown }: AppearanceKit,
  camera: Camera,
  vertices: Float32Array,
  normals: Float32Array,
): Float32Array {
  const skin = model.parts[0];
  const pixels = projectVertices(camera, vertices.subarray(0, 3 * skin.vertexCount));
  const seen = visibility(camera, vertices, skin.triangles);
  const face = model.regions['face'];
  const [eyeX, eyeY, eyeZ] = camera.position;
  return Float32Array.from({ length: skin.vertexCount }, (_, v) => {
    // Most of the head is no face.
    if (face[v] === 0) return 0;
    const wayX = eyeX - vertices[3 * v];
    const wayY = eyeY - vertices[3 * v + 1];
    const wayZ = eyeZ - vertices[3 * v + 2];
    const cosine =
      (wayX * normals[3 * v] + wayY * normals[3 * v + 1] + wayZ * normals[3 * v + 2]) /
      Math.sqrt(wayX * wayX + wayY * wayY + wayZ * wayZ);
    if (cosine < 0.2) return 0;
    const depth = pixels[3 * v + 2];
    const x = pixels[3 * v] / depth;
    const y = pixels[3 * v + 1] / depth;
    if (x < 1 || y < 1 || x > camera.width - 1 || y > camera.height - 1) return 0;
    const hidden = seen.share(x, y, depth, cosine);
    const skinShare = shown?.(x, y) ?? 1;
    return (face[v] / 255) * Math.min(1, (cosine - 0.2) / 0.3) * hidden * skinShare;
  });
}

/** Linear colors that the photo shows at the vertices, averaged over about their spacing. `[S, 3]`. */
function vertexColors(
  pyramid: PhotoPyramid,
  camera: Camera,
  vertices: Float32Array,
  count: number,
  warp?: (x: number, y: number, out: Float32Array) => void,
): Float32Array {
  const shift = new Float32Array(2);
  const pixels = projectVertices(camera, vertices.subarray(0, 3 * count));
  const colors = new Float32Array(3 * count);
  for (let v = 0; v < count; v++) {
    const depth = pixels[3 * v + 2];
    const level = Math.log2(Math.max(1, (2 * camera.focal) / depth));
    const x = pixels[3 * v] / depth;
    const y = pixels[3 * v + 1] / depth;
    warp?.(x, y, shift);
    samplePyramid(pyramid, x + shift[0], y + shift[1], level, colors, 3 * v);
  }
  return colors;
}

/** The nine polynomials of each normal, with the factors of the renderer. `[S, 9]`. */
function harmonicBasis(normals: Float32Array, count: number): Float64Array {
  const basis = new Float64Array(9 * count);
  for (let v = 0; v < count; v++) {
    const x = normals[3 * v];
    const y = normals[3 * v + 1];
    const z = normals[3 * v + 2];
    basis[9 * v] = HARMONIC_FACTORS[0];
    basis[9 * v + 1] = HARMONIC_FACTORS[1] * y;
    basis[9 * v + 2] = HARMONIC_FACTORS[2] * z;
    basis[9 * v + 3] = HARMONIC_FACTORS[3] * x;
    basis[9 * v + 4] = HARMONIC_FACTORS[4] * (x * y);
    basis[9 * v + 5] = HARMONIC_FACTORS[5] * (y * z);
    basis[9 * v + 6] = HARMONIC_FACTORS[6] * (3 * z * z - 1);
    basis[9 * v + 7] = HARMONIC_FACTORS[7] * (x * z);
    basis[9 * v + 8] = HARMONIC_FACTORS[8] * (x * x - y * y);
  }
  return basis;
}

/** Least squares of each channel with Tukey's weights; weak directions stay dark. Light `[9, 3]`, weights `[S]`. */
export function robustLight(
  basis: Float64Array,
  colors: Float32Array,
  trust: Float32Array,
  count: number,
  albedo?: Float32Array,
) {
  const light = new Float64Array(27);
  const weights = new Float32Array(count).fill(1);
  for (let round = 0; round < 6; round++) {
    const matrix = new Float64Array(81);
    const right = new Float64Array(27);
    let total = 0;
    for (let v = 0; v < count; v++) {
      const weight = trust[v] * weights[v];
      if (weight === 0) continue;
      total += weight;
      for (let i = 0; i < 9; i++) {
        const scaled = weight * basis[9 * v + i];
        for (let j = 0; j <= i; j++) matrix[9 * i + j] += scaled * basis[9 * v + j];
        for (let c = 0; c < 3; c++)
          right[9 * c + i] += (scaled * colors[3 * v + c]) / (albedo?.[3 * v + c] ?? 1);
      }
    }
    // Directions that the face does not show are held at zero; the even light is not.
    for (let i = 0; i < 9; i++) matrix[10 * i] += total * (i === 0 ? 1e-6 : 2e-3);
    choleskyFactor(matrix, 9);
    choleskySolve(matrix, 9, right, 3);
    for (let k = 0; k < 9; k++) for (let c = 0; c < 3; c++) light[3 * k + c] = right[9 * c + k];
    const errors = new Float32Array(count);
    for (let v = 0; v < count; v++) {
      if (trust[v] === 0) continue;
      for (let c = 0; c < 3; c++) {
        let shade = 0;
        for (let k = 0; k < 9; k++) shade += basis[9 * v + k] * light[3 * k + c];
        const expected = Math.max(shade, 0) * (albedo?.[3 * v + c] ?? 1);
        errors[v] += Math.abs(Math.log((colors[3 * v + c] + 0.02) / (expected + 0.02))) / 3;
      }
    }
    const sorted = errors.filter((_, v) => trust[v] > 0.3).sort();
    const deviation = 1.4826 * (sorted[sorted.length >> 1] ?? 1) + 1e-3;
    for (let v = 0; v < count; v++) {
      const r = errors[v] / (OUTLIER * deviation);
      weights[v] = r < 1 ? (1 - r * r) ** 2 : 0;
    }
  }
  return { light, weights };
}

function linearImage({ width, height, channels, data }: Image) {
  const linear = bytesToLinear(data);
  const rgb = new Float32Array(3 * width * height);
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = linear[Math.floor(i / 3) * channels + (channels === 1 ? 0 : i % 3)];
  }
  return { width, height, channels: 3, data: rgb };
}
