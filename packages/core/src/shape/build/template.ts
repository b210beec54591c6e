import { assert } from '../../error.ts';
import { multiplyRows, type SparseRows } from '../../linalg/sparse-rows.ts';
import { catmullClark } from '../../mesh/catmull-clark.ts';
import { edgeDistance, forEachEdge, type Polygons, vertexNeighbors } from '../../mesh/topology.ts';
import type { MakehumanBase } from './makehuman.ts';

/** The four surfaces of the registered mesh, one label per quad. */
export const LABELS = ['skin', 'mouth', 'socketLeft', 'socketRight'] as const;

/** A head cut out of MakeHuman's body and refined by one Catmull-Clark step: one connected mesh. */
export interface Template {
  /** MakeHuman vertex of each cage vertex, `[C]`. */
  readonly source: Uint32Array;
  /** The cage before refinement. */
  readonly cage: { readonly quads: Polygons; readonly labels: Uint8Array };
  /** Refined quads; refined vertices 0 … C - 1 are the cage's, under the same indices. */
  readonly quads: Polygons;
  /** Index into `LABELS` of each refined quad. */
  readonly labels: Uint8Array;
  /** Texture coordinates of each refined quad's corners in MakeHuman's own layout, `[Q', 4, 2]`, origin bottom left. */
  readonly quadUv: Float64Array;
  readonly vertexCount: number;
  /** `[V', C]`: refined positions from cage positions. */
  readonly stencil: SparseRows;
  /** The mirrored vertex of each refined vertex, an involution. */
  readonly mirror: Uint32Array;
  /** Label of each refined vertex; borders belong to the skin. */
  readonly vertexLabels: Uint8Array;
  /** Lid rims and mouth seam: the cage vertices on the borders between skin and the other surfaces. */
  readonly rims: { readonly mouth: number[]; readonly lidLeft: number[]; readonly lidRight: number[] };
}

const NECK_RINGS = 6;

/**
 * Cuts the head out of the body: the texture island of the head, the inner mouth and the eye sockets, and six rings of the
 * neck below. Borders between islands are the lid rims and the mouth seam, so that nothing has to be searched.
 */
export function buildTemplate(base: MakehumanBase): Template {
  const islands = bodyIslands(base);
  const quadLabels = labelQuads(base, islands);

  const cropQuads = [...quadLabels.keys()].filter((q) => quadLabels[q] >= 0);
  const cropIndex = new Map<number, number>();
  for (const q of cropQuads) for (let c = 0; c < 4; c++) cropIndex.set(base.quads.indices[4 * q + c], 0);
  const source = Uint32Array.from([...cropIndex.keys()].sort((a, b) => a - b));
  source.forEach((vertex, i) => {
    cropIndex.set(vertex, i);
  });
  const cageQuads: Polygons = {
    corners: 4,
    indices: Uint32Array.from(
      cropQuads.flatMap((q) => [0, 1, 2, 3].map((c) => cropIndex.get(base.quads.indices[4 * q + c])!)),
    ),
  };
  const cageLabels = Uint8Array.from(cropQuads, (q) => quadLabels[q]);

  const fine = catmullClark(cageQuads, source.length);
  const labels = Uint8Array.from(fine.origin, (q) => cageLabels[q]);
  const vertexCount = fine.stencil.starts.length - 1;
  const vertexLabels = new Uint8Array(vertexCount);
  // The skin is label 0: a border vertex keeps the smallest label of its quads.
  vertexLabels.fill(255);
  forEachEdge(fine.quads, (a, _, q) => {
    vertexLabels[a] = Math.min(vertexLabels[a], labels[q]);
  });

  const rest = multiplyRows(fine.stencil, cagePositions(base.vertices, source), 3);
  const template = {
    source,
    cage: { quads: cageQuads, labels: cageLabels },
    quads: fine.quads,
    labels,
    quadUv: refineUv(base, cropQuads),
    vertexCount,
    stencil: fine.stencil,
    mirror: mirrorMap(rest),
    vertexLabels,
    rims: {
      mouth: border(cageQuads, cageLabels, 1),
      lidLeft: border(cageQuads, cageLabels, 2),
      lidRight: border(cageQuads, cageLabels, 3),
    },
  };
  return template;
}

/** Refined positions of body positions: crop, then the subdivision rule. `[V', 3]`. */
export function refine(template: Template, body: ArrayLike<number>): Float64Array {
  return multiplyRows(template.stencil, cagePositions(body, template.source), 3);
}

function cagePositions(body: ArrayLike<number>, source: Uint32Array): Float64Array {
  return Float64Array.from({ length: source.length * 3 }, (_, i) => body[3 * source[(i / 3) | 0] + (i % 3)]);
}

/** Texture island of each quad of the body; -1 for helpers. */
function bodyIslands(base: MakehumanBase): Int32Array {
  const parent = Int32Array.from({ length: base.uv.length / 2 }, (_, i) => i);
  const find = (a: number): number => {
    let root = a;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]];
      root = parent[root];
    }
    return root;
  };
  base.groups.forEach((group, q) => {
    if (group !== 'body') return;
    for (let c = 1; c < 4; c++) parent[find(base.uvQuads[4 * q + c])] = find(base.uvQuads[4 * q]);
  });
  return Int32Array.from(base.groups, (group, q) => (group === 'body' ? find(base.uvQuads[4 * q]) : -1));
}

// A point that only one island has: under the nose, at the back of the throat is found by adjacency.
const SUBNASALE = 343;

/** Label of each quad of the base mesh, -1 for what is cut away. */
function labelQuads(base: MakehumanBase, islands: Int32Array): Int8Array {
  const { indices } = base.quads;
  const quadCount = base.groups.length;
  const head =
    islands[
      [...Array(quadCount).keys()].find((q) => indices.subarray(4 * q, 4 * q + 4).includes(SUBNASALE))!
    ];
  const members = new Map<number, number[]>();
  islands.forEach((island, q) => {
    if (island >= 0) members.set(island, [...(members.get(island) ?? []), q]);
  });
  const headVertices = new Set(members.get(head)!.flatMap((q) => [...indices.subarray(4 * q, 4 * q + 4)]));

  const labels = new Int8Array(quadCount).fill(-1);
  for (const q of members.get(head)!) labels[q] = 0;
  let torso: number[] = [];
  for (const [island, quads] of members) {
    if (island === head) continue;
    const vertices = quads.flatMap((q) => [...indices.subarray(4 * q, 4 * q + 4)]);
    if (!vertices.some((v) => headVertices.has(v))) continue;
    const x = vertices.reduce((sum, v) => sum + base.vertices[3 * v], 0) / vertices.length;
    // Beside the torso, the head touches the inner mouth in the middle and a socket on either side.
    if (quads.length > 1000) torso = quads;
    else for (const q of quads) labels[q] = Math.abs(x) < 0.05 ? 1 : x > 0 ? 2 : 3;
  }
  assert(torso.length > 0, 'the head island touches the torso');

  const torsoQuads: Polygons = {
    corners: 4,
    indices: Uint32Array.from(torso.flatMap((q) => [...indices.subarray(4 * q, 4 * q + 4)])),
  };
  let front = headVertices;
  for (let ring = 0; ring < NECK_RINGS; ring++) {
    const reached = new Set(front);
    torso.forEach((q, i) => {
      const corners = torsoQuads.indices.subarray(4 * i, 4 * i + 4);
      if (labels[q] >= 0 || !corners.some((v) => front.has(v))) return;
      labels[q] = 0;
      for (const v of corners) reached.add(v);
    });
    front = reached;
  }
  return labels;
}

/** Bilinear refinement of texture coordinates, in the order of `catmullClark`'s quads. */
function refineUv(base: MakehumanBase, cropQuads: readonly number[]): Float64Array {
  const result = new Float64Array(cropQuads.length * 32);
  cropQuads.forEach((q, i) => {
    const uv = [0, 1, 2, 3].map((c) => {
      const at = 2 * base.uvQuads[4 * q + c];
      return [base.uv[at], base.uv[at + 1]];
    });
    const middle = (...corners: number[]): number[] =>
      [0, 1].map((axis) => corners.reduce((sum, c) => sum + uv[c % 4][axis], 0) / corners.length);
    for (let c = 0; c < 4; c++) {
      const corners = [uv[c], middle(c, c + 1), middle(0, 1, 2, 3), middle(c + 3, c)];
      result.set(corners.flat(), 32 * i + 8 * c);
    }
  });
  return result;
}

function border(quads: Polygons, labels: Uint8Array, label: number): number[] {
  const skin = new Set<number>();
  forEachEdge(quads, (a, _, q) => {
    if (labels[q] === 0) skin.add(a);
  });
  const shared = new Set<number>();
  forEachEdge(quads, (a, _, q) => {
    if (labels[q] === label && skin.has(a)) shared.add(a);
  });
  return [...shared].sort((a, b) => a - b);
}

/** Pairs the vertices of a mirror-symmetric shape. */
function mirrorMap(rest: Float64Array): Uint32Array {
  const cell = 0.02;
  const grid = new Map<string, number[]>();
  const keyOf = (x: number, y: number, z: number): string =>
    `${Math.round(x / cell)} ${Math.round(y / cell)} ${Math.round(z / cell)}`;
  const count = rest.length / 3;
  for (let v = 0; v < count; v++) {
    const key = keyOf(rest[3 * v], rest[3 * v + 1], rest[3 * v + 2]);
    const list = grid.get(key);
    if (list) list.push(v);
    else grid.set(key, [v]);
  }
  const mirror = new Uint32Array(count);
  for (let v = 0; v < count; v++) {
    const [x, y, z] = [-rest[3 * v], rest[3 * v + 1], rest[3 * v + 2]];
    let best = Number.POSITIVE_INFINITY;
    for (let cellIndex = 0; cellIndex < 27; cellIndex++) {
      const step = [(cellIndex % 3) - 1, (((cellIndex / 3) | 0) % 3) - 1, ((cellIndex / 9) | 0) - 1];
      for (const other of grid.get(keyOf(x + step[0] * cell, y + step[1] * cell, z + step[2] * cell)) ?? []) {
        const distance = Math.hypot(rest[3 * other] - x, rest[3 * other + 1] - y, rest[3 * other + 2] - z);
        if (distance < best) {
          best = distance;
          mirror[v] = other;
        }
      }
    }
    assert(best < cell, `the template is mirror-symmetric at vertex ${v}`);
  }
  assert(
    mirror.every((other, v) => mirror[other] === v),
    'mirrored vertices come in pairs',
  );
  return mirror;
}

/** Rings of cage vertices around a rim, walking outwards over skin quads: ring 0 is the rim. */
export function skinRings(template: Template, rim: readonly number[], count: number): number[][] {
  const skinQuads: Polygons = {
    corners: 4,
    indices: template.cage.quads.indices.filter((_, i) => template.cage.labels[(i / 4) | 0] === 0),
  };
  const distance = edgeDistance(vertexNeighbors(skinQuads, template.source.length), rim);
  return Array.from({ length: count }, (_, k) =>
    [...distance.keys()].filter((vertex) => distance[vertex] === k),
  );
}
