import { GanfitError } from '../error.ts';
import { halfToFloat, type OnnxAttribute, type OnnxNode, type OnnxTensor } from '../onnx/index.ts';
import type { Tensor } from './op.ts';
import { constant, constantData } from './ops/constant.ts';

/** One node of a network file, with the traced tensors it reads. */
export interface Reading {
  readonly node: OnnxNode;
  /** Version of the standard operators of the file. */
  readonly opset: number;
  /** Batch size the network is traced with; the file may have been written for another. */
  readonly batch: number;
  /** Traced inputs; undefined where an optional one is left out. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** Whether nothing else reads an input, so that it may be changed. */
  isOnlyReader(index: number): boolean;
}

/** Traces a node: gives its output, or its outputs in order. */
export type Reader = (reading: Reading) => Tensor | readonly Tensor[];

/** Weights smaller than this are zero for every purpose, but as float32 they breed subnormal numbers. */
const SMALLEST_WEIGHT = 1e-15;

/** The node in words, for errors. */
export function describeNode({ op, name, outputs }: OnnxNode): string {
  return `${op} node "${name || outputs[0]}"`;
}

/** Refuses a node: what must hold and what came. */
export function refuse(node: OnnxNode, must: string, got: string): never {
  throw new GanfitError(
    'format',
    `importOnnx: ${describeNode(node)} must ${must}, got ${got}. Export the network in that form.`,
  );
}

/** A required input. */
export function inputOf({ node, inputs }: Reading, index: number): Tensor {
  return inputs[index] ?? refuse(node, `have input ${index}`, 'none');
}

type AttributeValue<K> = Extract<OnnxAttribute, { kind: K }>['value'];

function attribute<K extends OnnxAttribute['kind']>(
  node: OnnxNode,
  name: string,
  kind: K,
): AttributeValue<K> | undefined {
  const found = node.attributes[name];
  if (found && found.kind !== kind) refuse(node, `have the attribute "${name}" as ${kind}`, found.kind);
  return found?.value as AttributeValue<K> | undefined;
}

export function intOf({ node }: Reading, name: string, fallback: number): number {
  return attribute(node, name, 'int') ?? fallback;
}

export function floatOf({ node }: Reading, name: string, fallback: number): number {
  return attribute(node, name, 'float') ?? fallback;
}

export function stringOf({ node }: Reading, name: string, fallback: string): string {
  return attribute(node, name, 'string') ?? fallback;
}

export function intsOf({ node }: Reading, name: string): readonly number[] | undefined {
  return attribute(node, name, 'ints');
}

export function floatsOf({ node }: Reading, name: string): readonly number[] | undefined {
  return attribute(node, name, 'floats');
}

/** The numbers of an input that shapes follow from; they must be known while reading. */
export function knownInput(reading: Reading, index: number): readonly number[] | undefined {
  const tensor = reading.inputs[index];
  if (tensor === undefined) return undefined;
  return knownNumbers(tensor) ?? refuse(reading.node, `have input ${index} as a constant`, 'a computed one');
}

/** Settings that early opsets keep in an attribute and later ones in an input. */
export function settingOf(reading: Reading, name: string, index: number): readonly number[] | undefined {
  return intsOf(reading, name) ?? knownInput(reading, index);
}

/** The numbers of a constant, else undefined. */
export function knownNumbers(tensor: Tensor): readonly number[] | undefined {
  const data = constantData(tensor);
  return data ? Array.from(data as ArrayLike<number | bigint>, Number) : undefined;
}

/** A weight or other constant of the file, traced; all real types become float32. */
export function constantOf(node: OnnxNode | undefined, { dtype, shape, data, name }: OnnxTensor): Tensor {
  if (data instanceof Float32Array || data instanceof Float64Array) return constant(flushed(data), shape);
  if (data instanceof BigInt64Array || data instanceof Int32Array) return constant(data, shape);
  if (dtype === 'bool' && data instanceof Uint8Array) return constant(data, shape);
  if (dtype === 'float16' && data instanceof Uint16Array) return constant(flushed(halfToFloat(data)), shape);
  if (node) return refuse(node, 'hold real or whole numbers', `${dtype} in tensor "${name}"`);
  throw new GanfitError(
    'format',
    `importOnnx: the weights "${name}" must be real or whole numbers, got ${dtype}. Export without quantization.`,
  );
}

function flushed(data: Float32Array | Float64Array): Float32Array {
  const flushed = Float32Array.from(data);
  for (let i = 0; i < flushed.length; i++) if (Math.abs(flushed[i]) < SMALLEST_WEIGHT) flushed[i] = 0;
  return flushed;
}
