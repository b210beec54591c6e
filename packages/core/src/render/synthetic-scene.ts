import type { Camera } from './camera.ts';
import type { HarmonicLight, PhongLight } from './light.ts';
import { type SyntheticMesh, syntheticHead } from './synthetic-head.ts';

/** A small scene made by code, for tests and benches: a head seen a little from its left, two lights, a smooth texture. */
export interface SyntheticScene {
  readonly head: SyntheticMesh;
  readonly camera: Camera;
  readonly phong: PhongLight;
  readonly harmonics: HarmonicLight;
  /** `[3, texels, texels]` in [0, 1], equal on both sides of the UV seam. */
  readonly texture: Float32Array;
  readonly texels: number;
}

/**
 * Makes the scene.
 *
 * @param size Pixels of the camera each way.
 * @param rings Resolution of the head.
 */
export function syntheticScene(size: number, rings: number, texels = 64): SyntheticScene {
  const texture = Float32Array.from({ length: 3 * texels * texels }, (_, i) => {
    const channel = Math.floor(i / texels ** 2);
    const u = ((i % texels) + 0.5) / texels;
    const v = ((Math.floor(i / texels) % texels) + 0.5) / texels;
    return 0.5 + 0.3 * Math.sin(2 * Math.PI * u * (channel + 1)) * Math.cos(v * (2 + channel));
  });
  return {
    head: syntheticHead(rings),
    camera: {
      position: [120, 60, 580],
      target: [0, 0, 0],
      roll: 0.1,
      focal: 2.4 * size,
      width: size,
      height: size,
    },
    phong: {
      kind: 'phong',
      ambient: [0.15, 0.15, 0.2],
      color: [0.8, 0.75, 0.7],
      position: [-400, 150, 300],
    },
    harmonics: {
      kind: 'harmonics',
      coefficients: Float32Array.from(
        [
          [2.4, 2.3, 2.2],
          [0.4, 0.5, 0.6],
          [1, 0.9, 0.8],
          [-0.7, -0.5, -0.3],
          [0.2, 0.1, 0],
          [0.1, 0.3, 0.1],
          [0.2, 0, 0.3],
          [-0.3, 0.1, 0.2],
          [0.2, -0.2, 0.1],
        ].flat(),
      ),
    },
    texture,
    texels,
  };
}
