import { GanfitError } from '../error.ts';
import { choleskyFactor, choleskySolve } from '../linalg/cholesky.ts';
import { vertexNormals } from '../mesh/normals.ts';
import type { ShapeModel } from '../shape/model.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';
import type { UnwrappedTexture } from './unwrap.ts';

/** Added before the logarithm, as in `complete`. */
const FLOOR = 0.02;
/** The first photo wins where others are about as good: faces do not agree in every crease. */
const PREFERENCE = 1.5;
/** Where two photos are seen less well than this, they do not tell how their lights differ. */
const OVERLAP = 0.3;

/**
 * Merges what several photos show of one skin.
 *
 * First the light of every photo is brought near the first one's: the logarithm of their ratio, where both are seen, is
 * fitted by a constant and the three axes of the normal in each channel. Then every texel is mixed by the fourth power of
 * the confidences: nearly one photo each, so that nothing is blurred, without edges between them.
 *
 * @param parts From `unwrap`, all of one size; the first is the one that the others are fitted to.
 * @param model The model they were unwrapped with.
 * @throws GanfitError `input` without a part, or when sizes differ.
 */
export function mergeUnwrapped(parts: readonly UnwrappedTexture[], model: ShapeModel): UnwrappedTexture {
  const [first] = parts;
  if (!first || parts.some(({ size }) => size !== first.size)) {
    throw new GanfitError(
      'input',
      `mergeUnwrapped: there must be textures of one size, got ${parts.map(({ size }) => size).join(', ') || 'none'}.`,
    );
  }
  if (parts.length === 1) return first;
  const { size } = first;
  const skin = model.parts[0];
  const map = mapTexels(skin, size);
  const normals = texelsFromVertices(map, skin.triangles, vertexNormals(model.mean, skin.triangles), 3);
  const gains = parts.map((part) =>
    part === first ? undefined : lightRatio(first, part, map.texels, normals),
  );
  const color = new Float32Array(3 * size * size);
  const confidence = new Float32Array(size * size);
  map.texels.forEach((texel, n) => {
    let total = 0;
    parts.forEach((part, p) => {
      const trust = part.confidence[texel];
      if (trust === 0) return;
      const weight = trust ** 4 * (p === 0 ? PREFERENCE : 1);
      total += weight;
      confidence[texel] = Math.max(confidence[texel], trust);
      for (let c = 0; c < 3; c++) {
        const factor = gains[p] ? Math.exp(rowOf(gains[p], c, normals, n)) : 1;
        color[3 * texel + c] += weight * ((part.color[3 * texel + c] + FLOOR) * factor - FLOOR);
      }
    });
    for (let c = 0; c < 3; c++) {
      color[3 * texel + c] = total > 0 ? Math.max(0, color[3 * texel + c] / total) : 0;
    }
  });
  return { size, color, confidence };
}

function rowOf(ratio: Float64Array, channel: number, normals: Float32Array, n: number): number {
  const at = 4 * channel;
  return (
    ratio[at] +
    ratio[at + 1] * normals[3 * n] +
    ratio[at + 2] * normals[3 * n + 1] +
    ratio[at + 3] * normals[3 * n + 2]
  );
}

/** Coefficients of log(first / other) over 1, x, y, z of the normal, `[3, 4]`. */
function lightRatio(
  first: UnwrappedTexture,
  other: UnwrappedTexture,
  texels: Uint32Array,
  normals: Float32Array,
): Float64Array {
  const matrix = new Float64Array(16);
  const right = new Float64Array(12);
  let total = 0;
  texels.forEach((texel, n) => {
    const trust = Math.min(first.confidence[texel], other.confidence[texel]);
    if (trust < OVERLAP) return;
    total += trust;
    const row = [1, normals[3 * n], normals[3 * n + 1], normals[3 * n + 2]];
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j <= i; j++) matrix[4 * i + j] += trust * row[i] * row[j];
      for (let c = 0; c < 3; c++) {
        const ratio = Math.log((first.color[3 * texel + c] + FLOOR) / (other.color[3 * texel + c] + FLOOR));
        // Hair, glints and a moved mouth say little about the light.
        right[4 * c + i] += trust * row[i] * Math.max(-1, Math.min(1, ratio));
      }
    }
  });
  if (total === 0) return right;
  // What the overlap does not show is not guessed.
  for (let i = 0; i < 4; i++) matrix[5 * i] += total * (i === 0 ? 1e-6 : 0.02);
  choleskyFactor(matrix, 4);
  choleskySolve(matrix, 4, right, 3);
  return right;
}
