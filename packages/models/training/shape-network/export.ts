/**
 * Turns what `train_network.py` wrote into the ONNX file that ships: weights stay bytes with a step for each output.
 *
 *   npx tsx packages/models/training/shape-network/export.ts shape-network.safetensors FOLDER/trunk.json -o packages/models/shape-network.onnx
 *
 * Input `crop` `[N, 3, 128, 128]`, RGB, sRGB in [0, 1]; output `code` `[N, 256]`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readSafetensors, tensorOf } from '../../../core/src/linalg/safetensors.ts';
import { type OnnxAttribute, type OnnxNode, type OnnxTensor, writeModel } from '../../../core/src/onnx/index.ts';

interface Layer {
  readonly op: 'Conv' | 'PRelu' | 'Add';
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}
interface Plan {
  readonly input: string;
  readonly recipe: { readonly order: 'RGB' | 'BGR'; readonly mean: number; readonly divisor: number };
  readonly layers: readonly Layer[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { output: { type: 'string', short: 'o' } },
});
const [weightsPath, planPath] = positionals;
if (!weightsPath || !planPath || !values.output)
  throw new Error('export: shape-network.safetensors, trunk.json and -o FILE.onnx must be given.');
const file = readSafetensors(new Uint8Array(readFileSync(weightsPath)));
const plan: Plan = JSON.parse(readFileSync(planPath, 'utf8'));

const initializers: OnnxTensor[] = [];
const nodes: OnnxNode[] = [];
const floats = (name: string, data: Float32Array, shape: readonly number[] = [data.length]) => {
  initializers.push({ name, dtype: 'float32', shape, data });
  return name;
};
const node = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
) => {
  nodes.push({ op, inputs, outputs: [output], attributes });
  return output;
};
/** The weight of a layer as float32: bytes times steps, undone when the engine opens the file or runs it. */
function weight(layer: string): string {
  const { data, shape } = tensorOf(file, `${layer}.weight`, 'I8');
  initializers.push({ name: `${layer}.bytes`, dtype: 'int8', shape, data });
  const step = floats(`${layer}.step`, tensorOf(file, `${layer}.step`, 'F32').data);
  return node('DequantizeLinear', [`${layer}.bytes`, step], `${layer}.weight`, {
    axis: { kind: 'int', value: 0 },
  });
}
const bias = (layer: string) => floats(`${layer}.bias`, tensorOf(file, `${layer}.bias`, 'F32').data);

const { mean, divisor, order } = plan.recipe;
let input = 'crop';
if (order === 'BGR') {
  initializers.push({ name: 'order', dtype: 'int64', shape: [3], data: BigInt64Array.of(2n, 1n, 0n) });
  input = node('Gather', [input, 'order'], 'ordered', { axis: { kind: 'int', value: 1 } });
}
const centered = node('Sub', [input, floats('middle', Float32Array.of(mean / 255))], 'centered');
node('Mul', [centered, floats('gain', Float32Array.of(255 / divisor))], plan.input);
for (const { op, inputs, output, attributes } of plan.layers) {
  if (op === 'Conv') node(op, [...inputs, weight(output), bias(output)], output, attributes);
  else if (op === 'PRelu') {
    const { data } = tensorOf(file, `${output}.slope`, 'F32');
    node(op, [...inputs, floats(`${output}.slope`, data, [data.length, 1, 1])], output);
  } else node(op, inputs, output);
}
const last = plan.layers.at(-1)?.output ?? plan.input;
node('Relu', [node('Conv', [last, weight('narrow'), bias('narrow')], 'narrow')], 'narrowed');
node('Flatten', ['narrowed'], 'flat');
node('Gemm', ['flat', weight('hidden'), bias('hidden')], 'hidden', { transB: { kind: 'int', value: 1 } });
node('Relu', ['hidden'], 'code');
const bytes = writeModel({
  opset: 13,
  inputs: [{ name: 'crop', dtype: 'float32', shape: ['N', 3, 128, 128] }],
  outputs: [{ name: 'code', dtype: 'float32', shape: ['N', 256] }],
  initializers,
  nodes,
});
writeFileSync(values.output, bytes);
console.log(`${values.output}: ${bytes.length} bytes`);
