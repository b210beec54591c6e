import type { Mesh } from '../mesh/mesh.ts';

/** A closed test surface with a UV map and the outward direction of each vertex. */
export interface SyntheticMesh extends Mesh {
  readonly uv: Float32Array;
  readonly uvTriangles: Uint32Array;
}

/**
 * Makes a sphere of rings and sectors whose radius may vary with direction; a surface made by code, for tests and benches.
 *
 * @param rings Bands from the top (+Y) to the bottom.
 * @param radius Millimetres in a unit direction.
 * @returns `(rings - 1) * 2 rings + 2` vertices. u runs around from the back (seam at -Z), v from the top to the bottom.
 */
export function syntheticBall(
  rings: number,
  radius: number | ((x: number, y: number, z: number) => number),
): SyntheticMesh {
  const sectors = 2 * rings;
  const vertices: number[] = [];
  const reach = typeof radius === 'number' ? () => radius : radius;
  const put = (x: number, y: number, z: number): void => {
    const r = reach(x, y, z);
    vertices.push(r * x, r * y, r * z);
  };
  put(0, 1, 0);
  for (let i = 1; i < rings; i++) {
    const polar = (Math.PI * i) / rings;
    for (let j = 0; j < sectors; j++) {
      const azimuth = (2 * Math.PI * j) / sectors;
      put(-Math.sin(polar) * Math.sin(azimuth), Math.cos(polar), -Math.sin(polar) * Math.cos(azimuth));
    }
  }
  put(0, -1, 0);

  const uv: number[] = [];
  for (let i = 0; i <= rings; i++) for (let j = 0; j <= sectors; j++) uv.push(j / sectors, i / rings);
  const last = vertices.length / 3 - 1;
  const vertexOf = (i: number, j: number): number =>
    i === 0 ? 0 : i === rings ? last : 1 + (i - 1) * sectors + (j % sectors);
  const triangles: number[] = [];
  const uvTriangles: number[] = [];
  for (let i = 0; i < rings; i++) {
    for (let j = 0; j < sectors; j++) {
      const corners = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      for (const k of [
        [0, 1, 2],
        [0, 2, 3],
      ]) {
        const triangle = k.map((n) => vertexOf(corners[n][0], corners[n][1]));
        if (new Set(triangle).size < 3) continue;
        triangles.push(...triangle);
        uvTriangles.push(...k.map((n) => corners[n][0] * (sectors + 1) + corners[n][1]));
      }
    }
  }
  return {
    vertices: Float32Array.from(vertices),
    triangles: Uint32Array.from(triangles),
    uv: Float32Array.from(uv),
    uvTriangles: Uint32Array.from(uvTriangles),
  };
}

/** Makes a head-sized ball with a nose, eye hollows and a chin: enough of a head to tell its sides apart. */
export function syntheticHead(rings: number): SyntheticMesh {
  const bump = (x: number, y: number, z: number, at: readonly number[], width: number): number =>
    Math.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2 + (z - at[2]) ** 2) / (2 * width * width));
  return syntheticBall(rings, (x, y, z) => {
    const skull = 100 - 15 * x * x + 18 * y * y;
    const nose = 32 * bump(x, y, z, [0, -0.12, 1], 0.14);
    const eyes = 12 * bump(Math.abs(x), y, z, [0.33, 0.15, 0.93], 0.16);
    const chin = 14 * bump(x, y, z, [0, -0.8, 0.6], 0.25);
    return skull + nose - eyes + chin;
  });
}
