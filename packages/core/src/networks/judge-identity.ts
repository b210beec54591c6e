import { writeModel } from '../onnx/index.ts';
import { input, lower } from '../tensor/index.ts';
import type { IdentityNetwork } from './identity.ts';
import { JUDGE_RECIPE, JUDGE_TEMPLATE, type JudgeFiles, judgeDescriptor } from './judge.ts';

/**
 * The judge as a network that fits may optimise: the paper's footnote 5 asks whether another recognizer does as well. Whoever
 * does that has no judge left; the usual identity network, which such a fit never sees, can take its place.
 *
 * It was trained on distances: cosines of strangers lie near 0.8, those of one person near 0.95, so a unit of cosine
 * means about five times as much as the usual network's.
 *
 * @throws GanfitError `format` when the files are not the expected ones.
 */
export function judgeIdentity(files: JudgeFiles): IdentityNetwork {
  const { side } = JUDGE_TEMPLATE;
  const crop = input('crop', [1, 3, side, side]);
  const descriptor = judgeDescriptor(files, crop);
  return {
    bytes: writeModel(lower({ descriptor }, 'cpu')),
    template: JUDGE_TEMPLATE,
    recipe: JUDGE_RECIPE,
    input: 'crop',
    output: 'descriptor',
    dimensions: 128,
    taps: [],
    pattern: 'descriptor',
  };
}
