import { GanfitError } from '../error.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from '../onnx/model.ts';
import { type DType, type GraphWriter, type Provider, type Shape, sameShape, type Tensor } from './op.ts';
import { type InputAttributes, inputAttributes } from './ops/input.ts';
import { ancestors } from './order.ts';

/** ONNX operator set that the rules are written for. */
export const OPSET = 20;

/** Constants up to this many elements are compared by content, larger ones by identity. */
const COMPARED_BY_CONTENT = 4096;

/**
 * Lowers traced tensors to one ONNX model.
 *
 * Only what the outputs need is written; equal nodes and equal constants are written once. The data of constants is
 * referred to, not copied.
 *
 * @param outputs The tensors wanted, by the names they will have in the model.
 * @param provider Where the model will run; decides between formulations of equal value.
 * @throws GanfitError `shape` when two inputs of one name differ, or an output bears the name of an input.
 */
export function lower(outputs: Readonly<Record<string, Tensor>>, provider: Provider): OnnxModel {
  const order = ancestors(Object.values(outputs));
  const inputs = collectInputs(order);
  const writer = createWriter(provider, new Set([...inputs.keys(), ...Object.keys(outputs)]));
  const names = new Map<Tensor, string>();
  for (const tensor of order) {
    const sources = tensor.inputs.map((source) => names.get(source)!);
    names.set(tensor, tensor.op.emit(writer.graph, sources, tensor));
  }
  const renamed = new Map<string, string>();
  for (const [name, tensor] of Object.entries(outputs)) {
    if (inputs.has(name)) {
      throw new GanfitError('shape', `lower: an output must not bear the name of an input, got '${name}'.`);
    }
    const value = names.get(tensor)!;
    // A value that no node makes, or that already is an output, needs a node of its own to bear a second name.
    if (!writer.isMade(value) || renamed.has(value))
      renamed.set(writer.graph.node('Identity', [value]), name);
    else renamed.set(value, name);
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  return {
    opset: OPSET,
    inputs: [...inputs.values()].map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: Object.entries(outputs).map(([name, { shape, dtype }]): OnnxValue => ({ name, shape, dtype })),
    initializers: writer.initializers,
    nodes: writer.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
  };
}

function collectInputs(order: readonly Tensor[]): Map<string, InputAttributes> {
  const inputs = new Map<string, InputAttributes>();
  for (const tensor of order) {
    const found = inputAttributes(tensor);
    if (!found) continue;
    const known = inputs.get(found.name) ?? found;
    if (known.dtype !== found.dtype || !sameShape(known.shape, found.shape)) {
      throw new GanfitError(
        'shape',
        `lower: inputs of one name must agree, got '${found.name}' as ${known.dtype} [${known.shape}] and as ${found.dtype} [${found.shape}].`,
      );
    }
    inputs.set(found.name, known);
  }
  return inputs;
}

function createWriter(provider: Provider, reserved: ReadonlySet<string>) {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const made = new Set<string>();
  const byText = new Map<string, string>();
  const byData = new Map<OnnxTensor['data'], { shape: Shape; name: string }[]>();
  const derived = new Map<OnnxTensor['data'], Map<string, OnnxTensor['data']>>();
  let count = 0;

  function fresh(stem: string): string {
    let name: string;
    do name = `${stem}_${count++}`;
    while (reserved.has(name));
    return name;
  }

  function store(dtype: DType, shape: Shape, data: OnnxTensor['data']): string {
    const name = fresh('constant');
    initializers.push({ name, dtype, shape, data });
    return name;
  }

  const graph: GraphWriter = {
    provider,
    node(op, inputs, attributes = {}) {
      const text = `${op}(${inputs.join()})${describe(attributes)}`;
      const known = byText.get(text);
      if (known !== undefined) return known;
      const output = fresh(op);
      // Identity exists to give a second name, so two of them are never one.
      if (op !== 'Identity') byText.set(text, output);
      made.add(output);
      nodes.push({ op, inputs, outputs: [output], attributes });
      return output;
    },
    constant(dtype, shape, data) {
      if (data.length <= COMPARED_BY_CONTENT) {
        // Minus zero prints as zero but is another number.
        const text = `${dtype}[${shape}]${Array.from(data as ArrayLike<unknown>, (x) => (Object.is(x, -0) ? '-0' : x))}`;
        const name = byText.get(text) ?? store(dtype, shape, data);
        byText.set(text, name);
        return name;
      }
      const known = byData.get(data) ?? [];
      byData.set(data, known);
      const same = known.find((entry) => sameShape(entry.shape, shape));
      if (same) return same.name;
      const name = store(dtype, shape, data);
      known.push({ shape, name });
      return name;
    },
    derive(data, key, compute) {
      const byKey = derived.get(data) ?? new Map<string, OnnxTensor['data']>();
      derived.set(data, byKey);
      const result = byKey.get(key) ?? compute();
      byKey.set(key, result);
      return result;
    },
    integers: (values) =>
      graph.constant(
        'int64',
        [values.length],
        BigInt64Array.from(values, (value) => BigInt(value)),
      ),
  };
  return { graph, nodes, initializers, isMade: (name: string) => made.has(name) };
}

function describe(attributes: Readonly<Record<string, OnnxAttribute>>): string {
  return Object.entries(attributes)
    .map(
      ([name, { value }]) => `${name}=${typeof value === 'object' && 'data' in value ? value.name : value}`,
    )
    .join(';');
}
