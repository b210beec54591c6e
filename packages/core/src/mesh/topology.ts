/** Polygons of one size: `[P, corners]` vertex indices. */
export interface Polygons {
  readonly corners: 3 | 4;
  readonly indices: Uint32Array;
}

/** Each vertex' neighbours along edges, ascending, `[V]`. */
export function vertexNeighbors(polygons: Polygons, vertexCount: number): number[][] {
  const sets = Array.from({ length: vertexCount }, () => new Set<number>());
  forEachEdge(polygons, (a, b) => {
    sets[a].add(b);
    sets[b].add(a);
  });
  return sets.map((set) => [...set].sort((a, b) => a - b));
}

/** Calls back once per polygon side, in the polygon's direction. */
export function forEachEdge(
  polygons: Polygons,
  visit: (from: number, to: number, polygon: number) => void,
): void {
  const { corners, indices } = polygons;
  for (let p = 0; p * corners < indices.length; p++) {
    for (let c = 0; c < corners; c++) {
      visit(indices[p * corners + c], indices[p * corners + ((c + 1) % corners)], p);
    }
  }
}

/** Quads as two triangles each, `[2 Q, 3]`; triangles as they are. */
export function triangulate({ corners, indices }: Polygons): Uint32Array {
  if (corners === 3) return indices;
  const triangles = new Uint32Array((indices.length / 4) * 6);
  for (let q = 0, t = 0; q < indices.length; q += 4, t += 6) {
    const [a, b, c, d] = indices.subarray(q, q + 4);
    triangles.set([a, b, c, a, c, d], t);
  }
  return triangles;
}

/**
 * Closed border loops, each in the direction of its polygons' sides.
 * A vertex at which two borders touch ends a loop there.
 */
export function boundaryLoops(polygons: Polygons): number[][] {
  const directed = new Set<string>();
  forEachEdge(polygons, (a, b) => directed.add(`${a} ${b}`));
  const next = new Map<number, number>();
  forEachEdge(polygons, (a, b) => {
    if (!directed.has(`${b} ${a}`)) next.set(a, b);
  });
  const loops: number[][] = [];
  const seen = new Set<number>();
  for (const start of [...next.keys()].sort((a, b) => a - b)) {
    if (seen.has(start)) continue;
    const loop: number[] = [];
    let vertex: number | undefined = start;
    while (vertex !== undefined && !seen.has(vertex)) {
      seen.add(vertex);
      loop.push(vertex);
      vertex = next.get(vertex);
    }
    loops.push(loop);
  }
  return loops;
}

/**
 * Edge distance of every vertex from a set, walking over allowed vertices only.
 *
 * @returns `[V]`, -1 where nothing leads.
 */
export function edgeDistance(
  neighbors: readonly (readonly number[])[],
  from: Iterable<number>,
  allowed: (vertex: number) => boolean = () => true,
): Int32Array {
  const distance = new Int32Array(neighbors.length).fill(-1);
  let front = [...from];
  for (const vertex of front) distance[vertex] = 0;
  for (let d = 1; front.length > 0; d++) {
    const next: number[] = [];
    for (const vertex of front) {
      for (const other of neighbors[vertex]) {
        if (distance[other] >= 0 || !allowed(other)) continue;
        distance[other] = d;
        next.push(other);
      }
    }
    front = next;
  }
  return distance;
}

/**
 * Orders the vertices of a closed ring by the edges between them.
 *
 * @returns The ring, or an empty list when the vertices are not one closed loop.
 */
export function orderRing(ring: readonly number[], neighbors: readonly (readonly number[])[]): number[] {
  const members = new Set(ring);
  const inRing = (v: number): number[] => neighbors[v].filter((other) => members.has(other));
  if (ring.length < 3 || ring.some((v) => inRing(v).length !== 2)) return [];
  const order = [ring[0]];
  let [previous, current] = [ring[0], inRing(ring[0])[0]];
  while (current !== ring[0]) {
    order.push(current);
    const [a, b] = inRing(current);
    [previous, current] = [current, a === previous ? b : a];
  }
  return order.length === ring.length ? order : [];
}
