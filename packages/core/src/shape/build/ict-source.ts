import { readSafetensors, tensorOf } from '../../linalg/safetensors.ts';

/** ICT-FaceKit in its own vertex order, millimetres. */
export interface IctSource {
  /** `[V, 3]`. */
  readonly neutral: Float64Array;
  /** Quads, triangles repeated their last corner; `[P, 4]`. */
  readonly polygons: Int32Array;
  /** Texture indices of the polygons' corners, `[P, 4]`. */
  readonly polygonUv: Int32Array;
  /** `[U, 2]`, origin bottom left, one tile per material. */
  readonly uv: Float32Array;
  /** Displacements, `[100, 3 V]` in 0.01 mm. */
  readonly identity: Int16Array;
  readonly identityCount: number;
  /** Displacements in 0.01 mm by the file's names, `[3 V]` each. */
  readonly expressions: ReadonlyMap<string, Int16Array>;
  /** The 68 landmark vertices. */
  readonly landmarks: readonly number[];
}

/** Ranges of ICT-FaceKit's polygons and vertices that the registration uses (from its README). */
export const ICT = {
  skinPolygons: [0, 11144],
  mouthPolygons: [11144, 13226],
  socketLeftPolygons: [13226, 13630],
  socketRightPolygons: [13630, 14034],
  gumsPolygons: [14034, 17006],
  teethPolygons: [17006, 21496],
  eyeLeftPolygons: [21496, 23094],
  eyeRightPolygons: [23094, 24692],
  faceVertices: 9409,
  narrowFaceVertices: 6706,
  skinVertices: 11248,
} as const satisfies Record<string, number | readonly [number, number]>;

/** Reads the one-file form of ICT-FaceKit Light. */
export function readIctSource(bytes: Uint8Array): IctSource {
  const file = readSafetensors(bytes);
  const neutral = Float64Array.from(tensorOf(file, 'neutral', 'F32').data, (x) => 10 * x);
  const identity = tensorOf(file, 'identity', 'I16');
  const expression = tensorOf(file, 'expression', 'I16').data;
  const length = neutral.length;
  const names = (file.metadata['expression_names'] ?? '').split(',');
  return {
    neutral,
    polygons: tensorOf(file, 'polygons', 'I32').data,
    polygonUv: tensorOf(file, 'polygon_uv', 'I32').data,
    uv: tensorOf(file, 'uv', 'F32').data,
    identity: identity.data,
    identityCount: identity.shape[0],
    expressions: new Map(names.map((name, i) => [name, expression.subarray(i * length, (i + 1) * length)])),
    landmarks: (file.metadata['landmarks68'] ?? '').split(',').map(Number),
  };
}

/** Triangles of a range of polygons, `[T, 3]`, and the polygon that each belongs to. */
export function ictTriangles(
  source: IctSource,
  range: readonly [number, number],
  keep: (corners: readonly number[]) => boolean = () => true,
): Uint32Array {
  const triangles: number[] = [];
  for (let p = range[0]; p < range[1]; p++) {
    const corners = [...source.polygons.subarray(4 * p, 4 * p + 4)].filter((v) => v >= 0);
    if (!keep(corners)) continue;
    for (let c = 2; c < corners.length; c++) triangles.push(corners[0], corners[c - 1], corners[c]);
  }
  return Uint32Array.from(triangles);
}

/** Neighbours within a range of polygons: along their sides, or all corners of a polygon when `diagonals` is set. */
export function ictNeighbors(
  source: IctSource,
  range: readonly [number, number],
  diagonals = false,
): number[][] {
  const sets = Array.from({ length: source.neutral.length / 3 }, () => new Set<number>());
  for (let p = range[0]; p < range[1]; p++) {
    const corners = [...source.polygons.subarray(4 * p, 4 * p + 4)].filter((v) => v >= 0);
    corners.forEach((a, c) => {
      if (diagonals) for (const other of corners) if (other !== a) sets[a].add(other);
      const b = corners[(c + 1) % corners.length];
      sets[a].add(b);
      sets[b].add(a);
    });
  }
  return sets.map((set) => [...set].sort((a, b) => a - b));
}

/** Vertices that two ranges of polygons share, ascending. */
export function ictBorder(
  source: IctSource,
  a: readonly [number, number],
  b: readonly [number, number],
): number[] {
  const verticesOf = (range: readonly [number, number]): Set<number> =>
    new Set(source.polygons.subarray(4 * range[0], 4 * range[1]).filter((v) => v >= 0));
  const other = verticesOf(b);
  return [...verticesOf(a)].filter((v) => other.has(v)).sort((x, y) => x - y);
}
