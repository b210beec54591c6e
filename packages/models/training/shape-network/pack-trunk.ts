/**
 * Writes the identity network's layers, up to the inner values that the shape regressor reads, as `train_network.py` takes them:
 *
 *   npx tsx packages/models/training/shape-network/pack-trunk.ts -o FOLDER
 *
 * FOLDER receives trunk.json (layers in order: convolutions, PReLU, sums) and trunk.f32 (their weights, one after the other).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { identityNetwork } from '../../../core/src/networks/identity.ts';
import { readModel } from '../../../core/src/onnx/index.ts';
import { networkFiles } from '../../../ganfit/src/models/network-files.ts';

const { output } = parseArgs({ options: { output: { type: 'string', short: 'o' } } }).values;
if (!output) throw new Error('pack-trunk: -o FOLDER must be given.');
mkdirSync(output, { recursive: true });
const network = identityNetwork((await networkFiles()).identity);
const model = readModel(network.bytes);
const weights = new Map(model.initializers.map((tensor) => [tensor.name, tensor]));
const layers: object[] = [];
const blobs: Float32Array[] = [];
let at = 0;
const put = (name: string | undefined) => {
  if (!name) return undefined;
  const tensor = weights.get(name);
  if (!(tensor?.data instanceof Float32Array)) throw new Error(`pack-trunk: "${name}" must be float32 weights.`);
  const data = tensor.data.map((value) => (Math.abs(value) < 1e-15 ? 0 : value));
  blobs.push(data);
  at += data.length;
  return { shape: tensor.shape, start: at - data.length };
};
for (const { op, inputs, outputs, attributes } of model.nodes) {
  const [first, second, third] = inputs;
  const names = { op, inputs: inputs.filter((name) => !weights.has(name)), output: outputs[0] };
  if (op === 'Conv') layers.push({ ...names, attributes, weight: put(second), bias: put(third) });
  else if (op === 'PRelu') layers.push({ ...names, slope: put(second) });
  else if (op === 'Add') layers.push(names);
  else throw new Error(`pack-trunk: layers must be Conv, PRelu or Add, got ${op} after ${first}.`);
  if (outputs[0] === network.pattern) break;
}
writeFileSync(join(output, 'trunk.json'), JSON.stringify({ input: network.input, recipe: network.recipe, layers }));
const all = new Float32Array(at);
let start = 0;
for (const blob of blobs) {
  all.set(blob, start);
  start += blob.length;
}
writeFileSync(join(output, 'trunk.f32'), new Uint8Array(all.buffer));
console.log(`${output}: ${layers.length} layers, ${at} weights`);
