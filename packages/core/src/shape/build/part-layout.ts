import { assert } from '../../error.ts';
import type { ShapePart } from '../model.ts';
import type { Atlas } from './atlas.ts';
import type { InnerPart } from './inner-parts.ts';
import type { RegionWeights } from './regions.ts';
import type { Template } from './template.ts';

/** How the registered template and the inner parts become one vertex array with contiguous parts. */
export interface PartLayout {
  readonly vertexCount: number;
  /** Skin vertices come first: S. */
  readonly skinCount: number;
  /** Template vertex of each vertex of skin and mouth. */
  readonly source: Uint32Array;
  /** The mirrored vertex of each vertex. */
  readonly mirror: Uint32Array;
  /** Skin triangles, `[T, 3]`. */
  readonly skinTriangles: Uint32Array;
  /** One field over all vertices, `[3 V]`. */
  assemble(template: Float64Array, parts: readonly Float64Array[]): Float32Array;
  parts(atlas: Atlas): ShapePart[];
  /** Masks 0 … 255 over skin vertices. */
  masks(regions: RegionWeights): Record<string, Uint8Array>;
}

/**
 * Skin (with the eye sockets, which fill the holes of the lids), inner mouth, then the inner parts. The mouth has its own
 * copy of the seam's vertices, so that no part reaches into another.
 */
export function layOutParts(template: Template, inner: readonly InnerPart[]): PartLayout {
  const surface = (isMouth: boolean): { vertices: number[]; quads: number[] } => {
    const quads = [...template.labels.keys()].filter((q) => (template.labels[q] === 1) === isMouth);
    const vertices = new Set(quads.flatMap((q) => [...template.quads.indices.subarray(4 * q, 4 * q + 4)]));
    return { quads, vertices: [...vertices].sort((a, b) => a - b) };
  };
  const [skin, mouth] = [surface(false), surface(true)];
  const source = Uint32Array.from([...skin.vertices, ...mouth.vertices]);
  const skinCount = skin.vertices.length;
  const trianglesOf = (quads: readonly number[], vertices: readonly number[], first: number): Uint32Array => {
    const index = new Map(vertices.map((v, i) => [v, first + i]));
    return Uint32Array.from(
      quads.flatMap((q) => {
        const [a, b, c, d] = [0, 1, 2, 3].map((k) => index.get(template.quads.indices[4 * q + k])!);
        return [a, b, c, a, c, d];
      }),
    );
  };
  const skinTriangles = trianglesOf(skin.quads, skin.vertices, 0);
  const mouthTriangles = trianglesOf(mouth.quads, mouth.vertices, skinCount);

  const starts: number[] = [];
  let vertexCount = source.length;
  for (const part of inner) {
    starts.push(vertexCount);
    vertexCount += part.positions.length / 3;
  }
  const assemble = (field: Float64Array, parts: readonly Float64Array[]): Float32Array => {
    const result = new Float32Array(vertexCount * 3);
    source.forEach((from, v) => {
      result.set(field.subarray(3 * from, 3 * from + 3), 3 * v);
    });
    parts.forEach((part, i) => {
      result.set(part, 3 * starts[i]);
    });
    return result;
  };

  const mirror = new Uint32Array(vertexCount);
  const place = [
    new Map(skin.vertices.map((v, i) => [v, i])),
    new Map(mouth.vertices.map((v, i) => [v, skinCount + i])),
  ];
  source.forEach((from, v) => {
    mirror[v] = place[v < skinCount ? 0 : 1].get(template.mirror[from])!;
  });
  inner.forEach((part, i) => {
    const other = inner.findIndex((candidate) => candidate.name === oppositePart(part.name));
    mirrorPart(part, inner[other], starts[i], starts[other], mirror);
  });

  return {
    vertexCount,
    skinCount,
    source,
    mirror,
    skinTriangles,
    assemble,
    parts(atlas) {
      const skinPart: ShapePart = {
        name: 'skin',
        vertexStart: 0,
        vertexCount: skinCount,
        triangles: skinTriangles,
        uv: Float32Array.from(atlas.uv),
        uvTriangles: atlas.uvTriangles,
      };
      const mouthPart: ShapePart = {
        name: 'mouth',
        vertexStart: skinCount,
        vertexCount: mouth.vertices.length,
        triangles: mouthTriangles,
        ...mouthTexture(template, mouth.quads),
      };
      return [
        skinPart,
        mouthPart,
        ...inner.map((part, i) => ({
          name: part.name,
          vertexStart: starts[i],
          vertexCount: part.positions.length / 3,
          triangles: part.triangles.map((v) => v + starts[i]),
          uv: Float32Array.from(part.uv),
          uvTriangles: part.uvTriangles,
        })),
      ];
    },
    masks(regions) {
      return Object.fromEntries(
        Object.entries(regions).map(([name, weights]) => [
          name,
          Uint8Array.from(skin.vertices, (v) => Math.round(255 * weights[v])),
        ]),
      );
    },
  };
}

function oppositePart(name: string): string {
  return name === 'eyeLeft' ? 'eyeRight' : name === 'eyeRight' ? 'eyeLeft' : name;
}

/** MakeHuman's texture island of the inner mouth, stretched to fill its own atlas. */
function mouthTexture(
  { quadUv }: Template,
  quads: readonly number[],
): { uv: Float32Array; uvTriangles: Uint32Array } {
  const index = new Map<string, number>();
  const points: number[] = [];
  const uvTriangles: number[] = [];
  for (const q of quads) {
    const corners = [0, 1, 2, 3].map((c) => {
      const [u, v] = quadUv.subarray(8 * q + 2 * c, 8 * q + 2 * c + 2);
      const key = `${u.toFixed(7)} ${v.toFixed(7)}`;
      if (!index.has(key)) {
        index.set(key, points.length / 2);
        points.push(u, v);
      }
      return index.get(key)!;
    });
    const [a, b, c, d] = corners;
    uvTriangles.push(a, b, c, a, c, d);
  }
  const axis = (i: number): number[] => points.filter((_, k) => k % 2 === i);
  const [left, bottom] = [0, 1].map((i) => Math.min(...axis(i)));
  const [right, top] = [0, 1].map((i) => Math.max(...axis(i)));
  const size = Math.max(right - left, top - bottom) / 0.98;
  const uv = Float32Array.from(points, (x, i) =>
    i % 2 === 0 ? 0.01 + (x - left) / size : 0.99 - (x - bottom) / size,
  );
  return { uv, uvTriangles: Uint32Array.from(uvTriangles) };
}

/** Pairs a part's vertices with the mirrored ones of its counterpart; both have the same order of magnitude of vertices. */
function mirrorPart(
  part: InnerPart,
  other: InnerPart,
  start: number,
  otherStart: number,
  mirror: Uint32Array,
): void {
  const count = part.positions.length / 3;
  if (part !== other) {
    // Eyes are modelled as mirror images, vertex by vertex.
    for (let v = 0; v < count; v++) mirror[start + v] = otherStart + v;
    return;
  }
  const taken = new Uint8Array(count);
  for (let v = 0; v < count; v++) {
    if (taken[v]) continue;
    let best = -1;
    let distance = Number.POSITIVE_INFINITY;
    for (let w = 0; w < count; w++) {
      if (taken[w]) continue;
      const d = Math.hypot(
        part.positions[3 * v] + part.positions[3 * w],
        part.positions[3 * v + 1] - part.positions[3 * w + 1],
        part.positions[3 * v + 2] - part.positions[3 * w + 2],
      );
      if (d < distance) [best, distance] = [w, d];
    }
    assert(distance < 0.5, `the ${part.name} are mirror-symmetric, got ${distance} mm`);
    taken[v] = 1;
    taken[best] = 1;
    mirror[start + v] = start + best;
    mirror[start + best] = start + v;
  }
}
