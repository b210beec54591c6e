export { loadHybrid } from './hybrid-file.ts';
export type { HybridTextureModel } from './hybrid-model.ts';
export { projectHybrid } from './project-hybrid.ts';
