import { GanfitError } from '../error.ts';
import { type OnnxModel, type OnnxNode, type OnnxValue, readModel } from '../onnx/index.ts';
import { ELEMENTWISE } from './import-elementwise.ts';
import { LAYERS } from './import-layers.ts';
import { LAYOUT } from './import-layout.ts';
import { constantOf, describeNode, type Reader, type Reading } from './import-node.ts';
import { foldNumbers } from './import-numbers.ts';
import type { Tensor } from './op.ts';

export interface ImportOptions {
  /** Inner values to give beside the outputs, by their names in the file. */
  readonly taps?: readonly string[];
}

const READERS: Readonly<Record<string, Reader>> = { ...ELEMENTWISE, ...LAYOUT, ...LAYERS };

/** The standard operators that the readers know; between these versions only details moved, which they look after. */
const OPSETS = { oldest: 7, newest: 23 };

/**
 * Traces a network file as if it had been written with our operations, so that it can be joined with other traced code
 * and differentiated.
 *
 * Weights become float32 constants, those below 1e-15 in magnitude zero: they change nothing, but their products are
 * subnormal numbers, which slow processors down by up to ten times.
 *
 * @param bytes An ONNX file, opset 7 to 23.
 * @param inputs For each input of the network a tensor of its shape; the first axis, the batch, may have any size, also
 *   where the file was written for one picture.
 * @returns The network's outputs and the taps, by name.
 * @throws GanfitError 'format' naming an operation that has no reader, or a broken file; 'shape' naming an input that is
 *   missing or does not fit; 'input' naming a tap that the network does not have.
 */
export function importOnnx(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
  options: ImportOptions = {},
): Record<string, Tensor> {
  const model = readModel(bytes);
  if (model.opset < OPSETS.oldest || model.opset > OPSETS.newest) {
    throw new GanfitError(
      'format',
      `importOnnx: the network must use opset ${OPSETS.oldest} to ${OPSETS.newest}, got ${model.opset}. Export it again.`,
    );
  }
  const values = new Map<string, Tensor>();
  let batch = 1;
  for (const declared of model.inputs) {
    const given = checkInput(declared, inputs[declared.name]);
    values.set(declared.name, given);
    if (given.shape.length > 1) batch = given.shape[0];
  }
  const wanted = [...model.outputs.map(({ name }) => name), ...(options.taps ?? [])];
  const nodes = neededNodes(model, wanted);
  const readers = new Map<string, number>(wanted.map((name) => [name, 1]));
  for (const name of nodes.flatMap((node) => node.inputs)) readers.set(name, (readers.get(name) ?? 0) + 1);
  for (const tensor of model.initializers) {
    if (readers.has(tensor.name)) values.set(tensor.name, constantOf(undefined, tensor));
  }
  for (const node of nodes) {
    const results = [
      traceNode({
        node,
        inputs: node.inputs.map((name) => (name === '' ? undefined : findValue(values, name, node))),
        isOnlyReader: (index) => readers.get(node.inputs[index]) === 1,
        opset: model.opset,
        batch,
      }),
    ].flat();
    node.outputs.forEach((name, i) => {
      if (results[i]) values.set(name, results[i]);
    });
  }
  return Object.fromEntries(
    wanted.map((name) => {
      const value = values.get(name);
      if (value) return [name, value];
      throw new GanfitError(
        'input',
        `importOnnx: "${name}" must be a value inside the network, got none of that name. Check the names of the taps.`,
      );
    }),
  );
}

function checkInput({ name, shape }: OnnxValue, given: Tensor | undefined): Tensor {
  const fits =
    given?.shape.length === shape.length &&
    shape.every((size, i) => i === 0 || typeof size === 'string' || size === given.shape[i]);
  if (given && fits) return given;
  throw new GanfitError(
    'shape',
    `importOnnx: input "${name}" must be [${shape}], any batch size, got ${given ? `[${given.shape}]` : 'nothing'}. ` +
      'Give a tensor for every input of the network.',
  );
}

/** The nodes that the wanted values are computed from, in the file's order. */
function neededNodes({ nodes }: OnnxModel, wanted: readonly string[]): OnnxNode[] {
  const needed = new Set(wanted);
  // Files list nodes after what they read, so one walk from the back meets every reader first.
  return [...nodes]
    .reverse()
    .filter((node) => {
      if (!node.outputs.some((name) => needed.has(name))) return false;
      for (const name of node.inputs) needed.add(name);
      return true;
    })
    .reverse();
}

function findValue(values: ReadonlyMap<string, Tensor>, name: string, node: OnnxNode): Tensor {
  const value = values.get(name);
  if (value) return value;
  throw new GanfitError(
    'format',
    `importOnnx: ${describeNode(node)} must read values that come before it, got "${name}". Export the network again.`,
  );
}

function traceNode(reading: Reading): Tensor | readonly Tensor[] {
  const { node } = reading;
  const reader = node.domain ? undefined : READERS[node.op];
  if (!reader) {
    throw new GanfitError(
      'format',
      `importOnnx: ${describeNode(node)} must be one of the operations that can be traced, got ` +
        `${node.domain ? `one of the domain "${node.domain}"` : 'another'}. Known are ${Object.keys(READERS).sort().join(', ')}.`,
    );
  }
  try {
    return foldNumbers(reading) ?? reader(reading);
  } catch (cause) {
    if (!(cause instanceof GanfitError) || cause.code !== 'shape') throw cause;
    throw new GanfitError('shape', `importOnnx: ${describeNode(node)}: ${cause.message}`, { cause });
  }
}
