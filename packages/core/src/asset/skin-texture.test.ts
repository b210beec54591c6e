import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { ellipsoidHead } from '../fit/ellipsoid-head.ts';
import { srgbToLinear } from '../image/color.ts';
import { createRuntime } from '../runtime/index.ts';
import { add, constant, matmul, reshape } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import { modelTexture, personalSkin, skinTexture } from './skin-texture.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 1 });
const R = 8;
const model: TextureModel = {
  name: 'ramp',
  latentSize: 1,
  resolutions: [4, R],
  topologyDigest: '0'.repeat(64),
  linear: true,
  synthesize: (latent, { resolution = R } = {}) => {
    const length = 3 * resolution * resolution;
    const ramp = Float32Array.from({ length }, (_, i) => ((i % resolution) + 0.5) / resolution - 0.5);
    const planes = add(matmul(latent, constant(ramp, [1, length])), constant([0], [1, 1]));
    return reshape(planes, [latent.shape[0], 3, resolution, resolution]);
  },
};

it('enlarges the texture of a latent without shifting it', async () => {
  const size = 32;
  const color = await modelTexture(model, Float32Array.of(0.8), runtime, size);
  for (const column of [3, 12, 20, 28]) {
    const sRGB = 0.5 + 0.5 * 0.8 * ((column + 0.5) / size - 0.5);
    expect(color[3 * (5 * size + column) + 1]).toBeCloseTo(srgbToLinear(sRGB), 4);
  }
});

it('without detail the skin is the model’s, and nothing of it was seen', () => {
  const head = ellipsoidHead(12);
  const fitted = new Float32Array(3 * 16 * 16).fill(0.25);
  const unwrapped = {
    size: 16,
    color: new Float32Array(3 * 16 * 16).fill(0.9),
    confidence: new Float32Array(16 * 16).fill(1),
  };
  const { color, seen } = skinTexture(unwrapped, head, head.mean, { fitted, detail: 'none', seed: 0 });
  expect(color).toEqual(fitted);
  expect(Math.max(...seen)).toBe(0);
});

it('a personal skin has its tone everywhere, and colors stay below one', () => {
  const head = ellipsoidHead(12);
  const color = new Float32Array(3 * 16 * 16).fill(0.5);
  personalSkin(color, 16, head, [1.2, 1, 2.5]);
  // The ears are a little darker and redder.
  for (let i = 0; i < color.length; i += 3) {
    expect(color[i]).toBeCloseTo(0.6, 1);
    expect(color[i + 1]).toBeCloseTo(0.5, 1);
    expect(color[i + 2]).toBe(1);
  }
});
