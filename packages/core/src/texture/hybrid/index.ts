export { loadHybrid } from './hybrid-file.ts';
export { type HybridTextureModel, isHybrid } from './hybrid-model.ts';
export { projectHybrid } from './project-hybrid.ts';
export { scaleDetail } from './scale-detail.ts';
