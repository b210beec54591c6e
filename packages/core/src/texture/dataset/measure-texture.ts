import { surfacePoints } from '../../shape/evaluate.ts';
import type { ShapeModel } from '../../shape/model.ts';
import { mirroredVertices } from '../mirror.ts';
import { skinSurface } from '../skin-surface.ts';
import type { SurfaceGraph } from '../surface-graph.ts';
import { mapTexels, verticesFromTexels } from '../texels.ts';
import type { PhotoQuality } from './quality.ts';

/** Rounds of averaging with the neighbors: about a centimetre of skin. */
const SMOOTHING = 4;
const FLOOR = 0.01;

/**
 * Measures what light and foreign things have left in a finished texture.
 *
 * @param color Linear RGB, `[S, S, 3]`.
 * @param mean The mean person, likewise.
 * @param size S.
 * @returns `lopsided`: root mean square of the smooth difference between the two sides of the face, logarithmic, brightness
 *   and both hues together. `uneven`: of the smooth brightness beside the mean person's, above the mouth, where no beard is.
 */
export function measureTexture(
  color: Float32Array,
  mean: Float32Array,
  size: number,
  model: ShapeModel,
): Pick<PhotoQuality, 'lopsided' | 'uneven'> {
  const { triangles, vertexCount } = model.parts[0];
  const { graph } = skinSurface(model);
  const own = smoothHues(color, size, model);
  const usual = smoothHues(mean, size, model);
  const partners = mirroredVertices(model);
  const nose = surfacePoints(model.mean, triangles, model.landmarks)[3 * 33 + 1];
  const face = model.regions['face'];
  let [sides, area] = [0, 0];
  let [sum, squares, upper] = [0, 0, 0];
  for (let v = 0; v < vertexCount; v++) {
    const w = partners[v];
    if (w < 0 || w === v || face[v] < 200) continue;
    for (let k = 0; k < 3; k++) sides += graph.areas[v] * (own[3 * v + k] - own[3 * w + k]) ** 2;
    area += graph.areas[v];
    if (model.mean[3 * v + 1] < nose) continue;
    const beside = own[3 * v] - usual[3 * v];
    sum += graph.areas[v] * beside;
    squares += graph.areas[v] * beside * beside;
    upper += graph.areas[v];
  }
  return {
    lopsided: area > 0 ? Math.sqrt(sides / area) : 0,
    uneven: upper > 0 ? Math.sqrt(Math.max(0, squares / upper - (sum / upper) ** 2)) : 0,
  };
}

/** Logarithmic brightness, red and blue beside green, averaged over about a centimetre, `[V, 3]`. */
function smoothHues(color: Float32Array, size: number, model: ShapeModel): Float32Array {
  const { triangles, vertexCount } = model.parts[0];
  const map = mapTexels(model.parts[0], size);
  const hues = new Float32Array(3 * map.count);
  for (let n = 0; n < map.count; n++) {
    const [r, g, b] = [0, 1, 2].map((k) => Math.log(color[3 * map.texels[n] + k] + FLOOR));
    hues.set([(r + g + b) / 3, r - g, b - g], 3 * n);
  }
  const ones = new Float32Array(map.count).fill(1);
  const { values } = verticesFromTexels(map, triangles, hues, ones, vertexCount, 3);
  return averaged(values, skinSurface(model).graph);
}

function averaged(values: Float32Array, { vertexCount, starts, neighbors }: SurfaceGraph): Float32Array {
  let current = values;
  for (let round = 0; round < SMOOTHING; round++) {
    const next = current.slice();
    for (let v = 0; v < vertexCount; v++) {
      const count = starts[v + 1] - starts[v] + 1;
      for (let e = starts[v]; e < starts[v + 1]; e++) {
        for (let k = 0; k < 3; k++) next[3 * v + k] += current[3 * neighbors[e] + k];
      }
      for (let k = 0; k < 3; k++) next[3 * v + k] /= count;
    }
    current = next;
  }
  return current;
}
