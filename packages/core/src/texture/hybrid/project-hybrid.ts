import { choleskyFactor, choleskySolve } from '../../linalg/cholesky.ts';
import { type PartialTexture, projectTexture, shrinkPartial } from '../pca/project-texture.ts';
import { pcaTexture } from '../pca/texture-pca.ts';
import { describeDetail } from './describe-detail.ts';
import { detailLevels, STATISTICS, windowSize } from './detail-network.ts';
import type { HybridTextureModel } from './hybrid-model.ts';

/** Variance of a cell's description that the latent does not tell, in units of people's variance. */
const RESIDUAL = 0.3;

/**
 * The latent that explains a texture: the base by least squares with its prior (`projectTexture`), the numbers of the detail by
 * least squares on what the detail is like, with theirs. Noise has no best mixture: it stays the usual one.
 *
 * @param prior Of the base, as in `projectTexture`.
 * @returns `[latentSize]`. Detail is described where the texture has the model's finest resolution and its confidence is above
 *   0.8; otherwise it is the usual one.
 */
export function projectHybrid(
  model: HybridTextureModel,
  texture: PartialTexture,
  { prior = 1 }: { readonly prior?: number } = {},
): Float32Array {
  const { base, architecture, told, spread, middle, scale } = model;
  const latent = new Float32Array(model.latentSize);
  const linear = projectTexture(base.pca, texture, { prior });
  latent.set(linear);
  const [finest] = detailLevels(architecture).slice(-1);
  if (texture.size < finest) return latent;

  const { color, confidence } = shrinkPartial(texture, finest);
  const skin = pcaTexture(base.pca, linear, finest);
  const { window, edge, cell } = architecture;
  const size = windowSize(architecture, finest);
  const step = finest / edge;
  const [rows, columns] = size;
  const [top, left] = [window.top * step, window.left * step];
  const at = (i: number) => (top + Math.floor(i / columns)) * finest + left + (i % columns);
  const texels = rows * columns;
  const residual = Float32Array.from({ length: 3 * texels }, (_, i) => {
    const place = Math.floor(i / texels) * finest * finest + at(i % texels);
    return color[place] - skin[place];
  });
  const seen = Float32Array.from({ length: texels }, (_, i) => confidence[at(i)]);
  const { values, known } = describeDetail(residual, seen, size, cell * step);

  const cells = known.length;
  const codes = spread.length / (STATISTICS * cells);
  // What is described, in deviations, less what the base lets expect.
  const target = values.map((value, i) => (value - middle[i]) / scale[Math.floor(i / cells)]);
  linear.forEach((z, k) => {
    for (let i = 0; i < target.length; i++) target[i] -= z * told[k * target.length + i];
  });
  const chosen = [...target.keys()].filter((i) => known[i % cells] === 1);
  const rowsOf = Array.from({ length: codes }, (_, d) =>
    Float64Array.from(chosen, (i) => spread[d * target.length + i]),
  );
  const wanted = Float64Array.from(chosen, (i) => target[i]);
  const matrix = new Float64Array(codes * codes);
  const solution = new Float64Array(codes);
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  for (let a = 0; a < codes; a++) {
    solution[a] = product(rowsOf[a], wanted);
    for (let b = 0; b <= a; b++) matrix[a * codes + b] = product(rowsOf[a], rowsOf[b]);
    matrix[a * codes + a] += RESIDUAL;
  }
  choleskyFactor(matrix, codes);
  choleskySolve(matrix, codes, solution);
  latent.set(solution, base.latentSize);
  return latent;
}
