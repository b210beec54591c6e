/**
 * Room `onnx`: the ONNX file format. Bytes go in and plain records come out, and the other way round. It will never
 * compute anything.
 */
export { halfToFloat } from './half.ts';
export type { OnnxAttribute, OnnxDType, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './model.ts';
export { readModel } from './read.ts';
export { convertTflite } from './tflite/convert.ts';
export { isTflite } from './tflite/file.ts';
export { writeModel } from './write.ts';
