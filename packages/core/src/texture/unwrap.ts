import { assert } from '../error.ts';
import { bytesToLinear } from '../image/color.ts';
import type { FloatImage, Image } from '../image/image.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { type Camera, projectVertices } from '../render/camera.ts';
import type { ShapeModel, ShapePart } from '../shape/model.ts';
import { smoothstep } from './face-area.ts';
import { jawMask } from './jaw-mask.ts';
import { type LandmarkPairs, landmarkWarp } from './landmark-warp.ts';
import { photoPyramid, samplePyramid } from './photo-pyramid.ts';
import { skinSurface } from './skin-surface.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';
import { visibility } from './visibility.ts';

/** What one photo shows of the skin, laid out in UV. */
export interface UnwrappedTexture {
  /** S, texels across and down. */
  readonly size: number;
  /** Linear RGB with the photo's light still in it, `[S, S, 3]`; zero where `confidence` is. */
  readonly color: Float32Array;
  /** 0 not seen … 1 seen well, `[S, S]`. */
  readonly confidence: Float32Array;
}

/** How to unwrap. */
export interface UnwrapOptions {
  /** Texels across and down, a power of two. Default 1024. */
  readonly size?: number;
  /**
   * The 68 landmarks of the fit and of the photo: the photo is bent by the small residuals of the inner ones, and the
   * jaw line of the photo bounds the face.
   */
  readonly landmarks?: LandmarkPairs;
  /** How far the photo shows skin at a place, 0 … 1, pixels: teeth and eyes that the fit lays on lips and lids are left out. */
  readonly trust?: (x: number, y: number) => number;
}

/**
 * Lays the face of a photo out in the skin's UV.
 *
 * Every texel's surface point is projected into the photo and looked up at the scale of the texel. The confidence falls
 * where the surface turns away, is hidden by another part of the head, leaves the photo, or leaves the `face` region of
 * the model (hair and background begin there; inside of mouth, nostrils and eyes are not skin).
 *
 * @param photo sRGB bytes of 1, 3 or 4 channels; alpha is ignored.
 * @param camera Of the photo.
 * @param vertices The fitted head with the photo's expression, `[V, 3]`, millimetres.
 * @param model Gives the skin's triangles, UV and regions.
 */
export function unwrap(
  photo: Image,
  camera: Camera,
  vertices: Float32Array,
  model: ShapeModel,
  options: UnwrapOptions = {},
): UnwrappedTexture {
  const { size = 1024, landmarks, trust: trustPhoto } = options;
  assert(
    !landmarks || (landmarks.projected.length === 136 && landmarks.detected.length === 136),
    'unwrap: all 68 landmarks are needed',
  );
  const skin = model.parts[0];
  const map = mapTexels(skin, size);
  const pyramid = photoPyramid(linearPhoto(photo));
  const seen = visibility(camera, vertices, allTriangles(model));
  const skinVertices = vertices.subarray(0, 3 * skin.vertexCount);
  const pixels = projectVertices(camera, skinVertices);
  const places = texelsFromVertices(map, skin.triangles, pixels, 3);
  const shifts = texelsFromVertices(map, skin.triangles, photoShifts(pixels, landmarks), 2);
  const cosines = texelsFromVertices(map, skin.triangles, facing(camera, skinVertices, skin.triangles), 1);
  const bounds = withinJaw(skinSurface(model).area.weights, pixels, landmarks);
  const area = texelsFromVertices(map, skin.triangles, bounds, 1);
  const levels = sampleLevels(skin, pixels, size);

  const color = new Float32Array(3 * size * size);
  const confidence = new Float32Array(size * size);
  for (let n = 0; n < map.count; n++) {
    const depth = places[3 * n + 2];
    const x = places[3 * n] / depth;
    const y = places[3 * n + 1] / depth;
    const inside = Math.min(x, y, camera.width - x, camera.height - y);
    let trust = area[n] * smoothstep(0.14, 0.42, cosines[n]) * smoothstep(0, 4, inside);
    if (trust > 0) trust *= smoothstep(0.45, 0.95, seen.share(x, y, depth, cosines[n]));
    const shownX = x + shifts[2 * n];
    const shownY = y + shifts[2 * n + 1];
    if (trust > 0 && trustPhoto) trust *= trustPhoto(shownX, shownY);
    if (trust <= 0) continue;
    const texel = map.texels[n];
    confidence[texel] = trust;
    samplePyramid(pyramid, shownX, shownY, levels[map.triangles[n]], color, 3 * texel);
  }
  return { size, color, confidence };
}

function linearPhoto({ width, height, channels, data }: Image): FloatImage {
  const linear = bytesToLinear(data);
  if (channels === 3) return { width, height, channels, data: linear };
  const rgb = new Float32Array(3 * width * height);
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = linear[Math.floor(i / 3) * channels + (channels === 1 ? 0 : i % 3)];
  }
  return { width, height, channels: 3, data: rgb };
}

/** Triangles of all parts in one list. */
function allTriangles(model: ShapeModel): Uint32Array {
  const all = new Uint32Array(model.parts.reduce((sum, { triangles }) => sum + triangles.length, 0));
  let length = 0;
  for (const { triangles } of model.parts) {
    all.set(triangles, length);
    length += triangles.length;
  }
  return all;
}

/** Cosine between each vertex normal and the way to the camera, `[V]`. */
function facing(camera: Camera, vertices: Float32Array, triangles: Uint32Array): Float32Array {
  const normals = vertexNormals(vertices, triangles);
  const [eyeX, eyeY, eyeZ] = camera.position;
  return Float32Array.from({ length: vertices.length / 3 }, (_, v) => {
    const x = eyeX - vertices[3 * v];
    const y = eyeY - vertices[3 * v + 1];
    const z = eyeZ - vertices[3 * v + 2];
    return (
      (normals[3 * v] * x + normals[3 * v + 1] * y + normals[3 * v + 2] * z) /
      Math.sqrt(x * x + y * y + z * z)
    );
  });
}

/** The weights of the face, less what lies outside the jaw line of the photo, `[S]`. */
function withinJaw(weights: Float32Array, pixels: Float32Array, landmarks?: LandmarkPairs): Float32Array {
  if (!landmarks) return weights;
  const mask = jawMask(landmarks.detected);
  return weights.map((weight, v) => {
    const depth = pixels[3 * v + 2];
    return weight > 0 ? weight * mask(pixels[3 * v] / depth, pixels[3 * v + 1] / depth) : 0;
  });
}

/** How far beside its projection the photo shows each vertex, `[V, 2]`, pixels. */
function photoShifts(pixels: Float32Array, landmarks?: LandmarkPairs): Float32Array {
  const shifts = new Float32Array((pixels.length / 3) * 2);
  if (!landmarks) return shifts;
  // Jaw points slide along the silhouette: where they lie says nothing about the skin there.
  const [projected, detected] = [landmarks.projected.subarray(34), landmarks.detected.subarray(34)];
  const warp = landmarkWarp({ projected, detected });
  for (let v = 0; v < shifts.length / 2; v++) {
    const depth = pixels[3 * v + 2];
    warp(pixels[3 * v] / depth, pixels[3 * v + 1] / depth, shifts.subarray(2 * v, 2 * v + 2));
  }
  return shifts;
}

/** Level of the photo's pyramid whose pixels are as large as the texels, per triangle. */
function sampleLevels(skin: ShapePart, pixels: Float32Array, size: number): Float32Array {
  const { triangles, uv, uvTriangles } = skin;
  return Float32Array.from({ length: triangles.length / 3 }, (_, t) => {
    const corner = (k: number): [number, number] => {
      const v = 3 * triangles[3 * t + k];
      return [pixels[v] / pixels[v + 2], pixels[v + 1] / pixels[v + 2]];
    };
    const texel = (k: number): [number, number] => {
      const i = 2 * uvTriangles[3 * t + k];
      return [uv[i] * size, uv[i + 1] * size];
    };
    const inPhoto = doubleArea(corner(0), corner(1), corner(2));
    const inTexture = doubleArea(texel(0), texel(1), texel(2));
    return 0.5 * Math.log2(Math.max(inPhoto, 1e-6) / Math.max(inTexture, 1e-6));
  });
}

function doubleArea(a: [number, number], b: [number, number], c: [number, number]): number {
  return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]));
}
