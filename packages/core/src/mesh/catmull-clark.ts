import { type SparseRows, sparseRows } from '../linalg/sparse-rows.ts';
import { forEachEdge, type Polygons } from './topology.ts';

/** One step of subdivision: topology and the linear rule that places its vertices. */
export interface Subdivision {
  readonly quads: Polygons;
  /** `[V', V]`: new positions are this times the old ones. The old vertices come first, under their old indices. */
  readonly stencil: SparseRows;
  /** The polygon of the old mesh that each quad lies in, `[Q']`. */
  readonly origin: Uint32Array;
}

/**
 * One Catmull-Clark step of a quad mesh (Catmull and Clark 1978); borders become cubic B-splines.
 *
 * Vertex order: old vertices, edge points, face points. The quads of an old quad follow each other, one per corner.
 */
export function catmullClark(quads: Polygons, vertexCount: number): Subdivision {
  const edges = new Map<string, { index: number; ends: [number, number]; faces: number[] }>();
  const faceCount = quads.indices.length / 4;
  const keyOf = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
  forEachEdge(quads, (a, b, face) => {
    const key = keyOf(a, b);
    const edge = edges.get(key);
    if (edge) edge.faces.push(face);
    else edges.set(key, { index: vertexCount + edges.size, ends: [a, b], faces: [face] });
  });
  const firstFace = vertexCount + edges.size;
  const cornersOf = (face: number): Uint32Array => quads.indices.subarray(4 * face, 4 * face + 4);

  const rows: Map<number, number>[] = Array.from({ length: firstFace + faceCount }, () => new Map());
  const add = (row: number, column: number, weight: number): void => {
    rows[row].set(column, (rows[row].get(column) ?? 0) + weight);
  };
  for (let face = 0; face < faceCount; face++)
    for (const v of cornersOf(face)) add(firstFace + face, v, 1 / 4);

  const vertexFaces: number[][] = Array.from({ length: vertexCount }, () => []);
  for (let face = 0; face < faceCount; face++) for (const v of cornersOf(face)) vertexFaces[v].push(face);
  const vertexEdges: [number, number][][] = Array.from({ length: vertexCount }, () => []);
  const borders: number[][] = Array.from({ length: vertexCount }, () => []);
  for (const { index, ends, faces } of edges.values()) {
    const inner = faces.length === 2;
    for (const end of ends) {
      add(index, end, inner ? 1 / 4 : 1 / 2);
      const other = ends[0] === end ? ends[1] : ends[0];
      vertexEdges[end].push([end, other]);
      if (!inner) borders[end].push(other);
    }
    if (inner) for (const face of faces) for (const v of cornersOf(face)) add(index, v, 1 / 16);
  }
  for (let v = 0; v < vertexCount; v++) {
    if (borders[v].length > 0) {
      add(v, v, 3 / 4);
      for (const other of borders[v]) add(v, other, 1 / 4 / borders[v].length);
      continue;
    }
    const n = vertexFaces[v].length;
    if (n === 0) {
      add(v, v, 1);
      continue;
    }
    // (F + 2 R + (n - 3) P) / n, with F the mean face point and R the mean edge middle.
    add(v, v, (n - 3) / n);
    for (const face of vertexFaces[v]) for (const corner of cornersOf(face)) add(v, corner, 1 / (4 * n * n));
    for (const [a, b] of vertexEdges[v]) {
      add(v, a, 1 / (n * n));
      add(v, b, 1 / (n * n));
    }
  }

  const indices = new Uint32Array(faceCount * 16);
  const origin = new Uint32Array(faceCount * 4);
  for (let face = 0; face < faceCount; face++) {
    const corners = cornersOf(face);
    for (let c = 0; c < 4; c++) {
      const [before, here, after] = [corners[(c + 3) % 4], corners[c], corners[(c + 1) % 4]];
      indices.set(
        [here, edges.get(keyOf(here, after))!.index, firstFace + face, edges.get(keyOf(before, here))!.index],
        16 * face + 4 * c,
      );
      origin[4 * face + c] = face;
    }
  }
  return { quads: { corners: 4, indices }, stencil: sparseRows(rows), origin };
}
