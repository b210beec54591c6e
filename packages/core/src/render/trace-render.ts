import {
  add,
  cast,
  concat,
  constant,
  gather,
  greater,
  maximum,
  mul,
  reshape,
  scatterAdd,
  slice,
  type Tensor,
  where,
} from '../tensor/index.ts';
import { type TracedSilhouettes, traceAntialiasing } from './antialias.ts';
import {
  interpolateCorners,
  interpolateVertices,
  pixelCenters,
  screenPlanes,
  tracePixelGeometry,
} from './interpolate.ts';
import { SPECULAR_DEFAULTS, type Specular } from './light.ts';
import { columnOf, normalizePlanes, planesOf, requireShape, vertexNormalPlanes } from './planes.ts';
import { type TracedLight, traceShading } from './shade.ts';
import { traceSrgbDecoding, traceSrgbEncoding } from './srgb.ts';
import { traceTexture } from './texture-lookup.ts';
import { projectPlanes, rayPlanes, type TracedCamera } from './trace-camera.ts';

/** Where the surface's own colour comes from. */
export type TracedAlbedo =
  /** One linear colour, `[3]`. */
  | { readonly kind: 'uniform'; readonly color: Tensor }
  /** One linear colour per vertex, `[V, 3]` (the paper's way, with `traceVertexColors`). */
  | { readonly kind: 'vertex'; readonly colors: Tensor }
  /** A texture looked up at each pixel's own coordinates. */
  | {
      readonly kind: 'pixel';
      /** `[3, h, w]` in [0, 1]. */
      readonly texture: Tensor;
      /** What the texture's values are; sRGB ones are decoded after the look-up. */
      readonly encoding: 'linear' | 'srgb';
      /** `[U, 2]`, origin top left. */
      readonly uv: Float32Array;
      /** Indices into `uv`, `[T, 3]`. */
      readonly uvTriangles: Uint32Array;
    };

/** Everything that a picture depends on. */
export interface TracedScene {
  /** Millimetres in the head's axes, `[V, 3]`. */
  readonly vertices: Tensor;
  /** `[T, 3]`, counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
  readonly camera: TracedCamera;
  readonly light: TracedLight;
  readonly albedo: TracedAlbedo;
  /** Size of the picture in pixels. */
  readonly width: number;
  readonly height: number;
  /** What `rasterize` found for these vertices: row of `triangles` or -1, int32 `[H * W]`. */
  readonly triangleIds: Tensor;
  /** What `findSilhouettes` found; without them silhouettes are jagged and carry no gradient. */
  readonly silhouettes?: TracedSilhouettes;
  /** What is seen behind the surface, linear, `[3, H, W]`; black when absent. */
  readonly background?: Tensor;
  readonly specular?: Specular;
}

/** A picture and what it is made of. What nobody uses costs nothing. */
export interface TracedPicture {
  /** sRGB in [0, 1] (beyond by the slope of `traceSrgbEncoding`), `[3, H, W]`. */
  readonly image: Tensor;
  /** The same as linear light, `[3, H, W]`. */
  readonly radiance: Tensor;
  /** Share of each pixel that the surface covers, `[1, H, W]`; soft only along silhouettes. */
  readonly coverage: Tensor;
  /** 1 where the pixel centre sees the surface, else 0, `[1, H, W]`; without gradient. */
  readonly mask: Tensor;
  /** The surface's own colour, linear, `[3, H, W]`; 0 outside. */
  readonly albedo: Tensor;
  /** Unit normals in the head's axes, `[3, H, W]`; 0 outside. */
  readonly normals: Tensor;
  /** Millimetres along the viewing axis, `[1, H, W]`; 0 outside. */
  readonly depth: Tensor;
  /** Perspective-correct barycentrics, `[3, H, W]`; 0 outside. */
  readonly barycentrics: Tensor;
}

/**
 * Traces the picture of a mesh by deferred shading (paper Eq. 6, Genova et al. 2018): interpolates geometry and albedo at the
 * pixel centres, shades there, blends silhouettes.
 *
 * Gradients reach vertices, camera, light, albedo and background. Which triangle each pixel sees is an input and held fixed.
 */
export function traceRender(scene: TracedScene): TracedPicture {
  const { vertices, triangles, camera, width, height, triangleIds, specular = SPECULAR_DEFAULTS } = scene;
  const pixels = width * height;
  requireShape('traceRender', 'vertices', vertices, [-1, 3]);
  requireShape('traceRender', 'triangleIds', triangleIds, [pixels]);

  const positions = planesOf(vertices); // [3, V]
  const screen = screenPlanes(projectPlanes(positions, camera));
  const centers = pixelCenters(width, height);
  const seen = reshape(greater(triangleIds, -1), [1, pixels]);
  const ids = maximum(triangleIds, 0);
  const lists = cornerLists(triangles);
  const corners = gather(constant(lists, [3, triangles.length / 3]), ids, 1); // [3, N]
  const { barycentrics, depth } = tracePixelGeometry(screen, corners, seen, centers);

  const normals = normalizePlanes(
    interpolateVertices(traceNormalPlanes(positions, lists), corners, barycentrics),
  );
  const rays = rayPlanes(centers, camera);
  const points = add(columnOf(camera.position), mul(rays, depth));
  const light = traceShading(scene.light, { normals, points, rays }, specular);
  const albedo = albedoPlanes(scene.albedo, ids, corners, barycentrics);
  const matte = mul(albedo, light.diffuse);
  const shaded = light.specular ? add(matte, light.specular) : matte;

  const mask = cast(seen, 'float32');
  const ground = scene.background ? reshape(scene.background, [3, pixels]) : 0;
  const hard = concat([where(seen, shaded, ground), mask], 0); // [4, N]
  const soft = scene.silhouettes ? traceAntialiasing(hard, screen, centers, scene.silhouettes) : hard;
  const radiance = slice(soft, [0], [3]);

  const picture = (planes: Tensor): Tensor => reshape(planes, [planes.shape[0], height, width]);
  const inside = (planes: Tensor): Tensor => picture(where(seen, planes, 0));
  return {
    image: picture(traceSrgbEncoding(radiance)),
    radiance: picture(radiance),
    coverage: picture(slice(soft, [3], [4])),
    mask: picture(mask),
    albedo: inside(albedo),
    normals: inside(normals),
    depth: inside(depth),
    barycentrics: inside(barycentrics),
  };
}

/**
 * Traces unit vertex normals, area-weighted; zero where a vertex has no area around it.
 *
 * @param vertices `[V, 3]`.
 * @param triangles `[T, 3]`.
 * @returns `[V, 3]`.
 */
export function traceVertexNormals(vertices: Tensor, triangles: Uint32Array): Tensor {
  return planesOf(traceNormalPlanes(planesOf(vertices), cornerLists(triangles)));
}

/** A value of each triangle as pixels see it: `[T]` weights to `[1, H, W]`, 0 where nothing is seen. Without gradient. */
export function traceTriangleMask(
  triangleIds: Tensor,
  weights: Float32Array,
  size: { readonly width: number; readonly height: number },
): Tensor {
  const values = gather(constant(weights, [weights.length]), maximum(triangleIds, 0));
  return reshape(where(greater(triangleIds, -1), values, 0), [1, size.height, size.width]);
}

/** The vertices of all triangles' first, then second, then third corners, `[3, T]`. */
function cornerLists(triangles: Uint32Array): Int32Array {
  const count = triangles.length / 3;
  return Int32Array.from(triangles, (_, i) => triangles[(i % count) * 3 + Math.floor(i / count)]);
}

function traceNormalPlanes(positions: Tensor, lists: Int32Array): Tensor {
  const count = lists.length / 3;
  const [a, b, c] = [0, 1, 2].map((k) => constant(lists.subarray(k * count, (k + 1) * count), [count]));
  const all = constant(lists, [lists.length]);
  return vertexNormalPlanes(positions, [a, b, c], (rows) =>
    scatterAdd(all, concat([rows, rows, rows], 0), positions.shape[1]),
  );
}

function albedoPlanes(albedo: TracedAlbedo, ids: Tensor, corners: Tensor, barycentrics: Tensor): Tensor {
  if (albedo.kind === 'uniform') return columnOf(albedo.color);
  if (albedo.kind === 'vertex') return interpolateVertices(planesOf(albedo.colors), corners, barycentrics);
  const { texture, uv, uvTriangles, encoding } = albedo;
  const count = uvTriangles.length / 3;
  const table = new Float32Array(6 * count);
  for (let i = 0; i < uvTriangles.length; i++) {
    const place = (i % 3) * count + Math.floor(i / 3);
    table[place] = uv[uvTriangles[i] * 2];
    table[3 * count + place] = uv[uvTriangles[i] * 2 + 1];
  }
  const coordinates = interpolateCorners(constant(table, [2, 3, count]), ids, barycentrics);
  const colors = traceTexture(texture, coordinates);
  return encoding === 'srgb' ? traceSrgbDecoding(colors) : colors;
}
