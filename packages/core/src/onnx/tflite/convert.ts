import { GanfitError } from '../../error.ts';
import type { OnnxModel, OnnxValue } from '../model.ts';
import { conversionOf } from './conversion.ts';
import { readTflite } from './file.ts';
import { channelsFirst } from './layout.ts';
import { CONVERTERS } from './operations.ts';

/** Version of ONNX's operators that the nodes follow: the first with HardSwish. */
const OPSET = 14;

/**
 * Reads a TensorFlow Lite file as an ONNX model.
 *
 * Pictures change from `[N, H, W, C]` to `[N, C, H, W]`, inputs and outputs too; tensors of other ranks keep the file's order of
 * elements, so that a flat list of landmarks is what it was. Weights of 16 bits become float32. The batch of inputs may have any
 * size where the network's own reshapes allow it.
 *
 * @throws GanfitError `format` for a damaged file, quantized networks, and operations that have no counterpart here.
 */
export function convertTflite(bytes: Uint8Array): OnnxModel {
  const graph = readTflite(bytes);
  const conversion = conversionOf(graph);
  const unknown = new Set(graph.operators.map(({ op }) => op).filter((op) => !(op in CONVERTERS)));
  if (unknown.size > 0) {
    throw new GanfitError(
      'format',
      `TFLite file: must consist of known operations, got ${[...unknown].join(', ')}. Convert it to ONNX elsewhere.`,
    );
  }
  for (const operator of graph.operators) CONVERTERS[operator.op]({ conversion, operator });
  const value = (index: number): OnnxValue => {
    const { name, dtype, shape } = graph.tensors[index];
    const [, ...rest] = channelsFirst(shape);
    return { name, dtype, shape: shape.length === 0 ? [] : ['batch', ...rest] };
  };
  return {
    opset: OPSET,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    initializers: [...conversion.initializers.values()],
    nodes: conversion.nodes,
  };
}
