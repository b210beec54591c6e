import { add, div, scalar, square, sub, sum, type Tensor } from '../../tensor/index.ts';

/**
 * Content loss (paper Eq. 9): squared differences of the identity network's inner values, `|F(I0) - F(I)|^2 / (H W C)` per
 * layer, summed over the layers. It keeps what the embedding throws away: where things are.
 *
 * @param render Inner values on the render, `[1, C, H, W]` each.
 * @param photo The photo's, in the same order.
 * @returns `[]`.
 */
export function contentLoss(render: readonly Tensor[], photo: readonly Tensor[]): Tensor {
  return render.reduce<Tensor>((total, values, layer) => {
    const size = values.shape.reduce((product, edge) => product * edge, 1);
    return add(total, div(sum(square(sub(values, photo[layer]))), size));
  }, scalar(0));
}
