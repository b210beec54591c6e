import type { ReconstructionStep } from '@ganfit/core/asset';
import { partMaterial } from '@ganfit/core/asset';
import type { FitParameters } from '@ganfit/core/fit';
import { srgbToLinear } from '@ganfit/core/image';
import { vertexNormals } from '@ganfit/core/mesh';
import { evaluateShape, type ShapeModel, type ShapePart } from '@ganfit/core/shape';
import { partTexture, pcaTexture } from '@ganfit/core/texture';
import type { Kit } from '@ganfit/web';
import type { LiveShape } from '../protocol.ts';

/** The head is drawn at most this often, milliseconds: drawing must not hold the fit up. */
const PERIOD = 160;

/** Gives the function that turns steps into shapes to be drawn, now and then. */
export function liveShapes({ model, texture }: Kit): (step: ReconstructionStep) => LiveShape | undefined {
  const triangles = Uint32Array.from(model.parts.flatMap((part) => [...part.triangles]));
  const plain = plainColors(model);
  let last = Number.NEGATIVE_INFINITY;
  return ({ stage, parameters, iteration }) => {
    const now = performance.now();
    const isFresh = stage === 'fit' && (iteration === undefined || now - last > PERIOD);
    if (!parameters || !isFresh) return undefined;
    last = now;
    const [{ camera, expression, light }] = parameters.photos;
    const positions = evaluateShape(model, parameters.identity, expression);
    const albedo = iteration?.state.albedos[0];
    const colors = plain.slice();
    if (parameters.texture) {
      const edge = texture.resolutions.find((size) => size >= LIVE_TEXELS) ?? texture.resolutions[0];
      // What the light has too much of one colour the skin has too little of, and the fit cannot tell them apart; eyes and teeth
      // are painted without it, so they are lit by grey.
      const tone = toneOf(light);
      for (let i = 0; i < colors.length; i++) colors[i] *= SHADOW / tone[i % 3];
      const planes = pcaTexture(texture.pca, parameters.texture, edge);
      colorCorners(model.parts[0], colors, edge, (at, c) => 0.5 + 0.5 * planes[c * edge * edge + at]);
    } else if (albedo && albedo.length === 3 * model.parts[0].vertexCount) {
      // A fit cannot tell a bright light on dark skin from a dim one on fair skin: eyes and teeth follow the skin.
      const factor = mean(albedo) / SKIN;
      for (let i = 0; i < colors.length; i++) colors[i] *= factor;
      colors.set(albedo);
    }
    return {
      positions,
      normals: vertexNormals(positions, triangles),
      colors,
      camera,
      light: iteration && light.kind === 'harmonics' ? light.coefficients : undefined,
    };
  };
}

/** Lids and lips shade what lies between them, which vertex colours do not know. */
const SHADOW = 0.7;

/** Colour of the even part of the light, the mean of the three being 1. */
function toneOf(light: FitParameters['photos'][number]['light']): readonly number[] {
  if (light.kind !== 'harmonics') return [1, 1, 1];
  const even = [0, 1, 2].map((c) => Math.max(light.coefficients[c], 1e-3));
  const mean = (even[0] + even[1] + even[2]) / 3;
  return even.map((value) => value / mean);
}

/** Texels across the skin that vertices can show. */
const LIVE_TEXELS = 128;

/** Mean linear albedo of skin beside eyes and teeth as they are painted. */
const SKIN = 0.42;

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Linear, `[V, 3]`: clay, and every other part as it is painted, or as its material says. */
function plainColors(model: ShapeModel): Float32Array {
  const colors = new Float32Array(3 * model.vertexCount);
  for (const part of model.parts) {
    if (part.name !== 'skin' && paintPart(model, part, colors)) continue;
    const { name, vertexStart, vertexCount } = part;
    const color = name === 'skin' ? [0.55, 0.5, 0.47] : partMaterial(name).color;
    for (let v = vertexStart; v < vertexStart + vertexCount; v++) colors.set(color, 3 * v);
  }
  return colors;
}

/** Takes the colours of a part from its painted texture; false when it has none. */
function paintPart(model: ShapeModel, part: ShapePart, colors: Float32Array): boolean {
  const texture = partTexture(model, part, 128);
  if (!texture) return false;
  const { width, channels, data } = texture;
  colorCorners(part, colors, width, (at, c) => data[channels * at + c] / 255);
  return true;
}

/** Writes linear colours of the vertices of a part, read where their corners lie in UV. */
function colorCorners(
  part: ShapePart,
  colors: Float32Array,
  edge: number,
  read: (texel: number, channel: number) => number,
): void {
  const place = (share: number) => Math.min(edge - 1, Math.max(0, Math.floor(share * edge)));
  part.triangles.forEach((vertex, corner) => {
    const at = part.uvTriangles[corner];
    const texel = place(part.uv[2 * at + 1]) * edge + place(part.uv[2 * at]);
    for (let c = 0; c < 3; c++) {
      colors[3 * vertex + c] = srgbToLinear(Math.min(1, Math.max(0, read(texel, c))));
    }
  });
}
