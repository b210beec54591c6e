import { GanfitError } from '../../error.ts';
import { stridedFilterGradient } from '../composites/conv-filter-gradient.ts';
import { apply, type GraphWriter, int, ints, type Op, sameDType, sizeOf, type Tensor } from '../op.ts';
import {
  countWindows,
  readStencil,
  type Stencil,
  type StencilOptions,
  spanOf,
  stencilAttributes,
} from '../stencil.ts';
import { constantData } from './constant.ts';
import { emitFilterGradient } from './conv-filter-gradient.ts';

/** How a convolution moves. */
export interface ConvOptions extends StencilOptions {
  /** Into how many independent parts the channels fall; 1 by default. */
  readonly groups?: number;
}

/** How a transposed convolution moves. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added below and to the right, less than the stride; 0 by default. */
  readonly outputPadding?: number | readonly number[];
}

interface ConvAttributes {
  readonly stencil: Stencil;
  readonly groups: number;
  readonly outputPadding: readonly number[];
}

/**
 * Convolves a picture with filters (cross-correlation, as everywhere in neural networks; no bias).
 *
 * @param x Picture, `[N, C, H, W]`.
 * @param w Filters, `[M, C / groups, kernel height, kernel width]`.
 * @returns `[N, M, Ho, Wo]`.
 * @throws GanfitError `shape` when channels do not fit or the window is larger than the padded picture.
 */
export function conv(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  const stencil = readStencil('conv', w.shape.slice(2), options);
  return apply(convOp, [x, w], { stencil, groups: options.groups ?? 1, outputPadding: [0, 0] });
}

/**
 * Spreads each pixel out by a filter and adds up: the adjoint of `conv` with the same filters and window.
 *
 * @param x `[N, M, H, W]`.
 * @param w Filters, `[M, C / groups, kernel height, kernel width]`.
 * @returns `[N, C, Ho, Wo]` with Ho = (H - 1) stride - pads + dilation (kernel - 1) + 1 + outputPadding.
 * @throws GanfitError `shape` when channels do not fit.
 */
export function convTranspose(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const stencil = readStencil('convTranspose', w.shape.slice(2), options);
  const more = options.outputPadding ?? 0;
  const outputPadding = typeof more === 'number' ? [more, more] : more;
  return apply(convTransposeOp, [x, w], { stencil, groups: options.groups ?? 1, outputPadding });
}

const convOp: Op<ConvAttributes> = {
  name: 'conv',
  shape: ([x, w], { stencil, groups }) => {
    requirePictures('conv', x, w, x.shape[1] === w.shape[1] * groups && w.shape[0] % groups === 0, groups);
    const size = (axis: number) => countWindows('conv', stencil, axis, x.shape[axis + 2]);
    return [x.shape[0], w.shape[0], size(0), size(1)];
  },
  dtype: sameDType,
  emit: (graph, inputs, { attributes: { stencil, groups }, inputs: [{ shape }] }) =>
    graph.node('Conv', groups === 1 ? fillChannels(graph, inputs, shape[1]) : inputs, {
      ...stencilAttributes(stencil),
      group: int(groups),
    }),
  vjp: (cotangent, [x, w], { attributes }) => {
    const { stencil, groups } = attributes;
    return [
      () => {
        // Rows and columns that no window reached are what is missing to the size of the input.
        const outputPadding = [0, 1].map(
          (axis) =>
            x.shape[axis + 2] -
            transposedSize(cotangent.shape, { ...attributes, outputPadding: [0, 0] }, axis),
        );
        return apply(convTransposeOp, [cotangent, w], { ...attributes, outputPadding });
      },
      () => convFilterGradient(x, cotangent, stencil, groups),
    ];
  },
};

const convTransposeOp: Op<ConvAttributes> = {
  name: 'convTranspose',
  shape: ([x, w], attributes) => {
    const { groups } = attributes;
    requirePictures('convTranspose', x, w, x.shape[1] === w.shape[0] && w.shape[0] % groups === 0, groups);
    const size = (axis: number) => transposedSize(x.shape, attributes, axis);
    return [x.shape[0], w.shape[1] * groups, size(0), size(1)];
  },
  dtype: sameDType,
  emit: (graph, [x, w], { attributes, inputs: [, filters] }) => {
    const { stencil, groups, outputPadding } = attributes;
    // At stride 1 both are convolutions; on the CPU that with turned filters is 1.5 to 5 times as fast.
    const pads = turnedPads(attributes);
    if (graph.provider === 'cpu' && pads) {
      const turned = { ...stencil, pads };
      const weights = turnFilters(graph, w, filters, groups);
      return graph.node('Conv', [x, weights], { ...stencilAttributes(turned), group: int(groups) });
    }
    return graph.node('ConvTranspose', [x, w], {
      ...stencilAttributes(stencil),
      group: int(groups),
      output_padding: ints(outputPadding),
    });
  },
  vjp: (cotangent, [x, w], { attributes }) => [
    () => apply(convOp, [cotangent, w], { ...attributes, outputPadding: [0, 0] }),
    () => convFilterGradient(cotangent, x, attributes.stencil, attributes.groups),
  ],
};

/**
 * Traces the gradient of a convolution by its filters. At stride 1 it is an operation of its own, whose gradients are
 * convolutions again: a gradient penalty differentiates it, and the adjoints of its many slices would be slow.
 *
 * @param x What was convolved, `[N, C, H, W]`.
 * @param cotangent Of the result, `[N, M, Ho, Wo]`.
 * @returns `[M, C / groups, kernel height, kernel width]`.
 */
export function convFilterGradient(x: Tensor, cotangent: Tensor, stencil: Stencil, groups: number): Tensor {
  const dense = groups === 1 && stencil.strides.every((stride) => stride === 1);
  return dense
    ? apply(convFilterGradientOp, [x, cotangent], stencil)
    : stridedFilterGradient(x, cotangent, stencil, groups);
}

const convFilterGradientOp: Op<Stencil> = {
  name: 'convFilterGradient',
  shape: ([x, cotangent], { kernel }) => [cotangent.shape[1], x.shape[1], ...kernel],
  dtype: sameDType,
  emit: emitFilterGradient,
  // With g for the cotangent of the filters, ⟨g, dW(x, y)⟩ = ⟨conv(x, g), y⟩ = ⟨x, convTranspose(y, g)⟩.
  vjp: (filters, [x, cotangent], { attributes: { strides, pads, dilations } }) => [
    () => convTranspose(cotangent, filters, { strides, pads, dilations }),
    () => conv(x, filters, { strides, pads, dilations }),
  ],
};

/**
 * Fills channels up with zeros where ONNX Runtime's WebGPU convolution goes wrong: as of 1.30 it takes channels in
 * threes when 3 divides their number and 4 does not, and then reads the wrong ones (microsoft/onnxruntime #29651).
 */
function fillChannels(graph: GraphWriter, inputs: readonly string[], channels: number): readonly string[] {
  if (graph.provider !== 'webgpu' || channels <= 3 || channels % 3 !== 0 || channels % 4 === 0) return inputs;
  const borders = graph.integers([0, 0, 0, 0, 0, 4 - (channels % 4), 0, 0]);
  const zero = graph.constant('float32', [], Float32Array.of(0));
  return inputs.map((name) => graph.node('Pad', [name, borders, zero]));
}

function transposedSize(
  shape: readonly number[],
  { stencil, outputPadding }: ConvAttributes,
  axis: number,
): number {
  const { strides, pads } = stencil;
  return (
    (shape[axis + 2] - 1) * strides[axis] +
    spanOf(stencil, axis) -
    pads[axis] -
    pads[axis + 2] +
    outputPadding[axis]
  );
}

/** Pads of the convolution that equals a transposed one, if there is one. */
function turnedPads({ stencil, outputPadding }: ConvAttributes): number[] | null {
  if (stencil.strides.some((stride) => stride !== 1)) return null;
  const pads = stencil.pads.map((count, side) => spanOf(stencil, side % 2) - 1 - count);
  const grown = pads.map((count, side) => (side < 2 ? count : count + outputPadding[side - 2]));
  return grown.every((count) => count >= 0) ? grown : null;
}

/** Exchanges input and output channels of each group and turns the window by half a turn. */
function turnFilters(graph: GraphWriter, name: string, filters: Tensor, groups: number): string {
  const [inner, outer, height, width] = filters.shape;
  const shape = [outer * groups, inner / groups, height, width];
  const data = constantData(filters);
  if (data instanceof Float32Array) {
    return graph.constant(
      'float32',
      shape,
      graph.derive(data, `turned ${filters.shape} ${groups}`, () => turn(data, filters.shape, groups)),
    );
  }
  const grouped = graph.node('Reshape', [
    name,
    graph.integers([groups, inner / groups, outer, height, width]),
  ]);
  const exchanged = graph.node('Transpose', [grouped], { perm: ints([0, 2, 1, 3, 4]) });
  return graph.node('Slice', [
    graph.node('Reshape', [exchanged, graph.integers(shape)]),
    graph.integers([-1, -1]),
    graph.integers([-height - 1, -width - 1]),
    graph.integers([2, 3]),
    graph.integers([-1, -1]),
  ]);
}

function turn(data: Float32Array, shape: readonly number[], groups: number): Float32Array {
  const [inner, outer] = shape;
  const taps = shape[2] * shape[3];
  const perGroup = inner / groups;
  const turned = new Float32Array(sizeOf(shape));
  for (let i = 0; i < inner; i++) {
    const group = Math.floor(i / perGroup);
    for (let o = 0; o < outer; o++) {
      const from = (i * outer + o) * taps;
      const to = ((group * outer + o) * perGroup + (i % perGroup)) * taps;
      for (let k = 0; k < taps; k++) turned[to + taps - 1 - k] = data[from + k];
    }
  }
  return turned;
}

function requirePictures(where: string, x: Tensor, w: Tensor, fits: boolean, groups: number): void {
  if (x.shape.length !== 4 || w.shape.length !== 4 || !fits) {
    throw new GanfitError(
      'shape',
      `${where}: channels of picture and filters must fit with ${groups} groups, got [${x.shape}] and [${w.shape}].`,
    );
  }
}
