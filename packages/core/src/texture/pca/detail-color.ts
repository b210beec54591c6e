import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { shrinkPlanes } from './resample.ts';

/**
 * The one color along which fine detail of skin varies most: pores, wrinkles and hair darken, they hardly change the hue.
 *
 * @param components Left halves, `[3, S, S / 2]`.
 * @returns Red, green and blue of unit length.
 */
export function detailColorOf(components: readonly Float32Array[], size: number): [number, number, number] {
  const covariance = Matrix.zeros(3, 3);
  const half = size / 2;
  // Fine is what blocks of eight texels of 512 do not show.
  const factor = Math.max(2, size / 64);
  for (const component of components) {
    const coarse = shrinkPlanes(component, 3, [size, half], factor);
    const plane = size * half;
    const small = coarse.length / 3;
    for (let i = 0; i < plane; i += 3) {
      const block =
        Math.floor(Math.floor(i / half) / factor) * (half / factor) + Math.floor((i % half) / factor);
      const rest = [0, 1, 2].map((c) => component[c * plane + i] - coarse[c * small + block]);
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) covariance.set(a, b, covariance.get(a, b) + rest[a] * rest[b]);
      }
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const first = realEigenvalues.indexOf(Math.max(...realEigenvalues));
  const direction = eigenvectorMatrix.getColumn(first);
  const sign = direction.reduce((total, value) => total + value, 0) < 0 ? -1 : 1;
  return [sign * direction[0], sign * direction[1], sign * direction[2]];
}
