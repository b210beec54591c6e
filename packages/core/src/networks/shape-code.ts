import { type Image, toPlanes } from '../image/index.ts';
import type { Network } from '../runtime/index.ts';
import { alignedCrop, SHAPE_128 } from './align.ts';

/** Numbers that the network gives for one face. */
export const SHAPE_CODE_COUNT = 256;

/** What the shape network says of a face and of its mirror image, `[256]` each. */
export interface ShapeCode {
  readonly own: Float32Array;
  readonly mirrored: Float32Array;
}

/**
 * What a network that learnt shape from millions of rendered heads sees of a face (`shape-network.onnx`; its training is in
 * `packages/models/training/shape-network`). The shape regressor reads coefficients from the numbers.
 *
 * @param network Input `crop`, `[N, 3, 128, 128]` RGB, sRGB in [0, 1]; output `code`, `[N, 256]`.
 * @param landmarks iBUG 68 points of the face, `[68, 2]`, pixels of the photo.
 */
export async function shapeCode(network: Network, image: Image, landmarks: Float32Array): Promise<ShapeCode> {
  const { side } = SHAPE_128;
  const recipe = { order: 'RGB', mean: 0, divisor: 255 } as const;
  const crop = toPlanes(alignedCrop(image, landmarks, SHAPE_128), recipe);
  const data = new Float32Array(2 * crop.length);
  data.set(crop);
  for (let row = 0; row < crop.length; row += side) crop.subarray(row, row + side).reverse();
  data.set(crop, crop.length);
  const { code } = await network.run({ crop: { data, shape: [2, 3, side, side] } });
  return { own: code.data.slice(0, SHAPE_CODE_COUNT), mirrored: code.data.slice(SHAPE_CODE_COUNT) };
}
