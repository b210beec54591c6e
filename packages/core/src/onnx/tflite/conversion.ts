import { GanfitError } from '../../error.ts';
import { halfToFloat } from '../half.ts';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../model.ts';
import type { TfliteGraph, TfliteOperator, TfliteTensor } from './file.ts';
import { int64s, permuted, TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from './layout.ts';

/** What is built while the operations of a graph are converted one after the other. */
export interface Conversion {
  readonly graph: TfliteGraph;
  readonly nodes: OnnxNode[];
  readonly initializers: Map<string, OnnxTensor>;
  /** Numbers of the constants, by tensor; those that are widened from float16 by an operation too. */
  readonly constants: Map<number, Float32Array>;
}

/** Opens a conversion and collects the constants, which come as float32 or as float16 with an operation that widens them. */
export function conversionOf(graph: TfliteGraph): Conversion {
  const constants = new Map<number, Float32Array>();
  graph.tensors.forEach(({ dtype, data }, index) => {
    if (data instanceof Float32Array) constants.set(index, data);
    if (dtype === 'float16' && data instanceof Uint16Array) constants.set(index, halfToFloat(data));
  });
  for (const { op, inputs, outputs } of graph.operators) {
    const data = op === 'DEQUANTIZE' ? constants.get(inputs[0]) : undefined;
    if (data) constants.set(outputs[0], data);
  }
  return { graph, nodes: [], initializers: new Map(), constants };
}

/** One operation while it is converted. */
export interface Operation {
  readonly conversion: Conversion;
  readonly operator: TfliteOperator;
}

export function refuse({ operator, conversion }: Operation, must: string, got: string): never {
  const name = conversion.graph.tensors[operator.outputs[0]]?.name;
  throw new GanfitError(
    'format',
    `TFLite file, ${operator.op} "${name}": must ${must}, got ${got}. Convert the network to ONNX elsewhere.`,
  );
}

export function inputTensor(operation: Operation, index: number): TfliteTensor {
  const { conversion, operator } = operation;
  const tensor = conversion.graph.tensors[operator.inputs[index] ?? -1];
  return tensor ?? refuse(operation, `have ${index + 1} inputs`, `${operator.inputs.length}`);
}

export function outputTensor({ conversion, operator }: Operation): TfliteTensor {
  return conversion.graph.tensors[operator.outputs[0]];
}

/** Name of a value that some operation computes. */
export function computed(operation: Operation, index: number): string {
  const { conversion, operator } = operation;
  const constant = constantOf(operation, index);
  return constant
    ? inOrder(operation, index, undefined)
    : conversion.graph.tensors[operator.inputs[index]].name;
}

/** The numbers of a constant input, undefined when it is computed or left out. */
export function constantOf({ conversion, operator }: Operation, index: number): Float32Array | undefined {
  return conversion.constants.get(operator.inputs[index] ?? -1);
}

/** Registers a constant input with its axes in an order of ONNX (`undefined`: pictures by their rank) and names it. */
export function inOrder(operation: Operation, index: number, order: readonly number[] | undefined): string {
  const { name, shape } = inputTensor(operation, index);
  const data = constantOf(operation, index);
  if (!data) return refuse(operation, `have a constant as input ${index}`, 'a computed one');
  const axes = order ?? (shape.length === 4 ? TO_CHANNELS_FIRST : shape.map((_, axis) => axis));
  const moved = permuted(data, shape, axes);
  return keep(operation, `${name}|${axes}`, { dtype: 'float32', ...moved });
}

/** Registers a constant under a name; the same name means the same constant. */
export function keep(
  { conversion }: Operation,
  name: string,
  tensor: Pick<OnnxTensor, 'dtype' | 'shape' | 'data'>,
): string {
  if (!conversion.initializers.has(name)) conversion.initializers.set(name, { name, ...tensor });
  return name;
}

export function keepInt64s(operation: Operation, name: string, values: readonly number[]): string {
  const full = `${outputTensor(operation).name}|${name}`;
  return keep(operation, full, int64s(full, values));
}

/** The whole numbers of a constant input: axes, sizes, paddings. */
export function integersOf(operation: Operation, index: number): number[] {
  const { data } = inputTensor(operation, index);
  if (data instanceof Int32Array) return [...data];
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  return refuse(operation, `have constant whole numbers as input ${index}`, 'something else');
}

/** Adds a node; its output gets the name of the operation's, or a name of its own with `suffix`. */
export function emit(
  operation: Operation,
  op: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
  suffix = '',
): string {
  const name = outputTensor(operation).name + suffix;
  operation.conversion.nodes.push({ op, inputs, outputs: [name], attributes });
  return name;
}

/** The first input with its axes as the file has them: where a reshape counts its elements one after the other. */
export function asInFile(operation: Operation): string {
  const { shape } = inputTensor(operation, 0);
  const source = computed(operation, 0);
  // Where there is one pixel or one channel the order makes no difference.
  if (shape.length !== 4 || shape[1] * shape[2] === 1 || shape[3] === 1) return source;
  return emit(operation, 'Transpose', [source], { perm: ints(TO_CHANNELS_LAST) }, '|last');
}

export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
export const text = (value: string): OnnxAttribute => ({ kind: 'string', value });
