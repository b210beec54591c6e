/**
 * Finds for every vertex the one nearest to its mirror image at the plane x = 0.
 *
 * @param mean `[V, 3]`; the first `count` vertices are looked at.
 * @returns `[count]`.
 */
export function mirrorVertices(mean: Float32Array, count: number): Uint32Array {
  const cell = 4;
  const cells = new Map<string, number[]>();
  const key = (x: number, y: number, z: number) => `${Math.floor(x)},${Math.floor(y)},${Math.floor(z)}`;
  for (let v = 0; v < count; v++) {
    const place = key(mean[3 * v] / cell, mean[3 * v + 1] / cell, mean[3 * v + 2] / cell);
    const list = cells.get(place);
    if (list) list.push(v);
    else cells.set(place, [v]);
  }
  return Uint32Array.from({ length: count }, (_, v) => {
    const x = -mean[3 * v];
    const y = mean[3 * v + 1];
    const z = mean[3 * v + 2];
    let best = v;
    let nearest = Number.POSITIVE_INFINITY;
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (let dz = -1; dz <= 1; dz++) {
          for (const w of cells.get(key(x / cell + dx, y / cell + dy, z / cell + dz)) ?? []) {
            const d = (mean[3 * w] - x) ** 2 + (mean[3 * w + 1] - y) ** 2 + (mean[3 * w + 2] - z) ** 2;
            if (d < nearest) [best, nearest] = [w, d];
          }
        }
      }
    }
    return best;
  });
}
