import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { makeScan, type Scan, type ScanLandmark } from '@ganfit/core/evaluate';
import { readPhoto } from '../image.ts';

/** The scans that can be read, by the folder they lie in. */
export const SCAN_NAMES = ['lee-perry-smith', 'james'] as const;
export type ScanName = (typeof SCAN_NAMES)[number];

/**
 * Reads a textured head scan.
 *
 * @param folder Holds `lee-perry-smith` and `james`.
 * @throws GanfitError `input` when its files are not there.
 */
export async function readScan(folder: string, name: ScanName): Promise<Scan> {
  try {
    return name === 'james'
      ? await readJames(join(folder, name))
      : await readLeePerrySmith(join(folder, name));
  } catch (cause) {
    if (cause instanceof GanfitError) throw cause;
    throw new GanfitError(
      'input',
      `scans: ${join(folder, name)} must hold the scan, got ${(cause as Error).message}. ` +
        'docs/evaluation.md says where it comes from.',
      { cause },
    );
  }
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
async function readLeePerrySmith(folder: string): Promise<Scan> {
  const text = await readFile(join(folder, 'LeePerrySmith.js'), 'utf8');
  const json = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as {
    vertices: number[];
    faces: number[];
    uvs: number[][];
  };
  const vertices = Float32Array.from(json.vertices, (x) => 48.8 * x);
  const landmarks = LEE_PICKS.map(([index, x, y]): ScanLandmark => [index, frontmost(vertices, x, y)]);
  // Unlike in OBJ, v counts from the top in this file.
  const uv = Float32Array.from(json.uvs[0]);
  const { image } = await readPhoto(join(folder, 'Map-COL.jpg'));
  return makeScan('Lee Perry-Smith', { vertices, uv, ...jsonTriangles(json.faces) }, landmarks, image);
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
function jsonTriangles(faces: readonly number[]): { triangles: Uint32Array; uvTriangles: Uint32Array } {
  const triangles: number[] = [];
  const uvTriangles: number[] = [];
  let at = 0;
  while (at < faces.length) {
    const mask = faces[at++];
    const corners = mask & 1 ? 4 : 3;
    const v = faces.slice(at, at + corners);
    at += corners;
    for (let c = 2; c < corners; c++) triangles.push(v[0], v[c - 1], v[c]);
    // Material, face UV, vertex UVs, face normal, vertex normals, face colour, vertex colours.
    [1, 1, corners, 1, corners, 1, corners].forEach((size, bit) => {
      if (!(mask & (2 << bit))) return;
      if (bit === 2)
        for (let c = 2; c < corners; c++) uvTriangles.push(faces[at], faces[at + c - 1], faces[at + c]);
      at += size;
    });
  }
  return { triangles: Uint32Array.from(triangles), uvTriangles: Uint32Array.from(uvTriangles) };
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
async function readJames(folder: string): Promise<Scan> {
  const vertices: number[] = [];
  const uv: number[] = [];
  const triangles: number[] = [];
  const uvTriangles: number[] = [];
  for (const line of (await readFile(join(folder, 'james.obj'), 'utf8')).split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'v') vertices.push(...words.slice(1, 4).map(Number));
    if (words[0] === 'vt') uv.push(Number(words[1]), 1 - Number(words[2]));
    if (words[0] !== 'f') continue;
    for (const word of words.slice(1, 4)) {
      const [vertex, texel] = word.split('/').map(Number);
      triangles.push(vertex - 1);
      uvTriangles.push(texel - 1);
    }
  }
  const file = JSON.parse(await readFile(join(folder, 'james.ljson'), 'utf8')) as {
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
      mask.map((from, i): ScanLandmark => [GROUPS[label] + i, file.groups.LJSON.landmarks.points[from]]),
    );
  const { image } = await readPhoto(join(folder, 'james.jpg'));
  const mesh = {
    vertices: Float32Array.from(vertices),
    triangles: Uint32Array.from(triangles),
    uv: Float32Array.from(uv),
    uvTriangles: Uint32Array.from(uvTriangles),
  };
  return makeScan('James', mesh, landmarks, image);
}
