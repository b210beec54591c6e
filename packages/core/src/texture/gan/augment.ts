import type { RandomStream } from '../../random/index.ts';
import { add, exp, matmul, mean, mul, sub, type Tensor, transpose } from '../../tensor/index.ts';

/** What is done to each picture of a batch; all is fed, so that the same may be done to real and made pictures. */
export interface Augmentation {
  /** Added to all channels, `[N, 1, 1, 1]`. */
  readonly brightness: Tensor;
  /** Logarithm of the factor around the picture's mean, `[N, 1, 1, 1]`. */
  readonly contrast: Tensor;
  /** Logarithm of the factor around each pixel's gray, `[N, 1, 1, 1]`. */
  readonly saturation: Tensor;
  /** Which row each row shows, `[N, 1, R, R]`, rows of a unit matrix. */
  readonly rows: Tensor;
  /** Which column each column shows, likewise. */
  readonly columns: Tensor;
  /** 0 in a hole, else 1, `[N, 1, R, R]`. */
  readonly keep: Tensor;
}

/** Shapes of an augmentation's parts. */
export function augmentationShapes(
  count: number,
  resolution: number,
): Readonly<Record<keyof Augmentation, readonly number[]>> {
  const [one, plane] = [
    [count, 1, 1, 1],
    [count, 1, resolution, resolution],
  ];
  return { brightness: one, contrast: one, saturation: one, rows: plane, columns: plane, keep: plane };
}

/**
 * Traces changes of light, color and place that the discriminator must not learn the few real pictures by (Zhao et al. 2020,
 * Karras et al. 2020). Differentiable, so that the generator learns through them and yet never makes them.
 *
 * @param textures `[N, 3, R, R]`, sRGB, -1 to 1.
 */
export function augment(textures: Tensor, by: Augmentation): Tensor {
  const lit = add(textures, by.brightness);
  const average = mean(lit, [1, 2, 3], true);
  const stretched = add(average, mul(sub(lit, average), exp(by.contrast)));
  const gray = mean(stretched, 1, true);
  const colored = add(gray, mul(sub(stretched, gray), exp(by.saturation)));
  return mul(matmul(matmul(by.rows, colored), transpose(by.columns, [0, 1, 3, 2])), by.keep);
}

/**
 * Draws the numbers of an augmentation.
 *
 * @param probability Of each change, in [0, 1]; holes have half of it.
 */
export function drawAugmentation(
  random: RandomStream,
  count: number,
  resolution: number,
  probability: number,
): Record<keyof Augmentation, Float32Array> {
  const numbers = (deviation: number) =>
    Float32Array.from({ length: count }, () => {
      const value = random.normal() * deviation;
      return random.uniform() < probability ? value : 0;
    });
  const plane = resolution * resolution;
  const farthest = resolution / 8;
  const shifts = () => {
    const matrix = new Float32Array(count * plane);
    for (let n = 0; n < count; n++) {
      const far = Math.round((2 * random.uniform() - 1) * farthest);
      const shift = random.uniform() < probability ? far : 0;
      for (let i = 0; i < resolution; i++) {
        // The border is repeated.
        const from = Math.min(resolution - 1, Math.max(0, i + shift));
        matrix[n * plane + i * resolution + from] = 1;
      }
    }
    return matrix;
  };
  const keep = new Float32Array(count * plane).fill(1);
  for (let n = 0; n < count; n++) {
    const [row, column, cut] = [random.uniform(), random.uniform(), random.uniform() < probability / 2];
    const inside = (i: number, center: number) => Math.abs((i + 0.5) / resolution - center) < 1 / 6;
    for (let i = 0; i < plane && cut; i++) {
      if (inside(Math.floor(i / resolution), row) && inside(i % resolution, column)) keep[n * plane + i] = 0;
    }
  }
  return {
    brightness: numbers(0.15),
    contrast: numbers(0.2),
    saturation: numbers(0.3),
    rows: shifts(),
    columns: shifts(),
    keep,
  };
}
