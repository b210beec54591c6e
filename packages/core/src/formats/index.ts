/**
 * Room `formats`: records to file bytes and back.
 *
 * A `Head` or parameters come in, GLB, USDZ, OBJ + MTL, PLY or JSON goes out. It knows nothing of tensors and touches no disk.
 */
export * from './compress-glb.ts';
export * from './face-json.ts';
export * from './glb.ts';
export * from './glb-material.ts';
export * from './glb-origin.ts';
export { GLB_PROFILES, type GlbProfile } from './glb-profile.ts';
export * from './obj.ts';
export * from './ply.ts';
export * from './report-json.ts';
export * from './usdz.ts';
