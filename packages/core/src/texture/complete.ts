import { vertexNormals } from '../mesh/normals.ts';
import type { ShapeModel } from '../shape/model.ts';
import { cavitiesOf } from './cavities.ts';
import { rejectLashes } from './lids.ts';
import { measureLips, rejectTeeth } from './lips.ts';
import { mirrorTexels } from './mirror.ts';
import { padCharts } from './pad.ts';
import { poresAt } from './pores.ts';
import { rejectStrangers } from './reject.ts';
import { sampleMirrored } from './sample-mirrored.ts';
import { skinSurface } from './skin-surface.ts';
import { removeShading } from './skin-tone.ts';
import { coverageOf, filled, smoothBand, solveSmoothBand } from './smooth-band.ts';
import { mapTexels, texelsFromVertices } from './texels.ts';
import type { UnwrappedTexture } from './unwrap.ts';

/** A texture of the whole skin with what each texel rests on: seen + mirrored + invented = 1. */
export interface CompletedTexture {
  /** S, texels across and down. */
  readonly size: number;
  /** Linear RGB in [0, 1], `[S, S, 3]`; between the charts continued colors. */
  readonly color: Float32Array;
  /** Share that the photo showed there, `[S, S]`. */
  readonly seen: Float32Array;
  /** Share that the photo showed on the other side of the face, `[S, S]`. */
  readonly mirrored: Float32Array;
}

/** How to complete. */
export interface CompleteOptions {
  /** Distance over which an invented color returns to the person's median skin, millimetres. Default 16. */
  readonly reach?: number;
  /** Share of the photo's smooth light that is taken out, 0 … 1. Default 1. */
  readonly light?: number;
  /** How much of the darkness of nostrils and eye sockets is painted, 0 … 1. Default 1; ratios of textures want 0. */
  readonly darkness?: number;
  /** Hair and other strangers are looked for and left out. Default yes; no where that has been done. */
  readonly strangers?: boolean;
  /** Seed of the invented grain. Default 0. */
  readonly seed?: number;
}

/** Added before the logarithm: black stays finite, and shadows weigh about as the eye weighs them. */
const FLOOR = 0.02;

/**
 * Continues an unwrapped photo over the whole skin.
 *
 * Two bands are treated apart, on logarithms of linear color. The smooth band lives on the vertices and solves a screened
 * Poisson equation (Pérez et al. 2003; Bhat et al. 2008): the seen colors, the gradients of the mirrored side where only
 * that was seen, a membrane beyond that returns to the median skin. So sides of different brightness join without an
 * edge, and a UV seam does not exist. The fine band lives on the texels: seen, else mirrored, else grain of the
 * strength that this skin has.
 *
 * @param unwrapped From `unwrap`.
 * @param model The model it was unwrapped with.
 */
export function complete(
  unwrapped: UnwrappedTexture,
  model: ShapeModel,
  options: CompleteOptions = {},
): CompletedTexture {
  const { reach = 16, light = 1, darkness = 1, strangers = true, seed = 0 } = options;
  const { size } = unwrapped;
  const skin = model.parts[0];
  const map = mapTexels(skin, size);
  const { graph, area } = skinSurface(model);

  const colors = new Float32Array(3 * map.count);
  const seen = new Float32Array(map.count);
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    seen[n] = unwrapped.confidence[texel];
    for (let k = 0; k < 3; k++) colors[3 * n + k] = Math.log(unwrapped.color[3 * texel + k] + FLOOR);
  }
  const normals = texelsFromVertices(map, skin.triangles, vertexNormals(model.mean, skin.triangles), 3);
  const kept = strangers ? seen : seen.slice();
  // Stricter rules took whole foreheads of dark and wrinkled people for a fringe.
  const tone = rejectStrangers(model, map, graph, area, colors, normals, kept, { fringe: 0.2, calm: true });
  rejectTeeth(model, map, colors, seen);
  removeShading(tone, colors, normals, light);
  rejectLashes(model, map, graph, colors, seen, tone);
  const mirror = sampleMirrored(map, mirrorTexels(model, size), colors, seen);

  const coverage = coverageOf(map, skin.triangles, skin.vertexCount);
  const own = smoothBand(map, skin.triangles, colors, seen, coverage);
  const other = smoothBand(map, skin.triangles, mirror.colors, mirror.seen, coverage);
  const bounds = {
    depths: area.depths,
    lips: model.regions['lips'],
    lipTone: measureLips(model, map, colors, seen),
    cavities: cavitiesOf(model, graph, darkness),
  };
  const smooth = solveSmoothBand(graph, own, other, tone, bounds, reach);
  const base = texelsFromVertices(map, skin.triangles, smooth, 3);
  const ownBase = texelsFromVertices(map, skin.triangles, filled(own, smooth), 3);
  const otherBase = texelsFromVertices(map, skin.triangles, filled(other, smooth), 3);
  const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
  const strength = grainStrength(colors, ownBase, seen);

  const result = blankTexture(size);
  const known = new Uint8Array(size * size);
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    const fromSeen = seen[n];
    const fromMirror = (1 - fromSeen) * mirror.seen[n];
    const invented = 1 - fromSeen - fromMirror;
    const noise = invented > 0.02 ? strength * Math.sqrt(invented) * poresAt(points, 3 * n, seed) : 0;
    for (let k = 0; k < 3; k++) {
      const i = 3 * n + k;
      let value = base[i] + noise;
      if (fromSeen > 0) value += fromSeen * (colors[i] - ownBase[i]);
      if (fromMirror > 0) value += fromMirror * (mirror.colors[i] - otherBase[i]);
      result.color[3 * texel + k] = Math.min(1, Math.max(0, Math.exp(value) - FLOOR));
    }
    result.seen[texel] = fromSeen;
    result.mirrored[texel] = fromMirror;
    known[texel] = 1;
  }
  padCharts(result.color, known, size, 3);
  return result;
}

/** Median strength of the fine band where it is seen: pores, not lashes. */
function grainStrength(colors: Float32Array, base: Float32Array, seen: Float32Array): number {
  const sizes: number[] = [];
  const stride = Math.max(1, Math.floor(seen.length / 40_000));
  for (let n = 0; n < seen.length; n += stride) {
    if (seen[n] > 0.8) sizes.push(Math.abs(colors[3 * n + 1] - base[3 * n + 1]));
  }
  sizes.sort((a, b) => a - b);
  return sizes.length > 0 ? Math.min(0.04, 1.4826 * sizes[sizes.length >> 1]) : 0.02;
}

/** A texture that shows nothing yet. */
export function blankTexture(size: number): CompletedTexture {
  return {
    size,
    color: new Float32Array(3 * size * size),
    seen: new Float32Array(size * size),
    mirrored: new Float32Array(size * size),
  };
}
