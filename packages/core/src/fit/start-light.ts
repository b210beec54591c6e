import type { PhongLight } from '../render/light.ts';

/** The light a fit starts from: a flash-like point beside and above the camera; stage B replaces it by an estimate. */
export const START_LIGHT: PhongLight = {
  kind: 'phong',
  ambient: [0.6, 0.6, 0.6],
  color: [0.6, 0.6, 0.6],
  position: [400, 600, 1500],
};
