/**
 * Room `networks`: pretrained networks that look at photos. Pixels go in, boxes, landmarks and descriptions of identity
 * come out. It will never fetch a file: the door hands in the bytes.
 */
export * from './align.ts';
export * from './choose-face.ts';
export * from './compare.ts';
export * from './detector.ts';
export * from './face-box.ts';
export * from './face-mesh.ts';
export * from './face-parser.ts';
export * from './ibug-points.ts';
export * from './identify.ts';
export * from './identity.ts';
export { JUDGE_RECIPE, JUDGE_TEMPLATE, JUDGE_THRESHOLD, type JudgeFiles, judgeDescriptor } from './judge.ts';
export * from './judge-identity.ts';
export * from './kit.ts';
export * from './landmarker.ts';
export { MIRRORED_VERTEX } from './mirrored-vertex.ts';
export type { Observation } from './observation.ts';
export * from './observe.ts';
export * from './shape-code.ts';
export * from './skin-mask.ts';
