/**
 * Shrinks planes to a whole fraction of their size, each pixel the mean of the block it replaces.
 *
 * @param data `[planes, height, width]`.
 */
export function shrinkPlanes(
  data: ArrayLike<number>,
  planes: number,
  [height, width]: readonly [number, number],
  factor: number,
): Float32Array {
  const [rows, columns] = [height / factor, width / factor];
  const out = new Float32Array(planes * rows * columns);
  if (factor === 1) out.set(data);
  else {
    const share = 1 / factor ** 2;
    for (let i = 0; i < planes * height; i++) {
      // Rows of all planes lie below each other, in both sizes.
      const row = Math.floor(i / factor) * columns;
      for (let j = 0; j < width; j++) out[row + Math.floor(j / factor)] += share * data[i * width + j];
    }
  }
  return out;
}

/**
 * Enlarges left halves of maps by bilinear interpolation between pixel centers, with the same weights as the traced
 * `resizeBilinear` of whole maps.
 *
 * @param data `[planes, height, width]`.
 * @param parity Of the maps: beyond the last column lies its mirror image times this.
 */
export function enlargePlanes(
  data: Float32Array,
  planes: number,
  [height, width]: readonly [number, number],
  factor: number,
  parity: number,
): Float32Array {
  if (factor === 1) return Float32Array.from(data);
  const [rows, columns] = [height * factor, width * factor];
  const out = new Float32Array(planes * rows * columns);
  const across = neighbors(width, factor);
  const down = neighbors(height, factor);
  const wide = new Float32Array(height * columns);
  for (let plane = 0; plane < planes; plane++) {
    const from = plane * height * width;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < columns; j++) {
        const at = from + i * width + across.first[j];
        wide[i * columns + j] = data[at] + across.share[j] * (data[at + across.step] - data[at]);
      }
      for (let j = columns - Math.floor(factor / 2); parity < 0 && j < columns; j++) {
        // The center lies between the last column and its negative.
        wide[i * columns + j] *= 1 - 2 * ((j + 0.5) / factor - 0.5 - (width - 1));
      }
    }
    for (let i = 0; i < rows; i++) {
      const at = down.first[i] * columns;
      const share = down.share[i];
      const to = (plane * rows + i) * columns;
      const next = down.step * columns;
      for (let j = 0; j < columns; j++) {
        out[to + j] = wide[at + j] + share * (wide[at + next + j] - wide[at + j]);
      }
    }
  }
  return out;
}

/** For each enlarged pixel its first neighbor and the share of the next one. */
function neighbors(
  size: number,
  factor: number,
): { readonly first: Int32Array; readonly share: Float32Array; readonly step: number } {
  const first = new Int32Array(size * factor);
  const share = new Float32Array(size * factor);
  for (let i = 0; i < first.length; i++) {
    const center = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1);
    first[i] = Math.min(Math.floor(center), Math.max(size - 2, 0));
    share[i] = center - first[i];
  }
  return { first, share, step: size > 1 ? 1 : 0 };
}
