import type { Preset } from '@ganfit/core/fit';
import { overridePreset, PRESETS } from '@ganfit/core/fit';

/** One fit of the grid of the paper's Fig. 5. */
export interface Variant {
  /** Letter in the figure; `-` for those that are not in it. */
  readonly letter: string;
  readonly name: string;
  /** As `--set` takes them. */
  readonly settings: readonly string[];
  /** `none`: no texture model at all. */
  readonly texture?: 'pca' | 'none';
  /** Another recognition network is optimised: the paper's footnote 5. */
  readonly recognizer?: boolean;
}

const NO_START = ['start.skin=0', 'start.coarse=0', 'start.fine=0'];

/** The removals of Fig. 5; (a) is the photo, (c) the albedo of (b). */
export const VARIANTS: readonly Variant[] = [
  { letter: 'b', name: 'full', settings: [] },
  { letter: 'd', name: 'without identity', settings: ['weights.identity=0'] },
  { letter: 'e', name: 'without random-view identity', settings: ['weights.randomIdentity=0'] },
  { letter: 'f', name: 'without content', settings: ['weights.content=0'] },
  // The start in closed form is a fit of pixels too.
  { letter: 'g', name: 'without pixels', settings: ['weights.pixel=0', ...NO_START] },
  {
    letter: 'h',
    name: 'without all identity terms',
    settings: ['weights.identity=0', 'weights.randomIdentity=0', 'weights.content=0'],
  },
  { letter: 'i', name: 'PCA texture', settings: [], texture: 'pca' },
  { letter: '-', name: 'no texture model', settings: [], texture: 'none' },
  // Layers of another network are of another scale, and the weight of the content would mean nothing.
  { letter: '5', name: 'another recognizer', settings: ['weights.content=0'], recognizer: true },
];

/**
 * A preset for a recognizer whose cosines lie closer together: the weight of the identity terms is per unit of cosine.
 *
 * @param factor How many times as close.
 */
export function weighIdentity(preset: Preset, factor: number): Preset {
  const { identity, randomIdentity } = preset.weights;
  const weights = {
    ...preset.weights,
    identity: factor * identity,
    randomIdentity: factor * randomIdentity,
  };
  return { ...preset, weights };
}

/**
 * The preset that (b) runs: every term of Eq. 12 at work, the texture of the model alone. Terms that the named preset leaves
 * out get the weight that `best` gives them.
 */
export function fullPreset(preset: Preset, settings: readonly string[] = []): Preset {
  const { randomIdentity, content } = PRESETS.best.weights;
  const weights = {
    ...preset.weights,
    randomIdentity: preset.weights.randomIdentity || randomIdentity,
    content: preset.weights.content || content,
  };
  return overridePreset({ ...preset, weights, detail: 'none' }, settings);
}
