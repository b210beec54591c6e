import { GanfitError } from '../../error.ts';
import { add, mul, slice, sub } from '../../tensor/index.ts';
import type { HybridTextureModel } from './hybrid-model.ts';

/**
 * The same model with a share of its detail: its energy goes with the square of the share, and so does what it adds to the mean
 * squared difference from a person whose pores lie elsewhere.
 *
 * @param share 0 is the linear base alone, 1 the model as it is; more exaggerates.
 * @throws GanfitError `input` when the share is below 0.
 */
export function scaleDetail(model: HybridTextureModel, share: number): HybridTextureModel {
  if (!(share >= 0)) {
    throw new GanfitError(
      'input',
      `scaleDetail: the share must be 0 or more, got ${share}. Take 1 for all detail.`,
    );
  }
  const { base } = model;
  return {
    ...model,
    synthesize(latent, options) {
      const whole = model.synthesize(latent, options);
      const resolution = whole.shape[3];
      const skin = base.synthesize(slice(latent, [0], [base.latentSize], [1]), { resolution });
      return add(skin, mul(sub(whole, skin), share));
    },
  };
}
