import type { Mesh } from '../mesh/mesh.ts';

/** Corners with one vertex and one UV index each, as graphics hardware wants them. */
export interface SplitMesh {
  /** Which vertex of the mesh each corner copies, `[N]`. */
  readonly sources: Uint32Array;
  /** `[N, 2]`, origin top left. */
  readonly uv: Float32Array;
  /** Indices into `sources`, `[T, 3]`. */
  readonly triangles: Uint32Array;
}

/**
 * Duplicates vertices along UV seams, so that every corner has one UV.
 *
 * Without it about one per cent of the corners would sample the wrong texels. Vertices that no triangle uses are left
 * out. Whatever depends on neighbourhood (normals) has to be computed before.
 */
export function splitSeams(mesh: Mesh & Required<Pick<Mesh, 'uv' | 'uvTriangles'>>): SplitMesh {
  const sources: number[] = [];
  const uv: number[] = [];
  const known = new Map<number, number>();
  const triangles = new Uint32Array(mesh.triangles.length);
  const uvCount = mesh.uv.length / 2;
  for (let corner = 0; corner < triangles.length; corner++) {
    const vertex = mesh.triangles[corner];
    const uvIndex = mesh.uvTriangles[corner];
    const key = vertex * uvCount + uvIndex;
    let index = known.get(key);
    if (index === undefined) {
      index = sources.length;
      known.set(key, index);
      sources.push(vertex);
      uv.push(mesh.uv[2 * uvIndex], mesh.uv[2 * uvIndex + 1]);
    }
    triangles[corner] = index;
  }
  return { sources: Uint32Array.from(sources), uv: Float32Array.from(uv), triangles };
}

/** Copies rows of `[V, width]` values to split corners, `[N, width]`. */
export function splitRows(split: SplitMesh, rows: Float32Array, width: number): Float32Array {
  const out = new Float32Array(split.sources.length * width);
  split.sources.forEach((vertex, i) => {
    for (let c = 0; c < width; c++) out[i * width + c] = rows[vertex * width + c];
  });
  return out;
}
