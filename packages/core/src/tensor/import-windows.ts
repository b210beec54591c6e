import { inputOf, intOf, intsOf, type Reading, refuse, stringOf } from './import-node.ts';

/** The moving window of a convolution or pooling over an image, as both ONNX and our operations describe it. */
export interface Window {
  /** [height, width]. */
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** [top, left, bottom, right]. */
  readonly pads: readonly [number, number, number, number];
}

/**
 * Reads the window of a node over `[N, C, H, W]`, with automatic padding written out.
 *
 * @param kernel The kernel's size where weights tell it.
 */
export function windowOf(reading: Reading, kernel = intsOf(reading, 'kernel_shape')): Window {
  const { node } = reading;
  const x = inputOf(reading, 0);
  if (x.shape.length !== 4 || kernel?.length !== 2) {
    return refuse(node, 'work on images [N, C, H, W]', `[${x.shape}] with a kernel of [${kernel}]`);
  }
  const pair = (name: string): [number, number] => {
    const [height, width] = intsOf(reading, name) ?? [1, 1];
    return [height, width];
  };
  const [strides, dilations] = [pair('strides'), pair('dilations')];
  const reach = kernel.map((size, i) => (size - 1) * dilations[i] + 1);
  return {
    kernel: [kernel[0], kernel[1]],
    strides,
    dilations,
    pads: pads(reading, x.shape.slice(2), reach, strides),
  };
}

function pads(
  reading: Reading,
  size: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
): Window['pads'] {
  const auto = stringOf(reading, 'auto_pad', 'NOTSET');
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const [height, width] = size.map((length, i) => {
      const total = Math.max((Math.ceil(length / strides[i]) - 1) * strides[i] + reach[i] - length, 0);
      const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
      return auto === 'SAME_UPPER' ? [less, more] : [more, less];
    });
    return [height[0], width[0], height[1], width[1]];
  }
  const [top, left, bottom, right] = (auto !== 'VALID' && intsOf(reading, 'pads')) || [0, 0, 0, 0];
  if (intOf(reading, 'ceil_mode', 0) === 0) return [top, left, bottom, right];
  // Rounding up means that a last window may hang over the border; a window that starts behind it is not counted.
  const [moreBottom, moreRight] = [
    [top, bottom],
    [left, right],
  ].map(([before, after], i) => {
    const span = size[i] + before + after - reach[i];
    let steps = Math.ceil(span / strides[i]);
    if (steps * strides[i] >= size[i] + before) steps--;
    return Math.max(steps * strides[i] - span, 0);
  });
  return [top, left, bottom + moreBottom, right + moreRight];
}
