import { create, toBinary } from '@bufbuild/protobuf';
import { GanfitError } from '../error.ts';
import { ATTRIBUTES, DTYPES } from './codes.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './model.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** The oldest file version that knows opsets up to 20; every runtime since 2023 reads it. */
const IR_VERSION = 9n;

/** Field numbers of the length-delimited fields that are written by hand below. */
const GRAPH = 7;
const INITIALIZER = 5;
const RAW_DATA = 9;

/**
 * Serializes a model to the bytes of an ONNX file.
 *
 * Weights are copied once, straight into the result: protobuf writers build nested messages from the inside out, which
 * would copy every weight on each of three levels, so only the small messages go through the library and the weights
 * are laid between them here.
 *
 * @throws GanfitError 'shape' when a tensor's data does not fill its shape or is not the array of its dtype.
 */
export function writeModel(model: OnnxModel): Uint8Array {
  const domains = new Set(model.nodes.flatMap((node) => (node.domain ? [node.domain] : [])));
  const head = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'ganfit',
      opsetImport: [
        { domain: '', version: BigInt(model.opset) },
        ...[...domains].map((domain) => ({ domain, version: 1n })),
      ],
    }),
  );
  const graph: GraphProto = create(GraphProtoSchema, {
    name: 'ganfit',
    node: model.nodes.map(nodeProto),
    input: model.inputs.map(valueProto),
    output: model.outputs.map(valueProto),
  });
  const body: Uint8Array[] = [toBinary(GraphProtoSchema, graph)];
  for (const tensor of model.initializers) {
    const meta = toBinary(TensorProtoSchema, tensorProto(tensor));
    const data = rawBytes(tensor);
    const dataHead = prefix(RAW_DATA, data.length);
    body.push(prefix(INITIALIZER, meta.length + dataHead.length + data.length), meta, dataHead, data);
  }
  const length = body.reduce((total, part) => total + part.length, 0);
  return join([head, prefix(GRAPH, length), ...body]);
}

/** Tag and length that stand before `length` bytes of a length-delimited field. */
function prefix(field: number, length: number): Uint8Array {
  const bytes = [(field << 3) | 2];
  // Arithmetic instead of shifts: a graph of 2 GB and more does not fit a signed 32-bit integer.
  let rest = length;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function valueProto(value: OnnxValue): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name: value.name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: DTYPES[value.dtype].code,
          shape: {
            dim: value.shape.map((size) =>
              typeof size === 'number'
                ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
                : { value: { case: 'dimParam' as const, value: size } },
            ),
          },
        },
      },
    },
  });
}

function nodeProto(node: OnnxNode) {
  return create(NodeProtoSchema, {
    opType: node.op,
    name: node.name ?? '',
    domain: node.domain ?? '',
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value)),
  });
}

function attributeProto(name: string, attribute: OnnxAttribute): AttributeProto {
  const proto = create(AttributeProtoSchema, { name, type: ATTRIBUTES[attribute.kind] });
  switch (attribute.kind) {
    case 'int':
      proto.i = int64(attribute.value);
      break;
    case 'ints':
      proto.ints = attribute.value.map(int64);
      break;
    case 'float':
      proto.f = attribute.value;
      break;
    case 'floats':
      proto.floats = [...attribute.value];
      break;
    case 'string':
      proto.s = new TextEncoder().encode(attribute.value);
      break;
    case 'tensor':
      proto.t = tensorProto(attribute.value);
      proto.t.rawData = rawBytes(attribute.value);
      break;
  }
  return proto;
}

/** int64 limits stand for "to the end" in slices; as float64 the upper one rounds up to 2^63, one too many. */
function int64(value: number): bigint {
  return value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value);
}

/** The tensor without its data. */
function tensorProto(tensor: OnnxTensor): TensorProto {
  return create(TensorProtoSchema, {
    name: tensor.name,
    dataType: DTYPES[tensor.dtype].code,
    dims: tensor.shape.map(BigInt),
  });
}

/** The data as bytes, not copied. ONNX files are little-endian, as is every machine that runs JavaScript today. */
function rawBytes(tensor: OnnxTensor): Uint8Array {
  const { name, dtype, shape, data } = tensor;
  const count = shape.reduce((product, size) => product * size, 1);
  if (data.length !== count || !(data instanceof DTYPES[dtype].array)) {
    throw new GanfitError(
      'shape',
      `writeModel: tensor "${name}" ${dtype} [${shape}] must hold ${count} values in a ${DTYPES[dtype].array.name}, ` +
        `got ${data.length} in a ${data.constructor.name}. Give the array that the dtype asks for.`,
    );
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
