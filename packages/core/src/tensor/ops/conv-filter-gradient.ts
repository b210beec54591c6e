import { type GraphWriter, int, ints, type Op, type Tensor } from '../op.ts';
import type { Stencil } from '../stencil.ts';

/** Planes up to this many pixels are gathered into one matrix; on larger ones the copies cost more than the product. */
const GATHERED_PIXELS = 256;

/**
 * Writes the gradient of a convolution of stride 1 by its filters; which formulation is faster depends on the planes.
 */
export const emitFilterGradient: Op<Stencil>['emit'] = (
  graph,
  [x, cotangent],
  { attributes: stencil, inputs: [picture, result] },
) => {
  const [, , height, width] = result.shape;
  const gathers = height * width <= GATHERED_PIXELS;
  return (gathers ? gatherWindows : shiftPlanes)(graph, x, cotangent, picture, result, stencil);
};

type Emit = (
  graph: GraphWriter,
  x: string,
  cotangent: string,
  picture: Tensor,
  result: Tensor,
  stencil: Stencil,
) => string;

/** Each window as a row, channels innermost, then one product: fastest where planes are small. */
const gatherWindows: Emit = (graph, x, cotangent, picture, result, stencil) => {
  const [, channels] = picture.shape;
  const [, filters, height, width] = result.shape;
  const { kernel, pads, dilations } = stencil;
  const [top, left, bottom, right] = pads;
  const channelsLast = { perm: ints([0, 2, 3, 1]) };
  const turned = graph.node('Transpose', [x], channelsLast);
  const padded = pad(graph, turned, [0, top, left, 0, 0, bottom, right, 0]);
  const parts = taps(kernel).map(([i, j]) => {
    const [row, column] = [i * dilations[0], j * dilations[1]];
    return slice(graph, padded, [row, column], [row + height, column + width], [1, 2]);
  });
  const windows = graph.node('Concat', parts, { axis: int(3) });
  const rows = graph.node('Reshape', [windows, graph.integers([-1, parts.length * channels])]);
  const seen = graph.node('Reshape', [
    graph.node('Transpose', [cotangent], channelsLast),
    graph.integers([-1, filters]),
  ]);
  const product = graph.node('MatMul', [graph.node('Transpose', [seen], { perm: ints([1, 0]) }), rows]);
  const apart = graph.node('Reshape', [product, graph.integers([filters, ...kernel, channels])]);
  return graph.node('Transpose', [apart], { perm: ints([0, 3, 1, 2]) });
};

/**
 * One product for each position in the window. If the cotangent's rows are made as long as those of the padded picture,
 * what a position saw is one run of the flattened plane, a cheap copy; the zeros take away what a run reads beyond its row.
 * One more row below keeps the last runs inside.
 */
const shiftPlanes: Emit = (graph, x, cotangent, picture, result, stencil) => {
  const [count, channels, , columns] = picture.shape;
  const [, filters, height, width] = result.shape;
  const { kernel, pads, dilations } = stencil;
  const [top, left, bottom, right] = pads;
  const rowLength = left + columns + right;
  const pixels = height * rowLength;
  const padded = pad(graph, x, [0, 0, top, left, 0, 0, bottom + 1, right]);
  const planes = graph.node('Reshape', [padded, graph.integers([count, channels, -1])]);
  const stretched = pad(graph, cotangent, [0, 0, 0, 0, 0, 0, 0, rowLength - width]);
  const seen = graph.node('Reshape', [stretched, graph.integers([count, filters, pixels])]);
  const parts = taps(kernel).map(([i, j]) => {
    const start = i * dilations[0] * rowLength + j * dilations[1];
    const part = slice(graph, planes, [start], [start + pixels], [2]);
    const product = graph.node('MatMul', [seen, graph.node('Transpose', [part], { perm: ints([0, 2, 1]) })]);
    const sum = graph.node('ReduceSum', [product, graph.integers([0])], { keepdims: int(0) });
    return graph.node('Reshape', [sum, graph.integers([filters, channels, 1])]);
  });
  const joined = graph.node('Concat', parts, { axis: int(2) });
  return graph.node('Reshape', [joined, graph.integers([filters, channels, ...kernel])]);
};

function taps([height, width]: readonly number[]): [number, number][] {
  return Array.from({ length: height * width }, (_, tap) => [Math.floor(tap / width), tap % width]);
}

function pad(graph: GraphWriter, x: string, borders: readonly number[]): string {
  if (borders.every((count) => count === 0)) return x;
  return graph.node('Pad', [x, graph.integers(borders), graph.constant('float32', [], Float32Array.of(0))]);
}

function slice(
  graph: GraphWriter,
  x: string,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
): string {
  return graph.node('Slice', [x, graph.integers(starts), graph.integers(ends), graph.integers(axes)]);
}
