import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { randomStream } from '../random/index.ts';
import type { Basis } from './model.ts';

const SAMPLES = 4000;

/**
 * PCA over sampled expressions, each mode a fixed mixture of the named shapes (paper: ne = 29 expression components).
 *
 * Second moments are taken about the neutral face, so that zero coefficients are the neutral face. With the sampled
 * activations w ~ (0, C) and the shapes' Gram matrix G, the modes are `C^½ U` for the eigenvectors U of `C^½ G C^½`:
 * the PCA of the displacements, without ever forming them.
 *
 * @param shapes Named shapes, `[51, 3 V]`.
 * @param vertexWeights How much each vertex counts, `[V]`.
 * @returns Mixture `[count, 51]` and the modes `[count, 3 V]`.
 */
export function expressionBasis(
  names: readonly string[],
  shapes: Basis,
  vertexWeights: ArrayLike<number>,
  count = 29,
): { mixture: Float32Array; basis: Basis } {
  const root = squareRoot(secondMoments(names));
  const gram = gramMatrix(shapes, vertexWeights);
  const { values, vectors } = symmetricEigen(root.mmul(gram).mmul(root));
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  const directions = root.mmul(vectors);
  const mixture = new Float32Array(count * shapes.count);
  for (let k = 0; k < count; k++) {
    const column = directions.getColumn(order[k]);
    // An eigenvector's sign is arbitrary; the larger part of a mode adds activation.
    const sign = column.reduce((a, b) => a + b, 0) < 0 ? -1 : 1;
    column.forEach((value, j) => {
      mixture[k * shapes.count + j] = sign * value;
    });
  }
  return { mixture, basis: mixShapes(mixture, shapes, count) };
}

/** Modes of a mixture: `mixture [count, N] * shapes [N, 3 V]`. */
export function mixShapes(mixture: Float32Array, shapes: Basis, count: number): Basis {
  const length = shapes.data.length / shapes.count;
  const data = new Float32Array(count * length);
  for (let j = 0; j < shapes.count; j++) {
    const shape = shapes.data.subarray(j * length, (j + 1) * length);
    // Most shapes move a small part of the head.
    for (const [start, end] of movingRanges(shape)) {
      for (let k = 0; k < count; k++) {
        const weight = mixture[k * shapes.count + j];
        const to = k * length;
        for (let i = start; i < end; i++) data[to + i] += weight * shape[i];
      }
    }
  }
  return { count, data };
}

const BLOCK = 96;

/** Blocks of a field that are not all zero. */
function movingRanges(field: Float32Array): [number, number][] {
  const ranges: [number, number][] = [];
  for (let start = 0; start < field.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, field.length);
    let i = start;
    while (i < end && field[i] === 0) i++;
    if (i === end) continue;
    const last = ranges[ranges.length - 1];
    if (last && last[1] === start) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

/**
 * Second moments of activations: a few shapes at a time, both sides mostly together, `mouthClose` only to close an open jaw,
 * as ARKit defines it.
 */
function secondMoments(names: readonly string[]): Matrix {
  const random = randomStream(0, 'expression activations');
  const moments = Matrix.zeros(names.length, names.length);
  const jaw = names.indexOf('jawOpen');
  const close = names.indexOf('mouthClose');
  const index = new Map(names.map((name, i) => [name, i]));
  for (let n = 0; n < SAMPLES; n++) {
    const weights = names.map(() => (random.uniform() < 0.25 ? random.uniform() : 0));
    names.forEach((name, i) => {
      if (!name.endsWith('Left') || name === 'jawLeft' || name === 'mouthLeft') return;
      const right = index.get(name.replace(/Left$/, 'Right'));
      if (right !== undefined && random.uniform() < 0.7) weights[right] = weights[i];
    });
    if (close >= 0 && jaw >= 0) weights[close] = random.uniform() < 0.2 ? weights[jaw] * random.uniform() : 0;
    for (let i = 0; i < names.length; i++) {
      for (let j = 0; j <= i; j++) {
        const product = (weights[i] * weights[j]) / SAMPLES;
        moments.set(i, j, moments.get(i, j) + product);
        if (i !== j) moments.set(j, i, moments.get(j, i) + product);
      }
    }
  }
  return moments;
}

function gramMatrix(shapes: Basis, vertexWeights: ArrayLike<number>): Matrix {
  const length = shapes.data.length / shapes.count;
  const gram = Matrix.zeros(shapes.count, shapes.count);
  for (let a = 0; a < shapes.count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < length; i++) {
        sum += vertexWeights[(i / 3) | 0] * shapes.data[a * length + i] * shapes.data[b * length + i];
      }
      gram.set(a, b, sum);
      gram.set(b, a, sum);
    }
  }
  return gram;
}

function symmetricEigen(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const symmetric = Matrix.add(matrix, matrix.transpose()).mul(0.5);
  const decomposition = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  return { values: decomposition.realEigenvalues, vectors: decomposition.eigenvectorMatrix };
}

function squareRoot(matrix: Matrix): Matrix {
  const { values, vectors } = symmetricEigen(matrix);
  const roots = Matrix.diag(values.map((value) => Math.sqrt(Math.max(value, 0))));
  return vectors.mmul(roots).mmul(vectors.transpose());
}
