import type { SurfaceGraph } from './surface-graph.ts';

/** What the diffused values are held to. */
export interface DiffusionTargets {
  /** Values wished for, `[V, K]`. */
  readonly values: Float32Array;
  /** How strongly, per square millimetre, `[V]`: a weight of 1 / l² lets neighbours win over distances below l. */
  readonly weights: Float32Array;
  /** Differences wished for along the links, value at the link's start minus value at its end, `[E, K]`; else zero. */
  readonly differences?: Float32Array;
}

/**
 * Solves the screened Poisson equation on a surface (Bhat et al. 2008, in the domain of vertices):
 *
 * `min_x  sum_v area_v weight_v |x_v - value_v|² + sum_links w_ij |x_i - x_j - d_ij|²`.
 *
 * With no differences the result is a membrane over the gaps; a UV seam does not exist here, so it leaves no trace.
 *
 * @param graph The surface, V vertices.
 * @param targets What to hold on to.
 * @param channels K.
 * @param precision Remaining share of the error's energy at which to stop. Default 1e-10.
 * @returns `[V, K]`; a vertex that nothing reaches keeps its target.
 */
export function diffuse(
  graph: SurfaceGraph,
  targets: DiffusionTargets,
  channels: number,
  precision = 1e-10,
): Float32Array {
  const result = new Float32Array(graph.vertexCount * channels);
  for (let channel = 0; channel < channels; channel++) {
    const solution = conjugateGradient(graph, targets, channel, channels, precision);
    for (let v = 0; v < graph.vertexCount; v++) result[v * channels + channel] = solution[v];
  }
  return result;
}

function conjugateGradient(
  graph: SurfaceGraph,
  { values, weights, differences }: DiffusionTargets,
  channel: number,
  channels: number,
  precision: number,
): Float64Array {
  const { vertexCount, starts, neighbors, weights: links, areas } = graph;
  const diagonal = new Float64Array(vertexCount);
  const x = new Float64Array(vertexCount);
  const residual = new Float64Array(vertexCount);
  for (let v = 0; v < vertexCount; v++) {
    const hold = areas[v] * weights[v];
    x[v] = values[v * channels + channel];
    diagonal[v] = hold + 1e-9;
    for (let e = starts[v]; e < starts[v + 1]; e++) {
      diagonal[v] += links[e];
      residual[v] -= links[e] * (values[v * channels + channel] - values[neighbors[e] * channels + channel]);
      if (differences) residual[v] += links[e] * differences[e * channels + channel];
    }
  }
  const direction = Float64Array.from(residual, (r, v) => r / diagonal[v]);
  const product = new Float64Array(vertexCount);
  let energy = dot(residual, direction);
  const enough = energy * precision + 1e-14;
  for (let iteration = 0; iteration < 600 && energy > enough; iteration++) {
    for (let v = 0; v < vertexCount; v++) {
      let sum = (areas[v] * weights[v] + 1e-9) * direction[v];
      for (let e = starts[v]; e < starts[v + 1]; e++)
        sum += links[e] * (direction[v] - direction[neighbors[e]]);
      product[v] = sum;
    }
    const step = energy / dot(direction, product);
    let nextEnergy = 0;
    for (let v = 0; v < vertexCount; v++) {
      x[v] += step * direction[v];
      residual[v] -= step * product[v];
      nextEnergy += (residual[v] * residual[v]) / diagonal[v];
    }
    for (let v = 0; v < vertexCount; v++) {
      direction[v] = residual[v] / diagonal[v] + (nextEnergy / energy) * direction[v];
    }
    energy = nextEnergy;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
