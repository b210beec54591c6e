import type { FitParameters } from '../fit/parameters.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { medianOf } from '../texture/dataset/even-tone.ts';
import { skinSurface } from '../texture/skin-surface.ts';
import { mapTexels, verticesFromTexels } from '../texture/texels.ts';
import type { WhitesHue } from './photo-look.ts';
import { meanShade } from './relative-light.ts';

type Color = readonly [number, number, number];

/**
 * The tones of 617 people's cheeks and foreheads in the textures that the shipped model was learnt from: hue by brightness,
 * `[red - green, blue - green] = offset + slope * green`, and its robust deviation; logarithms of linear color. Below `DARK` hues
 * stay as they are there: of the 32 darkest people, 20 of them in a studio's neutral light, red is 0.94 to 1.0 above green, where
 * the line would have up to 1.2.
 */
const HUE = [
  { offset: 0.363, slope: -0.297, deviation: 0.058 },
  { offset: -0.295, slope: 0.068, deviation: 0.092 },
] as const;
const DARK = -2;
/**
 * By how much those textures are redder and less blue than skins are, logarithms: they keep the tone of their photos, and those were
 * taken in warm light. Whites of eyes show red over green by 0.28 (fourteen portraits; 0.02 in the London set's neutral studio), blue by -0.09; the
 * light and the dark skin of a ColorChecker lie 0.15 and 0.25 below the line in red and 0.06 above it in blue. Of these the least is taken: with 0.2 fair
 * skins look sallow.
 */
const WARMTH = [0.15, -0.05] as const;
/** How much the whites of this photo's eyes move the hue that skins gave its light, and the most they do. */
const WHITES_SHARE = 0.25;
const MOST_BY_WHITES = 0.15;
/** The darkest and the fairest of fifty of these people, logarithmic green. */
const GREEN = [-2.7, -0.62] as const;
/**
 * By how much fits take lamps for brighter than they are (mean logarithm over eleven portraits; the prior's is zero), and how much of
 * the rest is believed: photographers expose for the face, whose brightness is half of the truth.
 */
const TOO_BRIGHT = 0.11;
const STRENGTH = 0.5;
/** How much of an unusual hue is skin, and its most in deviations; the rest is the camera's or the lamp's. */
const HUE_SHARE = 0.7;
const MOST_HUE = 1.5;
/** Keeps logarithms finite in the dark. */
const LEAST_SHADE = 0.05;
/** Depth inside the face from which on skin counts, millimetres: no hairline, no jaw. */
const INNER = 22;

/**
 * Decides what of a photo's brightness and color is the person's.
 *
 * No single photo tells a fair face in dim light from a dark one in bright light. The fit's prior on light splits them; this goes
 * over its answer with what skins there are: hues beyond those of people go to the light, and so does less of the brightness.
 *
 * @param fitted The model's skin, linear RGB, `[S, S, 3]`.
 * @param shade What the fitted light makes of white skin on average, RGB; the mean of several photos.
 * @param whites The light's hue by the whites of the eyes, which say it better than skin does where they can be seen.
 * @returns The factor of linear RGB that takes the model's skin to the person's.
 */
export function settleTone(
  fitted: Float32Array,
  size: number,
  model: ShapeModel,
  shade: Color,
  whites?: WhitesHue,
): Color {
  const logs = skinTone(fitted, size, model);
  const strength = Math.log(Math.max(LEAST_SHADE, shade[1]));
  const green = logs[1] + strength - STRENGTH * (strength - TOO_BRIGHT);
  const settled = Math.min(GREEN[1], Math.max(GREEN[0], green));
  const [red, blue] = HUE.map(({ offset, slope, deviation }, i) => {
    const usualAt = (brightness: number): number => offset + slope * Math.max(DARK, brightness);
    const hue = logs[2 * i] - logs[1];
    const beside = HUE_SHARE * (hue - usualAt(logs[1]));
    const most = MOST_HUE * deviation;
    const found = usualAt(settled) - WARMTH[i] + most * Math.tanh(beside / most);
    if (!whites) return found;
    // What is not the skin's hue is the light's.
    const lamp = hue + Math.log(Math.max(LEAST_SHADE, shade[2 * i])) - strength - found;
    const toWhites = WHITES_SHARE * whites.belief * (lamp - whites.hue[i]);
    return found + MOST_BY_WHITES * Math.tanh(toWhites / MOST_BY_WHITES);
  });
  return [settled + red, settled, settled + blue].map((value, k) =>
    Math.exp(value - logs[k]),
  ) as unknown as Color;
}

/** What the fitted lights make of white skin on the face, RGB: the geometric mean over the photos. */
export function averageShade(parameters: FitParameters, model: ShapeModel): Color {
  const [skin] = model.parts;
  const sums = [0, 0, 0];
  for (const { expression, camera, light } of parameters.photos) {
    const vertices = evaluateShape(model, parameters.identity, expression).subarray(0, 3 * skin.vertexCount);
    const normals = vertexNormals(vertices, skin.triangles);
    const shade = meanShade(light, vertices, normals, camera, model.regions['face']);
    shade.forEach((value, c) => {
      sums[c] += Math.log(Math.max(LEAST_SHADE, value)) / parameters.photos.length;
    });
  }
  const [red, green, blue] = sums.map(Math.exp);
  return [red, green, blue];
}

/** Median color of the face, logarithms of linear RGB. */
function skinTone(color: Float32Array, size: number, model: ShapeModel): readonly number[] {
  const skin = model.parts[0];
  const map = mapTexels(skin, size);
  const { graph, area } = skinSurface(model);
  const picked = new Float32Array(3 * map.count);
  for (let i = 0; i < picked.length; i++) picked[i] = color[3 * map.texels[Math.floor(i / 3)] + (i % 3)];
  const ones = new Float32Array(map.count).fill(1);
  const { values } = verticesFromTexels(map, skin.triangles, picked, ones, skin.vertexCount, 3);
  const lips = model.regions['lips'];
  const inner = graph.areas.map((share, v) => (area.depths[v] > INNER && !(lips?.[v] > 0) ? share : 0));
  return [0, 1, 2].map((k) => Math.log(Math.max(1e-3, medianOf(values, inner, k))));
}
