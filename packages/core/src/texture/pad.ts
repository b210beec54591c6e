/** How far charts grow by exact copies of their rim before the soft filling begins, texels. */
const RINGS = 3;

/**
 * Paints the texels between the charts, so that bilinear look-up and mip levels never mix in a background.
 *
 * The rim is copied outwards a few texels; the rest is filled by pull-push (Gortler et al. 1996): averages of what is
 * known at coarser and coarser scales.
 *
 * @param data The texture, `[S, S, K]`; changed in place.
 * @param known Not zero where a texel holds a value, `[S, S]`.
 * @param size S, a power of two.
 * @param channels K.
 */
export function padCharts(data: Float32Array, known: Uint8Array, size: number, channels: number): void {
  const filled = Uint8Array.from(known);
  for (let ring = 0; ring < RINGS; ring++) growRing(data, filled, size, channels);
  pullPush(
    data,
    Float32Array.from(filled, (flag) => (flag ? 1 : 0)),
    size,
    channels,
  );
}

function growRing(data: Float32Array, filled: Uint8Array, size: number, channels: number): void {
  const fresh: number[] = [];
  const sums = new Float64Array(channels);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const texel = row * size + column;
      if (filled[texel]) continue;
      let neighbors = 0;
      sums.fill(0);
      for (let y = Math.max(0, row - 1); y <= Math.min(size - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(size - 1, column + 1); x++) {
          if (!filled[y * size + x]) continue;
          neighbors++;
          for (let k = 0; k < channels; k++) sums[k] += data[(y * size + x) * channels + k];
        }
      }
      if (neighbors === 0) continue;
      fresh.push(texel);
      for (let k = 0; k < channels; k++) data[texel * channels + k] = sums[k] / neighbors;
    }
  }
  for (const texel of fresh) filled[texel] = 1;
}

function pullPush(data: Float32Array, weight: Float32Array, size: number, channels: number): void {
  if (size <= 1 || size % 2 !== 0) return;
  const half = size / 2;
  const coarse = new Float32Array(half * half * channels);
  const coarseWeight = new Float32Array(half * half);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const texel = row * size + column;
      if (weight[texel] === 0) continue;
      const parent = (row >> 1) * half + (column >> 1);
      coarseWeight[parent] += weight[texel];
      for (let k = 0; k < channels; k++) {
        coarse[parent * channels + k] += weight[texel] * data[texel * channels + k];
      }
    }
  }
  for (let parent = 0; parent < half * half; parent++) {
    if (coarseWeight[parent] === 0) continue;
    for (let k = 0; k < channels; k++) coarse[parent * channels + k] /= coarseWeight[parent];
    coarseWeight[parent] = Math.min(1, coarseWeight[parent]);
  }
  pullPush(coarse, coarseWeight, half, channels);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const texel = row * size + column;
      if (weight[texel] >= 1) continue;
      // The texel centre lies a quarter of a coarse texel off its parent's centre.
      const [y, x] = [row >> 1, column >> 1];
      const y2 = Math.min(half - 1, Math.max(0, y + (row % 2 ? 1 : -1)));
      const x2 = Math.min(half - 1, Math.max(0, x + (column % 2 ? 1 : -1)));
      for (let k = 0; k < channels; k++) {
        const push =
          0.5625 * coarse[(y * half + x) * channels + k] +
          0.1875 * (coarse[(y2 * half + x) * channels + k] + coarse[(y * half + x2) * channels + k]) +
          0.0625 * coarse[(y2 * half + x2) * channels + k];
        const i = texel * channels + k;
        data[i] = weight[texel] * data[i] + (1 - weight[texel]) * push;
      }
    }
  }
}
