export { loadHybrid } from './hybrid-file.ts';
export type { HybridTextureModel } from './hybrid-model.ts';
