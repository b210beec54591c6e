/** Points on the skin that stay on it when it moves. */
export interface SurfacePoints {
  /** Skin triangle of each point, `[N]`. */
  readonly triangles: Uint32Array;
  /** Barycentric weights of its three corners, `[N, 3]`, each row sums to one. */
  readonly barycentrics: Float32Array;
}

/** A linear basis over all vertices: row k is one mode, already multiplied by its standard deviation, millimetres. */
export interface Basis {
  /** Number of modes, K. */
  readonly count: number;
  /** `[K, 3 V]`. */
  readonly data: Float32Array;
}

/** One surface with its own material: the skin, an eyeball, the teeth … A contiguous range of the model's vertices. */
export interface ShapePart {
  /** `skin`, `mouth`, `eyeLeft`, `eyeRight`, `teeth`, `gums`, `tongue` … Left is the subject's left (+X). */
  readonly name: string;
  /** First vertex in the model. */
  readonly vertexStart: number;
  readonly vertexCount: number;
  /** Vertex indices into the whole model, `[T, 3]`, counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
  /** `[U, 2]`, origin top left; one atlas per part. */
  readonly uv: Float32Array;
  /** Indices into `uv`, `[T, 3]`. */
  readonly uvTriangles: Uint32Array;
}

/**
 * A 3D morphable model (paper Eq. 2): `vertices = mean + identity' p_s + expression' p_e`.
 *
 * Millimetres, +Y up, +Z out of the face, +X the subject's left; the origin is inside the head. Coefficients are N(0, 1).
 * V counts the vertices of all parts; the skin comes first, so that skin vertices are 0 … S - 1.
 */
export interface ShapeModel {
  readonly name: string;
  /** SHA-256 of the skin's topology and UV, hex. Texture models and data sets carry it. */
  readonly topologyDigest: string;
  /** V. */
  readonly vertexCount: number;
  /** `[3 V]`. */
  readonly mean: Float32Array;
  /** ns modes (158 in ours). */
  readonly identity: Basis;
  /** ne modes (29 in ours), each a fixed mixture of the named shapes. */
  readonly expression: Basis;
  /** ARKit names (51 of them: all but `tongueOut`), in the order of `shapes`. */
  readonly shapeNames: readonly string[];
  /** Displacement of each named shape at weight 1, `[51, 3 V]`. */
  readonly shapes: Basis;
  /** `expression = mixture * shapes`: `[ne, 51]`; turns expression coefficients into ARKit weights. */
  readonly expressionMixture: Float32Array;
  /** `parts[0]` is the skin. */
  readonly parts: readonly ShapePart[];
  /** The 68 iBUG landmarks on the skin; 0 is the jaw at the subject's right ear. */
  readonly landmarks: SurfacePoints;
  /**
   * Region masks over skin vertices, weights 0 … 255, `[S]` each: `face` (what a frontal photo shows of the face, without the
   * insides of mouth, nostrils and eyes), `narrowFace` (the area scans are scored on), `eyelids`, `lips`, `nose`, `ears`,
   * `scalp`, `neck`, `hidden` (eye sockets and nostril cups, which belong to the skin). Imported models may lack some.
   */
  readonly regions: Readonly<Record<string, Uint8Array>>;
}
