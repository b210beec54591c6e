/** Neighbours on a surface with cotangent weights, compressed by rows. */
export interface SurfaceGraph {
  /** V. */
  readonly vertexCount: number;
  /** Where each vertex's neighbours begin, `[V + 1]`. */
  readonly starts: Uint32Array;
  /** `[E]`. */
  readonly neighbors: Uint32Array;
  /** Cotangent weight of each link, `[E]`, positive. */
  readonly weights: Float32Array;
  /** Length of each link, `[E]`, millimetres. */
  readonly lengths: Float32Array;
  /** A third of the triangles around each vertex, `[V]`, square millimetres. */
  readonly areas: Float32Array;
}

/**
 * Links the vertices of a surface (Pinkall and Polthier 1993).
 *
 * Weights of obtuse triangles are clamped to a small positive number, so that what is diffused keeps the maximum
 * principle: no filled color is brighter than all its sources.
 *
 * @param vertices Positions, `[V, 3]`, millimetres; vertices of no triangle stay alone.
 * @param triangles `[T, 3]`.
 * @param vertexCount V; the first V vertices are used.
 */
export function surfaceGraph(
  vertices: Float32Array,
  triangles: Uint32Array,
  vertexCount: number,
): SurfaceGraph {
  const links = new Map<number, number>();
  const addLink = (i: number, j: number, cotangent: number): void => {
    const there = i * vertexCount + j;
    const back = j * vertexCount + i;
    links.set(there, (links.get(there) ?? 0) + cotangent / 2);
    links.set(back, (links.get(back) ?? 0) + cotangent / 2);
  };
  const areas = new Float32Array(vertexCount);
  for (let t = 0; t < triangles.length; t += 3) {
    const i = triangles[t];
    const j = triangles[t + 1];
    const k = triangles[t + 2];
    const a = distance(vertices, j, k) ** 2;
    const b = distance(vertices, k, i) ** 2;
    const c = distance(vertices, i, j) ** 2;
    // Sixteen times the squared area (Heron), kept from vanishing in slivers.
    const heron = 2 * (a * b + b * c + c * a) - (a * a + b * b + c * c);
    const area = Math.sqrt(Math.max(heron, 1e-12)) / 4;
    areas[i] += area / 3;
    areas[j] += area / 3;
    areas[k] += area / 3;
    addLink(j, k, (b + c - a) / (4 * area));
    addLink(k, i, (c + a - b) / (4 * area));
    addLink(i, j, (a + b - c) / (4 * area));
  }
  const starts = new Uint32Array(vertexCount + 1);
  for (const key of links.keys()) starts[Math.floor(key / vertexCount) + 1]++;
  for (let v = 0; v < vertexCount; v++) starts[v + 1] += starts[v];
  const next = starts.slice();
  const neighbors = new Uint32Array(links.size);
  const weights = new Float32Array(links.size);
  const lengths = new Float32Array(links.size);
  for (const [key, weight] of links) {
    const i = Math.floor(key / vertexCount);
    const j = key % vertexCount;
    const place = next[i]++;
    neighbors[place] = j;
    weights[place] = Math.min(Math.max(weight, 0.02), 20);
    lengths[place] = distance(vertices, i, j);
  }
  return { vertexCount, starts, neighbors, weights, lengths, areas };
}

function distance(vertices: Float32Array, i: number, j: number): number {
  const x = vertices[3 * i] - vertices[3 * j];
  const y = vertices[3 * i + 1] - vertices[3 * j + 1];
  const z = vertices[3 * i + 2] - vertices[3 * j + 2];
  return Math.sqrt(x * x + y * y + z * z);
}

/**
 * Shortest way along the links from every vertex to the nearest source (Dijkstra 1959).
 *
 * @param graph The surface.
 * @param isSource Where the distance is zero.
 * @param limit Millimetres; nothing farther is visited.
 * @returns `[V]`, millimetres, `limit` where no source is nearer.
 */
export function distanceFrom(
  graph: SurfaceGraph,
  isSource: (vertex: number) => boolean,
  limit: number,
): Float32Array {
  const distances = new Float32Array(graph.vertexCount).fill(limit);
  // Buckets one millimetre wide stand in for a heap: distances only grow, so each bucket is final when it is reached.
  const buckets: number[][] = Array.from({ length: Math.ceil(limit) + 1 }, () => []);
  for (let v = 0; v < graph.vertexCount; v++) {
    if (!isSource(v)) continue;
    distances[v] = 0;
    buckets[0].push(v);
  }
  for (const bucket of buckets) {
    for (let i = 0; i < bucket.length; i++) {
      const v = bucket[i];
      for (let e = graph.starts[v]; e < graph.starts[v + 1]; e++) {
        const reach = distances[v] + graph.lengths[e];
        const neighbor = graph.neighbors[e];
        if (reach >= distances[neighbor]) continue;
        distances[neighbor] = reach;
        buckets[Math.floor(reach)].push(neighbor);
      }
    }
  }
  return distances;
}
