import type { Image } from '@ganfit/core/image';
import type { ShapeModel } from '@ganfit/core/shape';

/** sRGB: seen in the photo, seen on the other side of the face, invented. */
export const EVIDENCE_COLORS = [
  [38, 160, 140],
  [226, 178, 84],
  [120, 124, 134],
] as const;

/** Paints the shares for people, in the layout of the skin's texture. */
export async function paintEvidence({ width, height, data }: Image): Promise<ImageBitmap> {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const shares = [data[3 * i] / 255, data[3 * i + 1] / 255, data[3 * i + 2] / 255];
    for (let c = 0; c < 3; c++) {
      rgba[4 * i + c] = EVIDENCE_COLORS.reduce((sum, color, k) => sum + shares[k] * color[c], 0);
    }
    rgba[4 * i + 3] = 255;
  }
  return createImageBitmap(new ImageData(rgba, width, height));
}

/** Mean shares over the vertices of the face. */
export function seenShares({ width, data }: Image, model: ShapeModel): { own: number; mirrored: number } {
  const { uv, uvTriangles, triangles } = model.parts[0];
  const face = model.regions['face'];
  let [own, mirrored, count] = [0, 0, 0];
  for (let corner = 0; corner < triangles.length; corner++) {
    if (face && face[triangles[corner]] < 128) continue;
    const [u, v] = [uv[2 * uvTriangles[corner]], uv[2 * uvTriangles[corner] + 1]];
    const column = Math.min(width - 1, Math.floor(u * width));
    const row = Math.min(width - 1, Math.floor(v * width));
    own += data[3 * (row * width + column)] / 255;
    mirrored += data[3 * (row * width + column) + 1] / 255;
    count++;
  }
  return { own: own / Math.max(1, count), mirrored: mirrored / Math.max(1, count) };
}
