import { randomStream } from '../../random/index.ts';
import type { WeightedTextures } from './training-blocks.ts';

/** For tests: people of a known low rank, of whom each photo shows a part. */
export interface SyntheticSet {
  readonly set: WeightedTextures;
  /** What each person looks like where the photo does not show it, too, `[3, S, S]`, -1 … 1. */
  readonly truth: readonly Float32Array[];
}

/**
 * Makes smooth textures: symmetric directions and one antisymmetric one, with gray patches over random parts that the
 * weights declare unknown.
 */
export function syntheticSet(count: number, size: number, seed: number, patches = true): SyntheticSet {
  const random = randomStream(seed, 'synthetic textures');
  const wave = (k: number, c: number, row: number, column: number): number => {
    const [x, y] = [(column + 0.5) / size - 0.5, (row + 0.5) / size];
    if (k === 0) return [0.2, 0.17, 0.14][c];
    if (k === 1) return 0.15 * Math.cos(6 * x) * Math.cos(3 * y + c);
    if (k === 2) return 0.1 * Math.cos(12 * x) * Math.sin(5 * y);
    return 0.12 * Math.sin(5 * x) * Math.cos(2 * y);
  };
  const [maps, weights, truth]: [Uint8Array[], Uint8Array[], Float32Array[]] = [[], [], []];
  for (let n = 0; n < count; n++) {
    const latent = [0, 1, 2, 3].map(() => random.normal());
    const [top, left] = [random.index(size / 2), random.index(size / 2)];
    const texture = new Float32Array(3 * size * size);
    const map = new Uint8Array(texture.length);
    const weight = new Uint8Array(size * size).fill(255);
    for (let c = 0; c < 3; c++) {
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          const texel = row * size + column;
          let value = [0.3, 0, -0.2][c] + 0.1 * Math.cos((4 * row) / size);
          for (let k = 0; k < 4; k++) value += latent[k] * wave(k, c, row, column);
          texture[c * size * size + texel] = value;
          const hidden =
            patches && row >= top && row < top + size / 2 && column >= left && column < left + size / 2;
          map[c * size * size + texel] = hidden
            ? 110
            : Math.round(127.5 * (Math.max(-1, Math.min(1, value)) + 1));
          if (hidden) weight[texel] = 0;
        }
      }
    }
    maps.push(map);
    weights.push(weight);
    truth.push(texture);
  }
  return { set: { size, topologyDigest: 'synthetic', maps, weights, people: maps.map((_, n) => n) }, truth };
}
