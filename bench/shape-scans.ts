import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vertexNormals } from '../packages/core/src/mesh/normals.ts';
import { rasterize } from '../packages/core/src/mesh/rasterize.ts';
import { type Camera, projectVertices } from '../packages/core/src/render/camera.ts';

/** A head scan: points with normals, and where its landmarks are known, those. */
export interface Scan {
  readonly name: string;
  /** `[N, 3]`, +Y up, +Z forward, about millimetres. */
  readonly points: Float32Array;
  /** Unit, `[N, 3]`. */
  readonly normals: Float32Array;
  /** 1 for points that a camera in front or 45 degrees to either side sees: scans have insides too. */
  readonly visible: Uint8Array;
  /** Where some of the 68 landmarks are, to start from: iBUG index and point. */
  readonly landmarks: readonly (readonly [number, readonly [number, number, number]])[];
}

// Eye and mouth corners, read off a picture of the scan, millimetres from the front; the depth is the scan's own.
const LEE_PICKS = [
  [36, -54.8, 82.7],
  [45, 41.9, 81.4],
  [48, -27.2, 15.9],
  [54, 18.7, 17.8],
  [33, -6, 41.6],
] as const;

/** Lee Perry-Smith's head, a three.js JSON of version 2; 48.8 mm per unit makes the outer eye corners 89 mm apart. */
export function readLeePerrySmith(folder: string): Scan {
  const text = readFileSync(join(folder, 'lee-perry-smith', 'LeePerrySmith.js'), 'utf8');
  const json = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as {
    vertices: number[];
    faces: number[];
  };
  const points = Float32Array.from(json.vertices, (x) => 48.8 * x);
  const landmarks = LEE_PICKS.map(([index, x, y]) => [index, frontmost(points, x, y)] as const);
  return scanOf('Lee Perry-Smith', points, jsonTriangles(json.faces), landmarks);
}

/** The point nearest to the viewer within four millimetres of (x, y). */
function frontmost(points: Float32Array, x: number, y: number): [number, number, number] {
  let best: [number, number, number] = [x, y, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < points.length; i += 3) {
    if (Math.hypot(points[i] - x, points[i + 1] - y) < 4 && points[i + 2] > best[2]) {
      best = [points[i], points[i + 1], points[i + 2]];
    }
  }
  return best;
}

/** Faces of three.js' JSON: a bit mask says what follows the vertex indices. */
function jsonTriangles(faces: readonly number[]): Uint32Array {
  const triangles: number[] = [];
  let at = 0;
  while (at < faces.length) {
    const mask = faces[at++];
    const corners = mask & 1 ? 4 : 3;
    const v = faces.slice(at, at + corners);
    at += corners;
    for (let c = 2; c < corners; c++) triangles.push(v[0], v[c - 1], v[c]);
    // Material, face UV, vertex UVs, face normal, vertex normals, face colour, vertex colours.
    [1, 1, corners, 1, corners, 1, corners].forEach((size, bit) => {
      if (mask & (2 << bit)) at += size;
    });
  }
  return Uint32Array.from(triangles);
}

// James' file groups its landmarks; where each group begins in iBUG's order.
const GROUPS: Readonly<Record<string, number>> = {
  chin: 0,
  leyebrow: 17,
  reyebrow: 22,
  nose: 27,
  leye: 36,
  reye: 42,
  mouth: 48,
};

/** "James" of menpo3d: OBJ in millimetres with 68 landmarks. */
export function readJames(folder: string): Scan {
  const points: number[] = [];
  const triangles: number[] = [];
  for (const line of readFileSync(join(folder, 'james', 'james.obj'), 'utf8').split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'v') points.push(...words.slice(1, 4).map(Number));
    if (words[0] === 'f') triangles.push(...words.slice(1, 4).map((word) => Number.parseInt(word, 10) - 1));
  }
  const file = JSON.parse(readFileSync(join(folder, 'james', 'james.ljson'), 'utf8')) as {
    groups: {
      LJSON: {
        labels: { label: string; mask: number[] }[];
        landmarks: { points: [number, number, number][] };
      };
    };
  };
  // The jaw line is where the hair is; the inner landmarks are enough.
  const landmarks = file.groups.LJSON.labels
    .filter(({ label }) => label !== 'chin')
    .flatMap(({ label, mask }) =>
      mask.map((from, i) => [GROUPS[label] + i, file.groups.LJSON.landmarks.points[from]] as const),
    );
  return scanOf('James', Float32Array.from(points), Uint32Array.from(triangles), landmarks);
}

const SIZE = 1200;
const DISTANCE = 2000;
// Behind what is seen by less than this is still the same surface, millimetres.
const SLACK = 1.5;

function scanOf(
  name: string,
  points: Float32Array,
  triangles: Uint32Array,
  landmarks: Scan['landmarks'],
): Scan {
  const visible = new Uint8Array(points.length / 3);
  const target = [0, 1, 2].map((axis) =>
    landmarks.reduce((sum, [, p]) => sum + p[axis] / landmarks.length, 0),
  );
  for (const yaw of [-Math.PI / 4, 0, Math.PI / 4]) {
    const camera: Camera = {
      position: [target[0] + DISTANCE * Math.sin(yaw), target[1], target[2] + DISTANCE * Math.cos(yaw)],
      target: [target[0], target[1], target[2]],
      roll: 0,
      focal: (SIZE * DISTANCE) / 300,
      width: SIZE,
      height: SIZE,
    };
    const projected = projectVertices(camera, points);
    const raster = rasterize(projected, triangles, SIZE, SIZE, { cull: 'none' });
    for (let v = 0; v < visible.length; v++) {
      const depth = projected[3 * v + 2];
      const [x, y] = [projected[3 * v] / depth, projected[3 * v + 1] / depth].map(Math.floor);
      if (x < 0 || y < 0 || x >= SIZE || y >= SIZE) continue;
      const seen = raster.inverseDepth[y * SIZE + x];
      if (seen === 0 || depth < 1 / seen + SLACK) visible[v] = 1;
    }
  }
  return { name, points, normals: vertexNormals(points, triangles), visible, landmarks };
}
