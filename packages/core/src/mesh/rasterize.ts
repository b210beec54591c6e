import { assert } from '../error.ts';

/** Which triangle each pixel sees. */
export interface Raster {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Row of `triangles` seen at each pixel centre, `[height * width]`, -1 where there is none. */
  readonly triangleIds: Int32Array;
  /** One over the depth of what is seen, per millimetre, `[height * width]`, 0 where nothing is seen. */
  readonly inverseDepth: Float32Array;
}

/** How to rasterise. */
export interface RasterOptions {
  /** `back` leaves out triangles seen from behind (the default), `none` draws both sides. */
  readonly cull?: 'back' | 'none';
  /** Triangles are cut at this depth, millimetres. Default 1. */
  readonly near?: number;
  /** Buffers of an earlier call of the same size, overwritten and returned. */
  readonly reuse?: Raster;
}

// Corners are snapped to this fraction of a pixel. The edge functions are then whole numbers below 2^53 for coordinates
// within +-32,768 pixels, hence exact, and two triangles that share an edge never both take, nor both miss, a pixel.
const SNAP = 1024;
const HALF = SNAP / 2;

/**
 * Finds the nearest triangle at every pixel centre: perspective-correct z-buffer with the top-left fill rule.
 *
 * Triangles that reach behind the camera are cut at the near plane. Of two triangles at equal depth the first one wins.
 *
 * @param vertices Homogeneous pixel coordinates, `[V, 3]`: (x w, y w, w), where (x, y) is the pixel and w the depth in
 *   millimetres, as `projectVertices` and `traceProjection` give them.
 * @param triangles Vertex indices, `[T, 3]`, counter-clockwise seen from the front.
 * @param width Pixels across.
 * @param height Pixels down.
 */
export function rasterize(
  vertices: Float32Array | Float64Array,
  triangles: Uint32Array | Int32Array,
  width: number,
  height: number,
  options: RasterOptions = {},
): Raster {
  const { cull = 'back', near = 1, reuse } = options;
  assert(!reuse || (reuse.width === width && reuse.height === height), 'rasterize: reused buffers must fit');
  const raster = reuse ?? createRaster(width, height);
  raster.triangleIds.fill(-1);
  raster.inverseDepth.fill(0);

  const vertexCount = vertices.length / 3;
  const x = new Float64Array(vertexCount);
  const y = new Float64Array(vertexCount);
  const q = new Float64Array(vertexCount); // One over depth; 0 marks a corner behind the near plane.
  for (let v = 0, i = 0; v < vertexCount; v++, i += 3) {
    const w = vertices[i + 2];
    if (!(w >= near)) continue;
    const inverse = 1 / w;
    x[v] = Math.floor(vertices[i] * inverse * SNAP + 0.5);
    y[v] = Math.floor(vertices[i + 1] * inverse * SNAP + 0.5);
    q[v] = inverse;
  }

  const both = cull === 'none';
  for (let t = 0, i = 0; i < triangles.length; t++, i += 3) {
    const a = triangles[i];
    const b = triangles[i + 1];
    const c = triangles[i + 2];
    if (q[a] > 0 && q[b] > 0 && q[c] > 0) {
      fill(raster, t, both, x[a], y[a], q[a], x[b], y[b], q[b], x[c], y[c], q[c]);
    } else if (q[a] > 0 || q[b] > 0 || q[c] > 0) {
      fillClipped(raster, t, both, near, vertices, [a, b, c]);
    }
  }
  return raster;
}

/** Gives the buffers that `rasterize` fills, so that a loop allocates them once. */
export function createRaster(width: number, height: number): Raster {
  const count = width * height;
  return { width, height, triangleIds: new Int32Array(count), inverseDepth: new Float32Array(count) };
}

/** Fills one triangle whose corners are in snapped units; `q` is one over depth, linear over the picture. */
function fill(
  raster: Raster,
  id: number,
  both: boolean,
  x0: number,
  y0: number,
  q0: number,
  xFirst: number,
  yFirst: number,
  qFirst: number,
  xSecond: number,
  ySecond: number,
  qSecond: number,
): void {
  // Rows run downwards, so a front-facing (counter-clockwise) triangle is clockwise here and its area negative.
  let area = (xSecond - x0) * (yFirst - y0) - (xFirst - x0) * (ySecond - y0);
  if (!(area > 0) && !(both && area < 0)) return;
  const front = area > 0;
  if (!front) area = -area;
  const x1 = front ? xFirst : xSecond;
  const y1 = front ? yFirst : ySecond;
  const q1 = front ? qFirst : qSecond;
  const x2 = front ? xSecond : xFirst;
  const y2 = front ? ySecond : yFirst;
  const q2 = front ? qSecond : qFirst;

  const { width, height, triangleIds, inverseDepth } = raster;
  const left = Math.max(0, Math.ceil((Math.min(x0, x1, x2) - HALF) / SNAP));
  const right = Math.min(width - 1, Math.floor((Math.max(x0, x1, x2) - HALF) / SNAP));
  if (left > right) return;
  const top = Math.max(0, Math.ceil((Math.min(y0, y1, y2) - HALF) / SNAP));
  const bottom = Math.min(height - 1, Math.floor((Math.max(y0, y1, y2) - HALF) / SNAP));
  if (top > bottom) return;

  // Edge function of the edge opposite to each corner, positive inside; a pixel exactly on an edge belongs to the
  // triangle only if that edge is a top or a left one, hence the bias of one whole unit for the others.
  const startX = left * SNAP + HALF;
  const startY = top * SNAP + HALF;
  const dx0 = y2 - y1;
  const dy0 = x1 - x2;
  const dx1 = y0 - y2;
  const dy1 = x2 - x0;
  const dx2 = y1 - y0;
  const dy2 = x0 - x1;
  let row0 = (startX - x1) * dx0 + (startY - y1) * dy0;
  let row1 = (startX - x2) * dx1 + (startY - y2) * dy1;
  let row2 = (startX - x0) * dx2 + (startY - y0) * dy2;
  const scale = 1 / area;
  let rowDepth = (row0 * q0 + row1 * q1 + row2 * q2) * scale;
  const stepDepth = (dx0 * q0 + dx1 * q1 + dx2 * q2) * SNAP * scale;
  const rowStepDepth = (dy0 * q0 + dy1 * q1 + dy2 * q2) * SNAP * scale;
  if (!(dx0 > 0 || (dx0 === 0 && dy0 > 0))) row0 -= 1;
  if (!(dx1 > 0 || (dx1 === 0 && dy1 > 0))) row1 -= 1;
  if (!(dx2 > 0 || (dx2 === 0 && dy2 > 0))) row2 -= 1;

  for (let py = top; py <= bottom; py++) {
    let e0 = row0;
    let e1 = row1;
    let e2 = row2;
    let depth = rowDepth;
    let pixel = py * width + left;
    for (let px = left; px <= right; px++, pixel++) {
      if (e0 >= 0 && e1 >= 0 && e2 >= 0 && depth > inverseDepth[pixel]) {
        inverseDepth[pixel] = depth;
        triangleIds[pixel] = id;
      }
      e0 += dx0 * SNAP;
      e1 += dx1 * SNAP;
      e2 += dx2 * SNAP;
      depth += stepDepth;
    }
    row0 += dy0 * SNAP;
    row1 += dy1 * SNAP;
    row2 += dy2 * SNAP;
    rowDepth += rowStepDepth;
  }
}

/** Cuts a triangle at the near plane (Sutherland and Hodgman 1974, one plane) and fills what lies before it. */
function fillClipped(
  raster: Raster,
  id: number,
  both: boolean,
  near: number,
  vertices: Float32Array | Float64Array,
  corners: readonly [number, number, number],
): void {
  const polygon: [number, number, number][] = [];
  for (let k = 0; k < 3; k++) {
    const a = corners[k] * 3;
    const b = corners[(k + 1) % 3] * 3;
    const wa = vertices[a + 2];
    const wb = vertices[b + 2];
    if (wa >= near) polygon.push(snapped(vertices[a], vertices[a + 1], wa));
    if (wa >= near === wb >= near) continue;
    const s = (near - wa) / (wb - wa);
    const [ax, ay] = [vertices[a], vertices[a + 1]];
    polygon.push(snapped(ax + s * (vertices[b] - ax), ay + s * (vertices[b + 1] - ay), near));
  }
  for (let k = 2; k < polygon.length; k++) {
    fill(raster, id, both, ...polygon[0], ...polygon[k - 1], ...polygon[k]);
  }
}

function snapped(xw: number, yw: number, w: number): [number, number, number] {
  return [Math.floor((xw / w) * SNAP + 0.5), Math.floor((yw / w) * SNAP + 0.5), 1 / w];
}
