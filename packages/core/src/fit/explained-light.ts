import { srgbToLinear } from '../image/color.ts';
import type { HarmonicLight } from '../render/light.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { input } from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import { type AppearanceKit, observeSkin, robustLight } from './albedo.ts';
import type { FitParameters } from './parameters.ts';
import { vertexSampler } from './surface-samples.ts';

/** Texels across: light is smooth. */
const RESOLUTION = 64;
/** Colors are divided by the skin's, which a model may paint black in a channel; sRGB. */
const LEAST_SKIN = 0.1;

/**
 * The light of each photo that explains its colors best if the skin is that of a latent: robust least squares, in closed
 * form. Adam takes hundreds of steps of 0.01 from any other light, and the skin turns brown or red meanwhile.
 *
 * @param latent `[nt]`.
 */
export async function explainedLight(
  texture: TextureModel,
  latent: Float32Array,
  runtime: Runtime,
  kits: readonly AppearanceKit[],
  parameters: FitParameters,
): Promise<HarmonicLight[]> {
  const resolution = texture.resolutions.find((edge) => edge >= RESOLUTION) ?? texture.resolutions[0];
  const graph = await runtime.compile({
    texture: texture.synthesize(input('latent', [1, texture.latentSize]), { resolution }),
  });
  try {
    const found = await graph.run({ latent });
    const { model } = kits[0];
    const colors = new Float32Array(3 * model.parts[0].vertexCount);
    vertexSampler(model, resolution)(found.texture, 0, colors);
    const albedo = colors.map((value) => srgbToLinear(Math.min(Math.max(value, LEAST_SKIN), 1)));
    return kits.map((kit, p) => {
      const { camera, expression } = parameters.photos[p];
      const seen = observeSkin(kit, camera, evaluateShape(model, parameters.identity, expression));
      const { light } = robustLight(seen.basis, seen.colors, seen.trust, seen.trust.length, albedo);
      return { kind: 'harmonics', coefficients: Float32Array.from(light) };
    });
  } finally {
    await graph.dispose();
  }
}
