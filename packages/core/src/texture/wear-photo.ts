import type { ShapeModel } from '../shape/model.ts';
import { blankTexture, type CompletedTexture } from './complete.ts';
import { hairiness, medianOf, plainSkin } from './dataset/even-tone.ts';
import { FLOOR, type PersonSkin } from './dataset/person-skin.ts';
import { diffuse } from './diffuse.ts';
import { smoothstep } from './face-area.ts';
import { mirroredVertices, mirrorTexels } from './mirror.ts';
import { padCharts } from './pad.ts';
import { poresAt } from './pores.ts';
import { sampleMirrored } from './sample-mirrored.ts';
import { skinSurface } from './skin-surface.ts';
import { type Band, coverageOf, filled, smoothBand } from './smooth-band.ts';
import type { SurfaceGraph } from './surface-graph.ts';
import { texelsFromVertices } from './texels.ts';

/** Hue changes over this distance, not faster, and returns to the model's beyond the second, millimetres. */
const HUE_SCALE = 9;
const HUE_REACH = 20;
/** How much of a smooth hue beside the model's is believed to be skin, and the most of it (logarithmic). */
const HUE_BELIEF = 0.5;
const MOST_HUE = 0.04;
const MOST_HUE_AT_BORDER = 0.015;
/** The same on brows, lips and beards, which have hues of their own. */
const MOST_FEATURE_HUE = 0.3;
/** A hue this far from its smooth surroundings counts half (logarithmic). */
const HUE_OUTLIER = 0.1;
/** The most that plain skin may be brighter or darker than the model's, in the face and at its border (logarithmic). */
const MOST_BRIGHT = 0.45;
const MOST_BRIGHT_AT_BORDER = 0.08;
/** On brows, lips and lids, whose darkness is half the light's, and in beards. */
const MOST_FEATURE_BRIGHT = 0.6;
const MOST_BEARD_BRIGHT = 1.3;
/** Brightness and hue beside the model's at which plain skin is taken for a cast shadow, a strand of hair or a reflection. */
const STRANGE_BRIGHT = 0.5;
const STRANGE_HUE = 0.25;
/** The border of the face, millimetres: hair, collar and their shadows tint what lies there. */
const BORDER = 26;
/** Over so many millimetres what the photo shows fades into the model. */
const REACH = 12;
/** Share of a texel's own hue beside its surroundings that stays on plain skin: the rest is noise of the camera. */
const FINE_HUE = 0.5;
/** The most that a texel differs from its surroundings: lashes and nostrils do, and glints. */
const DARKEST = -1;
const BRIGHTEST = 0.4;
/** The darkest on plain skin at the border of the face, where thin dark lines are hair, and to what depth, millimetres. */
const DARKEST_AT_BORDER = -0.05;
const HAIRLINE = [14, 36] as const;
/** The deviation of invented pores: nobody's skin is a sheet of plastic, and nobody's scalp a wool cap. */
const PORES = [0.006, 0.028] as const;
/** What of the face's fine band is pores; the rest are lines and spots, which an invented skin goes without. */
const PORES_SHARE = 0.6;
/** The fields are guesses: a thousandth is near enough. */
const ROUGHLY = 1e-6;

/**
 * Lays what a photo shows of a skin over a texture model's, whose tone the skin of the whole head keeps: what all of the photo
 * has beside it is the lamp's, the camera's and the exposure's.
 *
 * On logarithms of linear color, the photo beside the model is parted in three. Brightness of some millimetres is the
 * photo's where it can be skin. Hue of that size is smooth and the same on both sides but on brows, lips and beards: a
 * green jaw is a collar, a yellow temple a lamp. What is finer is the photo's. What cannot be skin (cast shadows, strands,
 * reflections) is left to the model; where nothing was seen the other side stands in, then the model with pores as strong as the
 * face's.
 *
 * @param person From `personSkin`, judged against `fitted`.
 * @param fitted The model's skin, linear RGB, `[S, S, 3]`.
 * @param seed Of the invented pores.
 */
export function wearPhoto(
  { map, colors, trust }: PersonSkin,
  fitted: Float32Array,
  model: ShapeModel,
  seed = 0,
): CompletedTexture {
  const { triangles, vertexCount } = model.parts[0];
  const { graph, area } = skinSurface(model);
  const albedo = new Float32Array(3 * map.count);
  const ratios = new Float32Array(3 * map.count);
  for (let i = 0; i < ratios.length; i++) {
    albedo[i] = fitted[3 * map.texels[Math.floor(i / 3)] + (i % 3)];
    ratios[i] = Math.log((colors[i] + FLOOR) / (albedo[i] + FLOOR));
  }
  const coverage = coverageOf(map, triangles, vertexCount);
  const own = smoothBand(map, triangles, ratios, trust, coverage);
  const plain = plainSkin(model, map, graph, albedo);
  const share = graph.areas.map((size, v) => size * plain[v] * (own.trust[v] > 0.7 ? 1 : 0));
  const { hair } = hairiness(model, map, graph, ratios, own, trust, share);
  const tone = [0, 1, 2].map((k) => medianOf(own.values, share, k));
  const partners = mirroredVertices(model);
  const skin = { plain: plain.map((value, v) => value * (1 - hair[v])), hair, depths: area.depths, partners };
  const { field, belief } = skinField(graph, own, tone, skin);

  const kept = texelsFromVertices(map, triangles, belief, 1);
  const seen = trust.map((value, n) => value * Math.min(1, kept[n]));
  const smooth = texelsFromVertices(map, triangles, field, 3);
  // Where nothing was seen the band that fine detail is measured from goes on smoothly.
  const rest = field.map((value, i) => value + tone[i % 3]);
  const base = texelsFromVertices(map, triangles, filled(own, rest), 3);
  const plainness = texelsFromVertices(map, triangles, skin.plain, 1);
  const depths = texelsFromVertices(map, triangles, area.depths, 1);
  const fine = fineDetail(ratios, base, plainness, depths);
  const mirror = sampleMirrored(map, mirrorTexels(model, map.size), fine, seen);
  const points = texelsFromVertices(map, triangles, model.mean, 3);
  const strength = poreStrength(fine, (n) => seen[n] > 0.8 && plainness[n] > 0.9 && depths[n] > BORDER);

  const { size } = map;
  const result = blankTexture(size);
  const known = new Uint8Array(size * size);
  for (let n = 0; n < map.count; n++) {
    const texel = map.texels[n];
    const fromMirror = (1 - seen[n]) * mirror.seen[n];
    const invented = Math.max(0, 1 - seen[n] - fromMirror);
    const pores = invented > 0.02 ? strength * Math.sqrt(invented) * poresAt(points, 3 * n, seed) : 0;
    for (let k = 0; k < 3; k++) {
      const i = 3 * n + k;
      const detail = seen[n] * fine[i] + fromMirror * mirror.colors[i] + pores;
      const value = (albedo[i] + FLOOR) * Math.exp(smooth[i] + detail) - FLOOR;
      result.color[3 * texel + k] = Math.min(1, Math.max(0, value));
    }
    result.seen[texel] = seen[n];
    result.mirrored[texel] = fromMirror;
    known[texel] = 1;
  }
  padCharts(result.color, known, size, 3);
  return result;
}

interface SkinPlaces {
  /** 1 on plain skin … 0 on brows, lips, lids and beards, `[V]`. */
  readonly plain: Float32Array;
  /** 1 in beards, `[V]`. */
  readonly hair: Float32Array;
  /** Millimetres to the border of the face, `[V]`. */
  readonly depths: Float32Array;
  readonly partners: Int32Array;
}

/**
 * What a skin is beside the model's on the scale of millimetres, `[V, 3]`, logarithmic, and how far the photo is believed there,
 * `[V]`.
 */
function skinField(
  graph: SurfaceGraph,
  own: Band,
  tone: readonly number[],
  { plain, hair, depths, partners }: SkinPlaces,
): { readonly field: Float32Array; readonly belief: Float32Array } {
  const count = graph.vertexCount;
  const bright = new Float32Array(count);
  const hues = new Float32Array(2 * count);
  for (let v = 0; v < count; v++) {
    if (own.trust[v] === 0) continue;
    const r = own.values[3 * v] - tone[0];
    const g = own.values[3 * v + 1] - tone[1];
    const b = own.values[3 * v + 2] - tone[2];
    bright[v] = (r + g + b) / 3;
    hues[2 * v] = r - g;
    hues[2 * v + 1] = b - g;
  }
  const smoothHue = evenHue(graph, own.trust, hues, plain, partners);
  const belief = new Float32Array(count);
  const shown = new Float32Array(3 * count);
  for (let v = 0; v < count; v++) {
    const offRed = hues[2 * v] - smoothHue[2 * v];
    const offBlue = hues[2 * v + 1] - smoothHue[2 * v + 1];
    const strange = Math.sqrt(
      (bright[v] / STRANGE_BRIGHT) ** 2 + (offRed * offRed + offBlue * offBlue) / STRANGE_HUE ** 2,
    );
    belief[v] = 1 / (1 + (plain[v] * strange) ** 4);
    const most =
      MOST_BRIGHT_AT_BORDER + smoothstep(0, BORDER, depths[v]) * (MOST_BRIGHT - MOST_BRIGHT_AT_BORDER);
    const light = mix(
      bounded(bright[v], mix(MOST_FEATURE_BRIGHT, MOST_BEARD_BRIGHT, hair[v])),
      bounded(bright[v], most),
      plain[v],
    );
    const mostHue =
      MOST_HUE_AT_BORDER +
      smoothstep(0.3 * BORDER, 1.5 * BORDER, depths[v]) * (MOST_HUE - MOST_HUE_AT_BORDER);
    const hueAt = (i: number): number =>
      mix(bounded(hues[i], MOST_FEATURE_HUE), bounded(HUE_BELIEF * smoothHue[i], mostHue), plain[v]);
    const red = hueAt(2 * v);
    const blue = hueAt(2 * v + 1);
    const green = light - (red + blue) / 3;
    shown[3 * v] = green + red;
    shown[3 * v + 1] = green;
    shown[3 * v + 2] = green + blue;
  }
  const values = new Float32Array(3 * count);
  const weights = new Float32Array(count);
  for (let v = 0; v < count; v++) {
    const w = partners[v];
    const mine = own.trust[v] * belief[v];
    const other = w < 0 ? 0 : (1 - mine) * own.trust[w] * belief[w];
    const known = mine + other;
    const hold = (0.05 * known * known) / (1.01 - known);
    weights[v] = hold + (1 - known) / REACH ** 2 + 1e-6;
    for (let k = 0; k < 3 && known > 0; k++) {
      const both = mine * shown[3 * v + k] + other * shown[3 * Math.max(w, 0) + k];
      values[3 * v + k] = (hold * both) / known / weights[v];
    }
  }
  return { field: diffuse(graph, { values, weights }, 3, ROUGHLY), belief };
}

/** Red and blue against green, smooth and alike on both sides, `[V, 2]`. */
function evenHue(
  graph: SurfaceGraph,
  trust: Float32Array,
  hues: Float32Array,
  plain: Float32Array,
  partners: Int32Array,
): Float32Array {
  const count = graph.vertexCount;
  const values = new Float32Array(2 * count);
  const weights = new Float32Array(count);
  const sure = trust.map((value, v) => {
    const squared = hues[2 * v] ** 2 + hues[2 * v + 1] ** 2;
    return (value * plain[v]) / (1 + squared / HUE_OUTLIER ** 2);
  });
  for (let v = 0; v < count; v++) {
    const w = partners[v];
    const other = w < 0 ? 0 : sure[w];
    const hold = Math.max(sure[v], other) / HUE_SCALE ** 2;
    weights[v] = hold + 1 / HUE_REACH ** 2;
    const sum = sure[v] + other;
    for (let j = 0; j < 2 && sum > 0; j++) {
      const mean = (sure[v] * hues[2 * v + j] + other * hues[2 * Math.max(w, 0) + j]) / sum;
      values[2 * v + j] = (hold * mean) / weights[v];
    }
  }
  return diffuse(graph, { values, weights }, 2, ROUGHLY);
}

/** What is finer than the links of the surface, `[N, 3]`. */
function fineDetail(
  ratios: Float32Array,
  base: Float32Array,
  plain: Float32Array,
  depths: Float32Array,
): Float32Array {
  const fine = new Float32Array(ratios.length);
  for (let n = 0; n < plain.length; n++) {
    const r = ratios[3 * n] - base[3 * n];
    const g = ratios[3 * n + 1] - base[3 * n + 1];
    const b = ratios[3 * n + 2] - base[3 * n + 2];
    const bright = (r + g + b) / 3;
    const hairline = plain[n] * smoothstep(HAIRLINE[1], HAIRLINE[0], depths[n]);
    const held = Math.min(BRIGHTEST, Math.max(DARKEST, bright));
    const light = mix(held, Math.max(DARKEST_AT_BORDER, held), hairline);
    const hue = 1 - (1 - FINE_HUE) * plain[n];
    fine[3 * n] = light + hue * bounded(r - bright, MOST_FEATURE_HUE);
    fine[3 * n + 1] = light + hue * bounded(g - bright, MOST_FEATURE_HUE);
    fine[3 * n + 2] = light + hue * bounded(b - bright, MOST_FEATURE_HUE);
  }
  return fine;
}

/** How strong pores are where the photo shows them. */
function poreStrength(fine: Float32Array, use: (texel: number) => boolean): number {
  const sizes: number[] = [];
  const count = fine.length / 3;
  const stride = Math.max(1, Math.floor(count / 60_000));
  for (let n = 0; n < count; n += stride) if (use(n)) sizes.push(Math.abs(fine[3 * n + 1]));
  sizes.sort((a, b) => a - b);
  const deviation = 1.4826 * (sizes[sizes.length >> 1] ?? 0);
  return Math.min(PORES[1], Math.max(PORES[0], PORES_SHARE * deviation));
}

/** Small values as they are, large ones below a bound. */
function bounded(value: number, most: number): number {
  return most * Math.tanh(value / most);
}

function mix(a: number, b: number, share: number): number {
  return a + share * (b - a);
}
