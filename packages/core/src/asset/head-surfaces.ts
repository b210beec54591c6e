import type { PhongLight } from '../render/light.ts';
import type { PreviewSurface } from '../render/preview.ts';
import type { Head } from './head.ts';

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
    mesh,
    normals,
    texture: material.texture,
    albedo: material.color,
  }));
}
