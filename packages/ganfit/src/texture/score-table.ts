import type { ScaleDistance } from '@ganfit/core/texture';
import type { TextureScore } from './evaluate-textures.ts';

/**
 * Scores as a Markdown table.
 *
 * @param real Distances of other real textures.
 */
export function scoreTable(scores: readonly TextureScore[], real: readonly ScaleDistance[]): string {
  const scales = real.map(({ resolution }) => `SWD ${resolution}`);
  const head = [
    'model',
    'latent',
    'L1, 1/255',
    'features',
    'identity',
    'energy 1',
    'energy 2',
    'corr. 1',
    'corr. 2',
    'rms latent',
  ];
  const rows = scores.map((score) => [
    score.name,
    `${score.latentSize}`,
    (255 * score.l1).toFixed(2),
    score.features.toFixed(3),
    score.identity.toFixed(3),
    ...[1, 2].map((texels) => percent(score.detail.find((band) => band.texels === texels)?.energy)),
    ...[1, 2].map(
      (texels) => score.detail.find((band) => band.texels === texels)?.correlation.toFixed(2) ?? '-',
    ),
    score.spread.toFixed(2),
    ...score.wasserstein.map(({ distance }) => distance.toFixed(3)),
  ]);
  const yardstick = [
    'real textures',
    ...head.slice(1).map(() => ''),
    ...real.map(({ distance }) => distance.toFixed(3)),
  ];
  const lines = [[...head, ...scales], [...head, ...scales].map(() => '---'), ...rows, yardstick];
  const count = scores[0]?.textures ?? 0;
  return [
    `Mean of ${count} held-out textures, where their photos show skin. Energy: of details of 1 and 2 texels, share of the real one.`,
    '',
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function percent(share: number | undefined): string {
  return share === undefined ? '-' : `${(100 * share).toFixed(0)} %`;
}
