import { randomStream } from '../random/index.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { input } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import { type AppearanceKit, observeSkin } from './albedo.ts';
import { linearPart } from './linear-part.ts';
import type { FitParameters } from './parameters.ts';
import { vertexSampler } from './surface-samples.ts';

/** Random latents that are looked at, and how many at once. */
const CANDIDATES = 256;
const BATCH = 16;
/** Texels across: tone and beard show, pores do not matter. Twice as many take twice as long: some 10 s with 7 M weights. */
const RESOLUTION = 32;

/**
 * A latent to start from. A linear model starts at its mean; a generator, whose input has no middle, at the nearest of some
 * hundred random latents, compared with what the photos show of the skin after the best gain per channel.
 *
 * @returns `[nt]`.
 */
export async function startLatent(
  texture: TextureModel,
  runtime: Runtime,
  kits: readonly AppearanceKit[],
  parameters: FitParameters,
  seed: number,
): Promise<Float32Array> {
  const count = texture.latentSize;
  if (linearPart(texture)) return new Float32Array(count);
  const seen = kits.map((kit, p) => {
    const { camera, expression } = parameters.photos[p];
    return observeSkin(kit, camera, evaluateShape(kit.model, parameters.identity, expression));
  });
  const random = randomStream(seed, 'start latent');
  const resolution = texture.resolutions.find((edge) => edge >= RESOLUTION) ?? texture.resolutions[0];
  const graph = await runtime.compile({
    textures: texture.synthesize(input('latents', [BATCH, count]), { resolution }),
  });
  const { model } = kits[0];
  const sample = vertexSampler(model, resolution);
  const colors = new Float32Array(3 * model.parts[0].vertexCount);
  let best: { latent: Float32Array; error: number } | undefined;
  try {
    for (let first = 0; first < CANDIDATES; first += BATCH) {
      const latents = Float32Array.from({ length: BATCH * count }, () => random.normal());
      if (texture.latentPrior === 'sphere') normalizeRows(latents, count);
      const { textures } = await graph.run({ latents });
      for (let row = 0; row < BATCH; row++) {
        sample(textures, row, colors);
        const error = seen.reduce(
          (sum, { trust, colors: photo }) => sum + gainError(colors, photo, trust),
          0,
        );
        if (!best || error < best.error) {
          best = { latent: latents.slice(row * count, (row + 1) * count), error };
        }
      }
    }
  } finally {
    await graph.dispose();
  }
  return best?.latent ?? new Float32Array(count);
}

function normalizeRows(rows: Float32Array, count: number): void {
  for (let start = 0; start < rows.length; start += count) {
    const row = rows.subarray(start, start + count);
    const scale = Math.sqrt(count) / Math.hypot(...row);
    row.forEach((value, i) => {
      row[i] = value * scale;
    });
  }
}

/** Mean absolute log ratio of photo and texture after its own mean per channel is taken out. */
function gainError(texture: Float32Array, photo: Float32Array, trust: Float32Array): number {
  let error = 0;
  for (let c = 0; c < 3; c++) {
    let [sum, total] = [0, 0];
    const ratio = (v: number): number => {
      const inside = Math.min(Math.max(texture[3 * v + c], 0.02), 1);
      return Math.log(photo[3 * v + c] + 0.02) - 2.2 * Math.log(inside);
    };
    for (let v = 0; v < trust.length; v++) {
      sum += trust[v] * ratio(v);
      total += trust[v];
    }
    const mean = sum / Math.max(total, 1e-6);
    for (let v = 0; v < trust.length; v++) {
      if (trust[v] > 0) error += (trust[v] * Math.abs(ratio(v) - mean)) / Math.max(total, 1e-6);
    }
    // A gain may be light; a large one is rather another skin.
    error += 0.3 * Math.abs(mean);
  }
  return error;
}
