export { type BatchNormParameters, batchNorm } from './batch-norm.ts';
export { instanceNorm } from './instance-norm.ts';
export { l2Normalize } from './l2-normalize.ts';
export { linear } from './linear.ts';
export { mean } from './mean.ts';
export { pixelNorm } from './pixel-norm.ts';
export { resizeBilinear, upsampleBilinear } from './resize-bilinear.ts';
export { softplus } from './softplus.ts';
