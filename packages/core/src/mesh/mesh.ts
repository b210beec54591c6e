/** A triangle mesh. UV has its own index, so that a seam duplicates no vertex. */
export interface Mesh {
  /** Positions, `[V, 3]`, millimetres, +Y up, +Z towards the viewer. */
  readonly vertices: Float32Array;
  /** Vertex indices, `[T, 3]`, counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
  /** UV coordinates, `[U, 2]`, origin top left, in [0, 1]. */
  readonly uv?: Float32Array;
  /** Indices into `uv`, `[T, 3]`; absent when `uv` is per vertex (U = V). */
  readonly uvTriangles?: Uint32Array;
}
