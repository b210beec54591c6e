import { linearToBytes } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import type { HeadMorph, HeadPart } from './head.ts';

/** Texels across and down one part's place in the common picture. */
const CELL = 256;
/** Texels around it that repeat its edge, so that neither filtering nor small mip levels mix neighbours. */
const MARGIN = 4;

/**
 * Makes one part of several, with one material and one texture, for programs that expect one mesh.
 *
 * @param parts At least one; the first gives the roughness.
 * @param name Of the result and of its material.
 */
export function mergeParts(parts: readonly HeadPart[], name: string): HeadPart {
  const across = Math.ceil(Math.sqrt(parts.length));
  const uv = parts.map((part, n) => placeUv(part.mesh.uv, n, across));
  const starts = offsets(parts.map((part) => part.mesh.vertices.length / 3));
  const uvStarts = offsets(uv.map((rows) => rows.length / 2));
  const vertexCount = starts[parts.length];
  const names = [...new Set(parts.flatMap((part) => part.morphs.map((morph) => morph.name)))];
  const order = parts.flatMap((part) => part.morphs.map((morph) => morph.name));
  names.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return {
    name,
    mesh: {
      vertices: joined(parts.map((part) => part.mesh.vertices)),
      uv: joined(uv),
      triangles: shifted(
        parts.map((part) => part.mesh.triangles),
        starts,
      ),
      uvTriangles: shifted(
        parts.map((part) => part.mesh.uvTriangles),
        uvStarts,
      ),
    },
    normals: joined(parts.map((part) => part.normals)),
    material: {
      name,
      color: [1, 1, 1],
      roughness: parts[0].material.roughness,
      texture: commonPicture(parts, across),
    },
    morphs: names.map((shape) => mergeMorph(parts, shape, starts, vertexCount)),
    binding: {
      joints: Uint8Array.from(parts.flatMap((part) => [...part.binding.joints])),
      weights: joined(parts.map((part) => part.binding.weights)),
    },
  };
}

function mergeMorph(
  parts: readonly HeadPart[],
  name: string,
  starts: readonly number[],
  vertexCount: number,
): HeadMorph {
  const positions = new Float32Array(3 * vertexCount);
  const normals = new Float32Array(3 * vertexCount);
  parts.forEach((part, n) => {
    const morph = part.morphs.find((candidate) => candidate.name === name);
    if (!morph) return;
    positions.set(morph.positions, 3 * starts[n]);
    normals.set(morph.normals, 3 * starts[n]);
  });
  return { name, positions, normals };
}

function offsets(counts: readonly number[]): number[] {
  const starts = [0];
  for (const count of counts) starts.push(starts[starts.length - 1] + count);
  return starts;
}

function joined(lists: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    out.set(list, at);
    at += list.length;
  }
  return out;
}

function shifted(lists: readonly Uint32Array[], starts: readonly number[]): Uint32Array {
  return Uint32Array.from(lists.flatMap((list, n) => Array.from(list, (index) => index + starts[n])));
}

function placeUv(uv: Float32Array, n: number, across: number): Float32Array {
  const inner = (CELL - 2 * MARGIN) / CELL;
  const corner = [(n % across) * CELL, Math.floor(n / across) * CELL];
  return uv.map((value, i) => (corner[i % 2] + MARGIN + value * inner * CELL) / (across * CELL));
}

/** Cells row by row; plain parts are filled with their colour. RGB, sRGB. */
function commonPicture(parts: readonly HeadPart[], across: number): Image {
  const side = across * CELL;
  const data = new Uint8Array(3 * side * side);
  parts.forEach(({ material }, n) => {
    const [left, top] = [(n % across) * CELL, Math.floor(n / across) * CELL];
    const plain = linearToBytes(Float32Array.from(material.color));
    for (let y = 0; y < CELL; y++) {
      for (let x = 0; x < CELL; x++) {
        const at = 3 * ((top + y) * side + left + x);
        const { texture } = material;
        if (texture) data.set(sample(texture, inside(x), inside(y)), at);
        else data.set(plain, at);
      }
    }
  });
  return { width: side, height: side, channels: 3, data };
}

/** A texel of the cell as a place in the part's own picture, in [0, 1]. */
function inside(texel: number): number {
  return Math.min(Math.max((texel + 0.5 - MARGIN) / (CELL - 2 * MARGIN), 0), 1);
}

/** Bilinear, clamped at the border. */
function sample({ data, width, height, channels }: Image, u: number, v: number): number[] {
  const x = Math.min(Math.max(u * width - 0.5, 0), width - 1);
  const y = Math.min(Math.max(v * height - 0.5, 0), height - 1);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  return [0, 1, 2].map((c) => {
    const at = (column: number, row: number): number =>
      data[channels * (row * width + column) + (channels === 1 ? 0 : c)];
    const upper = at(left, top) + (x - left) * (at(right, top) - at(left, top));
    const lower = at(left, bottom) + (x - left) * (at(right, bottom) - at(left, bottom));
    return Math.round(upper + (y - top) * (lower - upper));
  });
}
