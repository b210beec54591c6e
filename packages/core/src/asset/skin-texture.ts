import type { FitParameters } from '../fit/parameters.ts';
import { srgbToLinear } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import type { Runtime } from '../runtime/index.ts';
import type { ShapeModel } from '../shape/model.ts';
import { constant } from '../tensor/index.ts';
import { type CompletedTexture, complete } from '../texture/complete.ts';
import { personSkin } from '../texture/dataset/person-skin.ts';
import { evenHead } from '../texture/even-head.ts';
import { imageOfTexture } from '../texture/image-of-texture.ts';
import type { TextureModel } from '../texture/model.ts';
import type { UnwrappedTexture } from '../texture/unwrap.ts';
import { wearPhoto } from '../texture/wear-photo.ts';
import { besideGlasses } from './glasses.ts';
import { paintLidRims } from './lid-rims.ts';
import { shadeInnerLips } from './lip-shade.ts';
import { trustOnLids } from './open-lids.ts';
import { withoutSmileShadows } from './smile-shadows.ts';

/**
 * The skin that a fit found, as a whole texture.
 *
 * @param latent `[latentSize]`.
 * @param size S, texels across and down; the model's largest texture is enlarged to it.
 * @returns Linear RGB in [0, 1], `[S, S, 3]`.
 */
export async function modelTexture(
  texture: TextureModel,
  latent: Float32Array,
  runtime: Runtime,
  size: number,
): Promise<Float32Array> {
  const edge = texture.resolutions[texture.resolutions.length - 1];
  const graph = await runtime.compile({
    planes: texture.synthesize(constant(latent, [1, latent.length]), { resolution: edge }),
  });
  try {
    const { planes } = await graph.run({});
    return enlarged(planes, edge, size);
  } finally {
    await graph.dispose();
  }
}

/** Planes `[3, R, R]` in [-1, 1] to linear `[S, S, 3]`, bilinearly. */
function enlarged(planes: Float32Array, edge: number, size: number): Float32Array {
  const out = new Float32Array(3 * size * size);
  const scale = edge / size;
  const place = (i: number): number => Math.min(Math.max((i + 0.5) * scale - 0.5, 0), edge - 1);
  for (let row = 0; row < size; row++) {
    const y = place(row);
    const top = Math.min(Math.floor(y), edge - 2);
    for (let column = 0; column < size; column++) {
      const x = place(column);
      const left = Math.min(Math.floor(x), edge - 2);
      const [s, t] = [x - left, y - top];
      for (let c = 0; c < 3; c++) {
        const at = (c * edge + top) * edge + left;
        const upper = planes[at] + s * (planes[at + 1] - planes[at]);
        const lower = planes[at + edge] + s * (planes[at + edge + 1] - planes[at + edge]);
        const value = 0.5 + 0.5 * (upper + t * (lower - upper));
        out[3 * (row * size + column) + c] = srgbToLinear(Math.min(Math.max(value, 0), 1));
      }
    }
  }
  return out;
}

/**
 * Makes a person's skin of the model's: scalp, ears and neck continue the face, and its tone is the person's. In place, and the
 * same whether a fit has just ended or `face.json` is read again.
 *
 * @param color Linear RGB in [0, 1], `[S, S, 3]`, from {@link modelTexture}.
 * @param tone The tone of the fit's parameters; without it, as from older files, colors stay.
 */
export function personalSkin(
  color: Float32Array,
  size: number,
  model: ShapeModel,
  tone: FitParameters['tone'],
): void {
  evenHead(color, size, model);
  if (!tone) return;
  for (let i = 0; i < color.length; i++) color[i] = Math.min(1, color[i] * tone[i % 3]);
}

/**
 * The skin's base colour: without a fitted skin what the photo shows, completed; with one the model's texture, which the
 * photo refines where it was seen well. Its light is taken out against the model's skin, and what is left beside it fades
 * where nothing was seen, so that no edge can show and the hidden side matches.
 *
 * @param fitted Linear RGB, `[S, S, 3]`, from {@link personalSkin}.
 * @param vertices The fitted head with the photo's expression, `[V, 3]`.
 */
export function skinTexture(
  unwrapped: UnwrappedTexture,
  model: ShapeModel,
  vertices: Float32Array,
  {
    fitted,
    detail,
    seed,
    expression = [],
  }: {
    readonly fitted?: Float32Array;
    readonly detail: 'photo' | 'none';
    readonly seed: number;
    /** Coefficients of the photo's expression: shadows of a smile are no skin. */
    readonly expression?: ArrayLike<number>;
  },
): CompletedTexture {
  if (!fitted) return complete(unwrapped, model, { seed });
  const { size } = unwrapped;
  if (detail === 'none') {
    const none = new Float32Array(size * size);
    return { size, color: fitted, seen: none, mirrored: none };
  }
  const person = personSkin(unwrapped, vertices, model, fitted);
  const believed = besideGlasses(unwrapped, model);
  const lids = trustOnLids(model, size);
  const lit = withoutSmileShadows(person, model, expression, fitted);
  const trust = lit.map((value, n) => value * (believed?.[n] ?? 1) * (lids?.[n] ?? 1));
  return wearPhoto({ ...person, trust }, fitted, model, seed);
}

/** Paints what no photo shows well and every head needs: the shade between the lips and the rims of the lids. In place. */
export function finishSkin(color: Float32Array, size: number, model: ShapeModel): void {
  shadeInnerLips(color, size, model);
  paintLidRims(color, size, model);
}

/**
 * The skin of a stored fit made again, the same as `reconstruct` paints with `detail: 'none'`.
 *
 * @param latent `[latentSize]`, of the texture model that the fit used.
 * @param tone As in {@link personalSkin}.
 * @param size S, texels across and down.
 */
export async function modelSkin(
  texture: TextureModel,
  { latent, tone }: { readonly latent: Float32Array; readonly tone: FitParameters['tone'] },
  model: ShapeModel,
  runtime: Runtime,
  size: number,
): Promise<Image> {
  const color = await modelTexture(texture, latent, runtime, size);
  personalSkin(color, size, model, tone);
  finishSkin(color, size, model);
  return imageOfTexture(color, size);
}
