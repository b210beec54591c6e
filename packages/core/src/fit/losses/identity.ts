import { cosineDistance } from '../../nn/cosine-distance.ts';
import { traceTexture } from '../../render/texture-lookup.ts';
import { add, constant, div, matmul, reshape, slice, type Tensor } from '../../tensor/index.ts';

/**
 * Identity loss (paper Eq. 8): one minus the cosine between the photo's embedding and the render's.
 *
 * @param found Of the render, `[1, n]`, from `identify` on {@link cropBySimilarity}.
 * @param embedding Of the photo, `[n]`.
 * @returns `[]`, in [0, 2].
 */
export function identityLoss(found: Tensor, embedding: Tensor): Tensor {
  return reshape(cosineDistance(found, reshape(embedding, [1, embedding.shape[0]])), []);
}

/**
 * Cuts a square out of a picture through a similarity, bilinearly; gradients reach the picture. Nothing flows back through
 * the similarity, which is an input: the render is cropped as the photo was, by its own landmarks.
 *
 * @param image Render, sRGB in [0, 1], `[3, H, W]`.
 * @param similarity From crop pixels to render pixels: a, b, x0, y0, `[4]`.
 * @returns `[1, 3, side, side]`.
 */
export function cropBySimilarity(image: Tensor, similarity: Tensor, side: number): Tensor {
  const [channels, height, width] = image.shape;
  const count = side * side;
  const centers = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    centers[i] = (i % side) + 0.5;
    centers[count + i] = Math.floor(i / side) + 0.5;
  }
  // x' = a x - b y + x0, y' = b x + a y + y0: the matrix is linear in a and b.
  const pattern = constant([1, 0, 0, 1, 0, -1, 1, 0], [2, 4]);
  const matrix = reshape(matmul(reshape(slice(similarity, [0], [2]), [1, 2]), pattern), [2, 2]);
  const shift = reshape(slice(similarity, [2], [4]), [2, 1]);
  const places = add(matmul(matrix, constant(centers, [2, count])), shift);
  const uv = div(places, constant([width, height], [2, 1]));
  return reshape(traceTexture(image, uv), [1, channels, side, side]);
}
