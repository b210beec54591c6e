import type { Head } from '../asset/head.ts';
import { linearToSrgb } from '../image/color.ts';

/** A Wavefront OBJ file and the material library that it names. */
export interface ObjFiles {
  readonly obj: string;
  readonly mtl: string;
}

/**
 * Writes a head's base mesh as OBJ + MTL, millimetres, one group and one material per part.
 *
 * Seams duplicate no vertex. Morph targets have no place in the format.
 *
 * @param library File name of the MTL, without folder and blanks.
 * @param textures File names of the PNG textures by part, relative to the MTL.
 */
export function writeObj(
  head: Head,
  library: string,
  textures: Readonly<Record<string, string>> = {},
): ObjFiles {
  const lines = ['# ganfit, millimetres', `mtllib ${library}`];
  let vertex = 1; // OBJ alone counts from 1.
  let corner = 1;
  for (const { name, mesh, normals, material } of head.parts) {
    lines.push(`o ${name}`);
    const { vertices, uv, triangles, uvTriangles } = mesh;
    for (let i = 0; i < vertices.length; i += 3) lines.push(`v ${row(vertices, i, 3, 4)}`);
    // V counts from the bottom in OBJ; ours counts from the top, as in glTF.
    for (let i = 0; i < uv.length; i += 2) lines.push(`vt ${uv[i].toFixed(6)} ${(1 - uv[i + 1]).toFixed(6)}`);
    for (let i = 0; i < normals.length; i += 3) lines.push(`vn ${row(normals, i, 3, 4)}`);
    lines.push(`usemtl ${material.name}`, 's 1');
    for (let i = 0; i < triangles.length; i += 3) {
      const corners = [0, 1, 2].map((k) => {
        const position = triangles[i + k] + vertex;
        return `${position}/${uvTriangles[i + k] + corner}/${position}`;
      });
      lines.push(`f ${corners.join(' ')}`);
    }
    vertex += vertices.length / 3;
    corner += uv.length / 2;
  }
  return { obj: `${lines.join('\n')}\n`, mtl: writeMaterials(head, textures) };
}

function writeMaterials(head: Head, textures: Readonly<Record<string, string>>): string {
  return head.parts
    .map(({ name, material }) => {
      // MTL readers take Kd as it is shown, which is sRGB.
      const color = material.color.map((value) => linearToSrgb(value).toFixed(4)).join(' ');
      const lines = [`newmtl ${material.name}`, `Kd ${color}`, `Ks 0.04 0.04 0.04`];
      // Exponent of a Blinn-Phong lobe about as wide as the GGX lobe of this roughness.
      lines.push(`Ns ${(2 / material.roughness ** 4 - 2).toFixed(1)}`, `Pr ${material.roughness}`, 'Pm 0');
      if (textures[name]) lines.push(`map_Kd ${textures[name]}`);
      return `${lines.join('\n')}\n`;
    })
    .join('\n');
}

function row(values: Float32Array, start: number, width: number, digits: number): string {
  return Array.from(values.subarray(start, start + width), (value) => value.toFixed(digits)).join(' ');
}
