import type { PhongLight } from '../render/light.ts';
import type { PreviewSurface } from '../render/preview.ts';
import type { Head, HeadPart } from './head.ts';

/** Light under which a texture is seen as it is. */
export const UNLIT: PhongLight = {
  kind: 'phong',
  ambient: [1, 1, 1],
  color: [0, 0, 0],
  position: [0, 0, 1000],
};

/** A head as `renderPreview` draws it, with its textures and plain colours. */
export function headSurfaces(head: Head): PreviewSurface[] {
  return head.parts.map(({ mesh, normals, material }) => ({
    mesh: material.doubleSided ? withBackSides(mesh) : mesh,
    normals,
    texture: material.texture,
    albedo: material.color,
  }));
}

/** Every triangle a second time, turned around. */
function withBackSides(mesh: HeadPart['mesh']): HeadPart['mesh'] {
  const both = (indices: Uint32Array): Uint32Array => {
    const out = new Uint32Array(2 * indices.length);
    out.set(indices);
    for (let i = 0; i < indices.length; i++) out[2 * indices.length - 1 - i] = indices[i];
    return out;
  };
  return { ...mesh, triangles: both(mesh.triangles), uvTriangles: both(mesh.uvTriangles) };
}
