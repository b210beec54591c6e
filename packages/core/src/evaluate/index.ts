/**
 * Room `evaluate`: how good a result is. Meshes, points and masks come in, millimetres go out. It measures against truth or
 * against synthetic people that it makes; nothing here is ever optimised.
 */
export { type IcpOptions, type IcpResult, IDENTITY_SIMILARITY, icp } from './icp.ts';
export {
  normalAt,
  type Surface,
  type SurfaceDistance,
  type SurfaceDistanceOptions,
  surfaceDistance,
} from './surface-distance.ts';
