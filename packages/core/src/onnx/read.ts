import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { GanfitError } from '../error.ts';
import { ATTRIBUTES, DTYPES, dtypeOf, dtypeWord } from './codes.ts';
import type { OnnxAttribute, OnnxDType, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './model.ts';
import {
  type AttributeProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx_pb.ts';
import { convertTflite } from './tflite/convert.ts';
import { isTflite } from './tflite/file.ts';

/**
 * Reads the bytes of an ONNX file; those of a TensorFlow Lite file are converted (`convertTflite`).
 *
 * Weights are views of `bytes` where their alignment allows it and copies elsewhere, so do not change `bytes` while the
 * model is in use. Values that the file lists as inputs only because an old format asked so (they have an initializer)
 * are left out of `inputs`.
 *
 * @throws GanfitError 'format' that says where: the byte of a broken file, or the name of a tensor, node or value whose
 *   content we do not take (subgraphs, strings, external data, 16-bit and unsigned integers, unknown types).
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  if (isTflite(bytes)) return convertTflite(bytes);
  const file = decode(bytes);
  const graph = file.graph;
  const standard = file.opsetImport.find((opset) => opset.domain === '' || opset.domain === 'ai.onnx');
  if (!graph || !standard) {
    throw new GanfitError(
      'format',
      `ONNX file of ${bytes.length} bytes: must hold a graph and the version of its operators, ` +
        `got ${graph ? 'no operator version' : 'no graph'}. Is it an ONNX model?`,
    );
  }
  const initializers = graph.initializer.map((tensor) => readTensor(tensor, `tensor "${tensor.name}"`));
  const held = new Set(initializers.map((tensor) => tensor.name));
  return {
    opset: Number(standard.version),
    inputs: graph.input.filter((value) => !held.has(value.name)).map((value) => readValue(value, 'input')),
    outputs: graph.output.map((value) => readValue(value, 'output')),
    initializers,
    nodes: graph.node.map(readNode),
  };
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GanfitError(
      'format',
      `ONNX file of ${bytes.length} bytes: must be a protobuf ModelProto, got ${reason} near byte ` +
        `${brokenByte(bytes)}. Download the file again, or check that it is an ONNX model.`,
      { cause },
    );
  }
}

/** Walks the fields of the file and of its graph and gives the start of the first one that does not parse. */
function brokenByte(bytes: Uint8Array): number {
  const reader = new BinaryReader(bytes);
  let start = 0;
  try {
    while (reader.pos < reader.len) {
      start = reader.pos;
      const [field, type] = reader.tag();
      // Field 7 is the graph: step into it, its fields follow its length.
      if (field === 7 && type === WireType.LengthDelimited) reader.uint32();
      else reader.skip(type, field);
    }
  } catch {
    // The start of the field that broke is what we came for.
  }
  return start;
}

function refuse(where: string, must: string, got: string): never {
  throw new GanfitError(
    'format',
    `ONNX file, ${where}: must ${must}, got ${got}. Export the model without it.`,
  );
}

function readDType(code: number, where: string): OnnxDType {
  return dtypeOf(code) ?? refuse(where, `hold one of ${Object.keys(DTYPES).join(', ')}`, dtypeWord(code));
}

function readValue(value: ValueInfoProto, role: string): OnnxValue {
  const where = `${role} "${value.name}"`;
  const type = value.type?.value;
  if (type?.case !== 'tensorType') return refuse(where, 'be a tensor', type ? 'another type' : 'no type');
  const dims = type.value.shape?.dim ?? [];
  return {
    name: value.name,
    dtype: readDType(type.value.elemType, where),
    shape: dims.map(({ value: size }) =>
      size.case === 'dimValue' ? Number(size.value) : size.case === 'dimParam' ? size.value : '?',
    ),
  };
}

function readNode(node: NodeProto): OnnxNode {
  const where = `node ${node.opType} "${node.name || node.output[0]}"`;
  return {
    op: node.opType,
    ...(node.name && { name: node.name }),
    ...(node.domain && node.domain !== 'ai.onnx' && { domain: node.domain }),
    inputs: node.input,
    outputs: node.output,
    attributes: Object.fromEntries(
      node.attribute.map((attribute) => [attribute.name, readAttribute(attribute, where)]),
    ),
  };
}

function readAttribute(attribute: AttributeProto, node: string): OnnxAttribute {
  const where = `${node}, attribute "${attribute.name}"`;
  switch (attribute.type) {
    case ATTRIBUTES.int:
      return { kind: 'int', value: Number(attribute.i) };
    case ATTRIBUTES.ints:
      return { kind: 'ints', value: attribute.ints.map(Number) };
    case ATTRIBUTES.float:
      return { kind: 'float', value: attribute.f };
    case ATTRIBUTES.floats:
      return { kind: 'floats', value: attribute.floats };
    case ATTRIBUTES.string:
      return { kind: 'string', value: new TextDecoder().decode(attribute.s) };
    case ATTRIBUTES.tensor:
      if (attribute.t) return { kind: 'tensor', value: readTensor(attribute.t, where) };
  }
  return refuse(where, 'be a number, a list of numbers, a string or a tensor', `kind ${attribute.type}`);
}

function readTensor(tensor: TensorProto, where: string): OnnxTensor {
  if (tensor.dataLocation === 1) refuse(where, 'stand in the file itself', 'a link to another file');
  const dtype = readDType(tensor.dataType, where);
  const shape = tensor.dims.map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const data = tensor.rawData.length > 0 ? fromRaw(tensor.rawData, dtype) : fromLists(tensor, dtype);
  if (data?.length !== count) {
    refuse(
      where,
      `hold ${count} values for its shape [${shape}]`,
      `${data?.length ?? 'a broken number of'} values`,
    );
  }
  return { name: tensor.name, dtype, shape, data };
}

/** The values as a view where the file's alignment allows it; undefined when the bytes are no whole number of them. */
function fromRaw(raw: Uint8Array, dtype: OnnxDType): OnnxTensor['data'] | undefined {
  const { array } = DTYPES[dtype];
  const size = array.BYTES_PER_ELEMENT;
  if (raw.length % size !== 0) return undefined;
  // Uint8Array.prototype.slice, because Node's Buffer.slice gives a view of a shared pool instead of a copy.
  const aligned = raw.byteOffset % size === 0 ? raw : Uint8Array.prototype.slice.call(raw);
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, raw.length / size);
}

/** The values from the typed lists that small or old files use instead of raw bytes. */
function fromLists(tensor: TensorProto, dtype: OnnxDType): OnnxTensor['data'] {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(tensor.floatData);
    case 'float64':
      return Float64Array.from(tensor.doubleData);
    case 'int64':
      return BigInt64Array.from(tensor.int64Data);
    default:
      return DTYPES[dtype].array.from(tensor.int32Data);
  }
}
