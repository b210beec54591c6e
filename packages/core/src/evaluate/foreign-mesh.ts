import { backdrop, clay, over } from '../asset/photo-tiles.ts';
import { GanfitError } from '../error.ts';
import type { Image } from '../image/image.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { Camera } from '../render/camera.ts';
import { type PreviewSurface, renderPreview } from '../render/preview.ts';

/** A mesh of another method. */
export interface ForeignMesh {
  readonly mesh: Mesh;
  /** Linear RGB per vertex, `[V, 3]`, when the file has it. */
  readonly colors?: Float32Array;
}

/**
 * Reads the part of Wavefront OBJ that face reconstructions write: `v` with or without colours (0 to 1), `vt`, `f` of
 * triangles or polygons.
 *
 * @throws GanfitError `format` when it holds no triangles.
 */
export function readObj(text: string): ForeignMesh {
  const [vertices, uv, triangles, uvTriangles, colors]: number[][] = [[], [], [], [], []];
  for (const line of text.split('\n')) {
    const [key, ...words] = line.trim().split(/\s+/);
    if (key === 'v') {
      vertices.push(...words.slice(0, 3).map(Number));
      if (words.length >= 6) colors.push(...words.slice(-3).map(Number));
    } else if (key === 'vt') uv.push(Number(words[0]), 1 - Number(words[1]));
    else if (key === 'f') {
      const corners = words.map((word) => word.split('/').map((part) => Number(part)));
      for (let c = 2; c < corners.length; c++) {
        for (const [v, t] of [corners[0], corners[c - 1], corners[c]]) {
          // Negative indices count from the end.
          triangles.push(v > 0 ? v - 1 : vertices.length / 3 + v);
          if (t) uvTriangles.push(t > 0 ? t - 1 : uv.length / 2 + t);
        }
      }
    }
  }
  if (triangles.length === 0 || triangles.some((v) => !(v >= 0 && v < vertices.length / 3))) {
    throw new GanfitError(
      'format',
      `readObj: there must be triangles of known vertices, got ${triangles.length / 3} triangles.`,
    );
  }
  return {
    mesh: {
      vertices: Float32Array.from(vertices),
      triangles: Uint32Array.from(triangles),
      ...(uvTriangles.length === triangles.length && {
        uv: Float32Array.from(uv),
        uvTriangles: Uint32Array.from(uvTriangles),
      }),
    },
    ...(colors.length === vertices.length && { colors: Float32Array.from(colors, (value) => value ** 2.2) }),
  };
}

/**
 * Draws a mesh of another method from the front, textured where it has a texture, and its geometry (paper Fig. 4).
 *
 * Nothing is known of its pose or unit: it must look along +Z with +Y up, and fills the tile.
 *
 * @param texture What its UV points into, sRGB.
 * @returns Two tiles.
 */
export function foreignTiles({ mesh, colors }: ForeignMesh, texture: Image | undefined, tile = 320): Image[] {
  const [low, high] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  mesh.vertices.forEach((value, i) => {
    low[i % 3] = Math.min(low[i % 3], value);
    high[i % 3] = Math.max(high[i % 3], value);
  });
  const size = Math.max(high[0] - low[0], high[1] - low[1]);
  const [x, y, z] = [0, 1, 2].map((axis) => (low[axis] + high[axis]) / 2);
  const distance = 6 * size;
  const camera: Camera = {
    position: [x, y, z + distance],
    target: [x, y, z],
    roll: 0,
    focal: (tile * distance) / (1.12 * size),
    width: tile,
    height: tile,
  };
  const surface: PreviewSurface = mesh.uv && texture ? { mesh, texture } : { mesh };
  const draw = (surfaces: readonly PreviewSurface[], even: boolean): Image => {
    const light = even
      ? ({ kind: 'phong', ambient: [1, 1, 1], color: [0, 0, 0], position: [0, 0, 1] } as const)
      : undefined;
    return over(renderPreview(surfaces, { camera, light, cull: 'none' }), backdrop(tile));
  };
  const colored = colors && !texture ? coloredSurfaces(mesh, colors) : [surface];
  const textured = colors || (mesh.uv && texture);
  return [draw(textured ? colored : clay([surface]), Boolean(textured)), draw(clay([surface]), false)];
}

/** Vertex colours as a texture of one texel per vertex: `renderPreview` knows textures only. */
function coloredSurfaces(mesh: Mesh, colors: Float32Array): PreviewSurface[] {
  const side = Math.ceil(Math.sqrt(mesh.triangles.length / 3)) * 2;
  const data = new Uint8Array(3 * side * side);
  const uv = new Float32Array(2 * mesh.triangles.length);
  const at = side / 2;
  for (let t = 0; t < mesh.triangles.length / 3; t++) {
    // Two by two texels a triangle: three corners and the mean, so that bilinear look-ups blend its own colours.
    const [left, top] = [2 * (t % at), 2 * Math.floor(t / at)];
    for (let k = 0; k < 4; k++) {
      const texel = (top + (k >> 1)) * side + left + (k & 1);
      for (let c = 0; c < 3; c++) {
        const of = (corner: number): number => colors[3 * mesh.triangles[3 * t + corner] + c];
        const value = k < 3 ? of(k) : of(1) + of(2) - of(0);
        data[3 * texel + c] = Math.round(255 * Math.min(1, Math.max(0, value)) ** (1 / 2.2));
      }
      if (k < 3) uv.set([(left + (k & 1) + 0.5) / side, (top + (k >> 1) + 0.5) / side], 2 * (3 * t + k));
    }
  }
  const uvTriangles = Uint32Array.from(mesh.triangles, (_, i) => i);
  return [{ mesh: { ...mesh, uv, uvTriangles }, texture: { width: side, height: side, channels: 3, data } }];
}
