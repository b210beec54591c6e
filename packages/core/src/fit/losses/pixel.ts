import { charbonnier } from '../../nn/charbonnier.ts';
import { add, div, mul, sub, sum, type Tensor } from '../../tensor/index.ts';

/** Differences of sRGB values below this count as noise. */
const NOISE = 0.03;

/**
 * Pixel loss (paper Eq. 10): mean absolute difference between render and photo over the visible face, smooth at zero.
 *
 * @param image Render, sRGB in [0, 1], `[3, H, W]`.
 * @param photo The photo at the render's resolution, `[3, H, W]`.
 * @param weights Where the comparison counts, `[1, H, W]`, not differentiated: 0 off the face, on occluders, on eyes.
 * @returns `[]`, in units of sRGB.
 */
export function pixelLoss(image: Tensor, photo: Tensor, weights: Tensor): Tensor {
  const difference = mul(charbonnier(sub(image, photo), NOISE), weights);
  return div(sum(difference), add(mul(sum(weights), 3), 1e-6));
}
