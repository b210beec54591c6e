/** A bounding-box tree over triangles, for closest-point queries. Build it once per shape. */
export interface TriangleTree {
  readonly vertices: ArrayLike<number>;
  readonly triangles: Uint32Array;
  /** Triangles in leaf order, `[T]`. */
  readonly order: Uint32Array;
  /** Boxes of the nodes, `[nodes, 6]`: minima and maxima. Node n's children are 2 n + 1 and 2 n + 2. */
  readonly boxes: Float64Array;
  /** First entry of `order` below each node and the end, `[nodes, 2]`; a node without one has start = end. */
  readonly ranges: Uint32Array;
  readonly depth: number;
}

/** The closest point of a surface. */
export interface ClosestPoint {
  /** Row of `triangles`. */
  readonly triangle: number;
  readonly barycentrics: readonly [number, number, number];
  readonly position: readonly [number, number, number];
  readonly squaredDistance: number;
}

const LEAF = 8;

/**
 * Builds the tree by median splits along the longest side.
 *
 * @param vertices `[V, 3]`, kept by reference.
 * @param triangles `[T, 3]`, T ≥ 1.
 */
export function triangleTree(vertices: ArrayLike<number>, triangles: Uint32Array): TriangleTree {
  const count = triangles.length / 3;
  const depth = Math.max(0, Math.ceil(Math.log2(count / LEAF)));
  const nodes = 2 ** (depth + 1) - 1;
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const boxes = new Float64Array(nodes * 6);
  const ranges = new Uint32Array(nodes * 2);
  const centers = new Float64Array(count * 3);
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < 9; i++)
      centers[3 * t + (i % 3)] += vertices[3 * triangles[3 * t + ((i / 3) | 0)] + (i % 3)] / 3;
  }
  const build = (node: number, start: number, end: number): void => {
    ranges.set([start, end], 2 * node);
    const box = boxes.subarray(6 * node, 6 * node + 6);
    box.fill(Number.POSITIVE_INFINITY, 0, 3).fill(Number.NEGATIVE_INFINITY, 3, 6);
    for (let i = start; i < end; i++) {
      for (let c = 0; c < 3; c++) {
        const v = 3 * triangles[3 * order[i] + c];
        for (let axis = 0; axis < 3; axis++) {
          box[axis] = Math.min(box[axis], vertices[v + axis]);
          box[3 + axis] = Math.max(box[3 + axis], vertices[v + axis]);
        }
      }
    }
    if (2 * node + 2 >= nodes) return;
    const sides = [box[3] - box[0], box[4] - box[1], box[5] - box[2]];
    const axis = sides.indexOf(Math.max(...sides));
    order.subarray(start, end).sort((a, b) => centers[3 * a + axis] - centers[3 * b + axis] || a - b);
    const middle = (start + end) >> 1;
    build(2 * node + 1, start, middle);
    build(2 * node + 2, middle, end);
  };
  build(0, 0, count);
  return { vertices, triangles, order, boxes, ranges, depth };
}

/**
 * The closest point of the surface to (x, y, z).
 *
 * @param accept Triangles that may answer; all when absent.
 * @param within Farther points are not looked for, millimetres.
 * @returns `undefined` when no accepted triangle lies within reach.
 */
export function closestPoint(
  tree: TriangleTree,
  x: number,
  y: number,
  z: number,
  accept?: (triangle: number) => boolean,
  within = Number.POSITIVE_INFINITY,
): ClosestPoint | undefined {
  const { vertices, triangles, order, boxes, ranges } = tree;
  let best = within * within;
  let found = -1;
  let [u, v] = [0, 0];
  const weights: [number, number] = [0, 0];
  const boxDistance = (node: number): number => {
    const b = 6 * node;
    const dx = Math.max(boxes[b] - x, 0, x - boxes[b + 3]);
    const dy = Math.max(boxes[b + 1] - y, 0, y - boxes[b + 4]);
    const dz = Math.max(boxes[b + 2] - z, 0, z - boxes[b + 5]);
    return dx * dx + dy * dy + dz * dz;
  };
  const stack = [0];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (ranges[2 * node] === ranges[2 * node + 1] || boxDistance(node) >= best) continue;
    const left = 2 * node + 1;
    if (2 * left < ranges.length) {
      const nearLeft = boxDistance(left) <= boxDistance(left + 1);
      stack.push(nearLeft ? left + 1 : left, nearLeft ? left : left + 1);
      continue;
    }
    for (let i = ranges[2 * node]; i < ranges[2 * node + 1]; i++) {
      const triangle = order[i];
      const distance = triangleDistance(vertices, triangles, triangle, x, y, z, weights);
      if (distance < best && (!accept || accept(triangle))) {
        best = distance;
        found = triangle;
        [u, v] = weights;
      }
    }
  }
  if (found < 0) return undefined;
  const barycentrics = [1 - u - v, u, v] as const;
  const at = (axis: number): number =>
    barycentrics.reduce((sum, w, c) => sum + w * vertices[3 * triangles[3 * found + c] + axis], 0);
  return { triangle: found, barycentrics, position: [at(0), at(1), at(2)], squaredDistance: best };
}

/** Squared distance to a triangle (Ericson, Real-Time Collision Detection, 5.1.5); weights of the 2nd and 3rd corner in `out`. */
function triangleDistance(
  vertices: ArrayLike<number>,
  triangles: Uint32Array,
  triangle: number,
  x: number,
  y: number,
  z: number,
  out: [number, number],
): number {
  const a = 3 * triangles[3 * triangle];
  const b = 3 * triangles[3 * triangle + 1];
  const c = 3 * triangles[3 * triangle + 2];
  const abx = vertices[b] - vertices[a];
  const aby = vertices[b + 1] - vertices[a + 1];
  const abz = vertices[b + 2] - vertices[a + 2];
  const acx = vertices[c] - vertices[a];
  const acy = vertices[c + 1] - vertices[a + 1];
  const acz = vertices[c + 2] - vertices[a + 2];
  const px = x - vertices[a];
  const py = y - vertices[a + 1];
  const pz = z - vertices[a + 2];
  const d1 = abx * px + aby * py + abz * pz;
  const d2 = acx * px + acy * py + acz * pz;
  const bb = abx * abx + aby * aby + abz * abz;
  const bc = abx * acx + aby * acy + abz * acz;
  const cc = acx * acx + acy * acy + acz * acz;
  const det = bb * cc - bc * bc;
  let u = (cc * d1 - bc * d2) / det;
  let v = (bb * d2 - bc * d1) / det;
  if (!(u >= 0 && v >= 0 && u + v <= 1)) {
    // Outside (or a triangle without area): the nearest of the three sides.
    let best = Number.POSITIVE_INFINITY;
    for (let side = 0; side < 3; side++) {
      let su: number;
      let sv: number;
      if (side === 0) [su, sv] = [clamp(d1 / bb), 0];
      else if (side === 1) [su, sv] = [0, clamp(d2 / cc)];
      else {
        const t = clamp((d2 - d1 + bb - bc) / (bb - 2 * bc + cc));
        [su, sv] = [1 - t, t];
      }
      const distance = squaredLength(
        px - su * abx - sv * acx,
        py - su * aby - sv * acy,
        pz - su * abz - sv * acz,
      );
      if (distance < best) {
        best = distance;
        u = su;
        v = sv;
      }
    }
  }
  out[0] = u;
  out[1] = v;
  return squaredLength(px - u * abx - v * acx, py - u * aby - v * acy, pz - u * abz - v * acz);
}

function clamp(t: number): number {
  return t > 0 ? Math.min(t, 1) : 0;
}

function squaredLength(x: number, y: number, z: number): number {
  return x * x + y * y + z * z;
}
