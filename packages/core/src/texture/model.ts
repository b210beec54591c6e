import type { Tensor } from '../tensor/index.ts';
import type { SkinColors } from './skin-colors.ts';

/** How a texture is asked for. */
export interface SynthesizeOptions {
  /** Edge of the texture, one of the model's `resolutions`; the largest by default. */
  readonly resolution?: number;
}

/**
 * A statistical model of skin textures in the UV layout of one topology: `latent → texture`. The GAN (Gecer et al. 2019,
 * equation 5) and the PCA (equation 1) share it, so that whatever fits one fits the other.
 */
export interface TextureModel {
  /** What the model is called in files and reports. */
  readonly name: string;
  /** Numbers of a latent. Those of the people a model was made from are spread as N(0, 1) in each of them. */
  readonly latentSize: number;
  /** Edges of the square textures that the model can give, in texels, ascending. The smaller ones cost less. */
  readonly resolutions: readonly number[];
  /** The topology and UV layout that the textures belong to; see `topologyDigest` in room `shape`. */
  readonly topologyDigest: string;
  /** True when the texture is linear in the latent, so that fits may start in closed form. */
  readonly linear?: boolean;
  /**
   * A linear model that the first numbers of the latent drive, where there is one: it gives tone and likeness, the rest of the
   * latent adds detail and may stay zero. Closed forms work on it.
   */
  readonly base?: TextureModel;
  /** `normal`: latents are N(0, 1), the default; `sphere`: only their direction counts, at radius sqrt(latentSize). */
  readonly latentPrior?: 'normal' | 'sphere';
  /** Which mean colors of the face people have, where that is known; `randomLatent` draws from them. Fits do not look at it. */
  readonly skinColors?: SkinColors;
  /**
   * Traces textures.
   *
   * @param latent `[N, latentSize]`.
   * @returns `[N, 3, R, R]`, red, green and blue, sRGB from -1 (0) to 1 (255), row 0 where v is smallest. Not clipped, so that
   *   gradients never vanish; values a little outside of the range occur.
   * @throws GanfitError `input` when the resolution is none of the model's, `shape` when the latent does not fit.
   */
  synthesize(latent: Tensor, options?: SynthesizeOptions): Tensor;
}
