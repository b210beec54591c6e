import { linearToSrgb, srgbToLinear } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import { closestPoint, triangleTree } from '../mesh/closest-point.ts';
import { evaluateShape, surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { mapTexels } from '../texture/texels.ts';
import { innerFace } from './scan-mask.ts';
import type { ScanTruth } from './scan-truth.ts';

/** The albedo of a scan, laid out in the model's UV at the texels that count. */
export interface AlbedoTruth {
  /** Texels across and down of the layout, S. */
  readonly size: number;
  /** `row * S + column` of each texel that counts, `[N]`. */
  readonly texels: Uint32Array;
  /** Linear RGB, `[N, 3]`. */
  readonly colors: Float32Array;
}

/**
 * Carries the texture of a scan over to the model's UV by the dense fit: each texel of the narrow face takes the colour of
 * the scan's nearest point. Eyes are left out: a scan may have closed them.
 *
 * @returns Undefined for a scan without a texture.
 */
export function albedoTruth(model: ShapeModel, truth: ScanTruth, size = 256): AlbedoTruth | undefined {
  const { texture, mesh } = truth.scan;
  if (!texture || !mesh.uv) return undefined;
  const corners = mesh.uvTriangles ?? mesh.triangles;
  const skin = model.parts[0];
  const vertices = evaluateShape(model, truth.identity);
  const marks = surfacePoints(vertices, skin.triangles, model.landmarks);
  const inside = innerFace(model);
  const tree = triangleTree(truth.points, mesh.triangles);
  const map = mapTexels(skin, size);
  const texels: number[] = [];
  const colors: number[] = [];
  for (let n = 0; n < map.count; n++) {
    const at = 3 * map.triangles[n];
    const ids = skin.triangles.subarray(at, at + 3);
    if (ids.some((v) => !inside[v])) continue;
    const [x, y, z] = [0, 1, 2].map((axis) =>
      ids.reduce((sum, v, k) => sum + map.barycentrics[3 * n + k] * vertices[3 * v + axis], 0),
    );
    if (inEye(marks, x, y)) continue;
    const found = closestPoint(tree, x, y, z, undefined, 4);
    if (!found) continue;
    let [u, v] = [0, 0];
    for (let k = 0; k < 3; k++) {
      const corner = 2 * corners[3 * found.triangle + k];
      u += found.barycentrics[k] * mesh.uv[corner];
      v += found.barycentrics[k] * mesh.uv[corner + 1];
    }
    texels.push(map.texels[n]);
    colors.push(...linearAt(texture, u, v, texture.width / (8 * size)));
  }
  return { size, texels: Uint32Array.from(texels), colors: Float32Array.from(colors) };
}

function inEye(marks: ArrayLike<number>, x: number, y: number): boolean {
  return [36, 42].some((first) => {
    const [a, b] = [3 * first, 3 * (first + 3)];
    const width = Math.abs(marks[b] - marks[a]) / 2;
    const [cx, cy] = [(marks[a] + marks[b]) / 2, (marks[a + 1] + marks[b + 1]) / 2];
    return ((x - cx) / (1.25 * width)) ** 2 + ((y - cy) / (0.75 * width)) ** 2 < 1;
  });
}

/** Mean linear colour of a square of texels around a place. */
function linearAt(image: Image, u: number, v: number, radius: number): [number, number, number] {
  const { width, height, channels, data } = image;
  const clampTo = (value: number, top: number): number => Math.min(top, Math.max(0, Math.round(value)));
  const [x0, x1] = [-radius, radius].map((r) => clampTo(u * width - 0.5 + r, width - 1));
  const [y0, y1] = [-radius, radius].map((r) => clampTo(v * height - 0.5 + r, height - 1));
  const sum: [number, number, number] = [0, 0, 0];
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      for (let c = 0; c < 3; c++) {
        sum[c] += srgbToLinear(data[channels * (y * width + x) + (channels === 1 ? 0 : c)] / 255);
      }
    }
  }
  const count = (x1 - x0 + 1) * (y1 - y0 + 1);
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/**
 * How near a texture comes to a scan's albedo. Before comparing, every channel gets the one gain (linear light, least
 * squares) that suits it best: no photo tells how strong and of what colour its light was.
 *
 * @param texture Skin texture in the model's UV, any size, sRGB.
 * @returns Peak signal-to-noise ratio in dB of sRGB values in [0, 1], over texels and channels.
 */
export function albedoPsnr({ size, texels, colors }: AlbedoTruth, texture: Image): number {
  const found = new Float32Array(colors.length);
  texels.forEach((texel, n) => {
    const [u, v] = [((texel % size) + 0.5) / size, (Math.floor(texel / size) + 0.5) / size];
    found.set(linearAt(texture, u, v, Math.max(0, texture.width / size / 2 - 0.5)), 3 * n);
  });
  let squares = 0;
  for (let c = 0; c < 3; c++) {
    let [product, power] = [0, 1e-12];
    for (let i = c; i < colors.length; i += 3) {
      product += found[i] * colors[i];
      power += found[i] ** 2;
    }
    const gain = product / power;
    for (let i = c; i < colors.length; i += 3) {
      squares += (linearToSrgb(Math.min(1, gain * found[i])) - linearToSrgb(colors[i])) ** 2;
    }
  }
  return -10 * Math.log10(squares / colors.length);
}
