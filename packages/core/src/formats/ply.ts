import type { Head, HeadPart } from '../asset/head.ts';
import { linearToSrgb } from '../image/color.ts';
import type { Image } from '../image/image.ts';

/**
 * Writes a head's base mesh as binary PLY, millimetres, with one sRGB colour per vertex.
 *
 * Colours are the texture at the vertex, averaged over its UV where a seam gives it several, or the part's plain colour.
 */
export function writePly(head: Head): Uint8Array {
  const vertexCount = head.parts.reduce((sum, part) => sum + part.mesh.vertices.length / 3, 0);
  const triangleCount = head.parts.reduce((sum, part) => sum + part.mesh.triangles.length / 3, 0);
  const header = new TextEncoder().encode(
    [
      'ply',
      'format binary_little_endian 1.0',
      'comment ganfit, millimetres, colours sRGB',
      `element vertex ${vertexCount}`,
      ...['x', 'y', 'z', 'nx', 'ny', 'nz'].map((name) => `property float ${name}`),
      ...['red', 'green', 'blue'].map((name) => `property uchar ${name}`),
      `element face ${triangleCount}`,
      'property list uchar uint vertex_indices',
      'end_header\n',
    ].join('\n'),
  );
  const bytes = new Uint8Array(header.length + 27 * vertexCount + 13 * triangleCount);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  let at = header.length;
  for (const part of head.parts) {
    const { vertices } = part.mesh;
    const colors = vertexColors(part);
    for (let i = 0; i < vertices.length; i += 3) {
      for (const values of [vertices, part.normals]) {
        for (let axis = 0; axis < 3; axis++, at += 4) view.setFloat32(at, values[i + axis], true);
      }
      for (let channel = 0; channel < 3; channel++) bytes[at++] = colors[i + channel];
    }
  }
  let first = 0;
  for (const { mesh } of head.parts) {
    for (let i = 0; i < mesh.triangles.length; i += 3) {
      bytes[at++] = 3;
      for (let corner = 0; corner < 3; corner++, at += 4)
        view.setUint32(at, mesh.triangles[i + corner] + first, true);
    }
    first += mesh.vertices.length / 3;
  }
  return bytes;
}

/** sRGB bytes, `[V, 3]`. */
function vertexColors(part: HeadPart): Uint8Array {
  const { mesh, material } = part;
  const vertexCount = mesh.vertices.length / 3;
  const colors = new Uint8Array(3 * vertexCount);
  if (!material.texture) {
    const plain = material.color.map((value) => Math.round(255 * linearToSrgb(value)));
    for (let v = 0; v < vertexCount; v++) colors.set(plain, 3 * v);
    return colors;
  }
  const sums = new Float64Array(4 * vertexCount);
  mesh.triangles.forEach((vertex, corner) => {
    const index = 2 * mesh.uvTriangles[corner];
    const color = sample(material.texture!, mesh.uv[index], mesh.uv[index + 1]);
    for (let channel = 0; channel < 3; channel++) sums[4 * vertex + channel] += color[channel];
    sums[4 * vertex + 3]++;
  });
  for (let v = 0; v < vertexCount; v++) {
    const count = Math.max(1, sums[4 * v + 3]);
    for (let channel = 0; channel < 3; channel++)
      colors[3 * v + channel] = Math.round(sums[4 * v + channel] / count);
  }
  return colors;
}

/** The texture at a UV, bilinear between texel centres, clamped at the border; bytes as they are. */
function sample(texture: Image, u: number, v: number): [number, number, number] {
  const x = Math.min(Math.max(u * texture.width - 0.5, 0), texture.width - 1);
  const y = Math.min(Math.max(v * texture.height - 0.5, 0), texture.height - 1);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const color: [number, number, number] = [0, 0, 0];
  for (const [row, weightY] of [
    [top, 1 - (y - top)],
    [top + 1, y - top],
  ] as const) {
    for (const [column, weightX] of [
      [left, 1 - (x - left)],
      [left + 1, x - left],
    ] as const) {
      if (weightX * weightY === 0) continue;
      const texel = texture.channels * (row * texture.width + column);
      for (let channel = 0; channel < 3; channel++) {
        color[channel] += weightX * weightY * texture.data[texel + (texture.channels === 1 ? 0 : channel)];
      }
    }
  }
  return color;
}
