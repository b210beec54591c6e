import type { Image } from '../image/image.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { rasterize } from '../mesh/rasterize.ts';
import { type Camera, projectVertices } from '../render/camera.ts';

/** Where one of the 68 landmarks lies on a scan: iBUG index and point, millimetres. */
export type ScanLandmark = readonly [index: number, point: readonly [number, number, number]];

/** A head scan: points with normals, and where its landmarks are known, those. */
export interface Scan {
  readonly name: string;
  /** +Y up, +Z forward, about millimetres. */
  readonly mesh: Mesh;
  /** What the scan's UV points into, sRGB. */
  readonly texture?: Image;
  /** `[N, 3]`, the mesh's own. */
  readonly points: Float32Array;
  /** Unit, `[N, 3]`. */
  readonly normals: Float32Array;
  /** 1 for points that a camera in front or 45 degrees to either side sees, `[N]`: scans have insides too. */
  readonly visible: Uint8Array;
  /** At least three, to start from. */
  readonly landmarks: readonly ScanLandmark[];
}

const SIZE = 1200;
const DISTANCE = 2000;
// Behind what is seen by less than this is still the same surface, millimetres.
const SLACK = 1.5;

/** Completes a scan: normals, and which points can be seen at all. */
export function makeScan(
  name: string,
  mesh: Mesh,
  landmarks: readonly ScanLandmark[],
  texture?: Image,
): Scan {
  const { vertices: points, triangles } = mesh;
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
  return { name, mesh, texture, points, normals: vertexNormals(points, triangles), visible, landmarks };
}
