import type { Runtime } from '../runtime/runtime.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { TextureModel } from '../texture/model.ts';
import { estimateAppearance } from './albedo.ts';
import { explainedLight } from './explained-light.ts';
import type { FitState } from './fit-step.ts';
import { LIGHT_COUNTS, lightVector } from './light-vector.ts';
import type { FitParameters } from './parameters.ts';
import type { PhotoView } from './photo-view.ts';
import { startLatent } from './start-latent.ts';
import { encodeUnknowns, photoBase, type UnknownLayout } from './unknowns.ts';

/** Skin to start from and the light that goes with it, where no photometric step has found them. */
async function withSkin(
  parameters: FitParameters,
  views: readonly PhotoView[],
  texture: TextureModel,
  runtime: Runtime,
  seed: number,
): Promise<FitParameters> {
  if (parameters.texture) return parameters;
  const kits = views.map(({ appearance }) => appearance);
  const latent = await startLatent(texture, runtime, kits, parameters, seed);
  const lights = await explainedLight(texture, latent, runtime, kits, parameters);
  const photos = parameters.photos.map((photo, p) => ({ ...photo, light: lights[p] }));
  return { ...parameters, texture: latent, photos };
}

/** Where Adam begins: at the parameters, without moments. */
export async function jointStart(
  parameters: FitParameters,
  views: readonly PhotoView[],
  layout: UnknownLayout,
  texture: TextureModel | undefined,
  runtime: Runtime,
  seed: number,
): Promise<FitState> {
  const start = texture ? await withSkin(parameters, views, texture, runtime, seed) : parameters;
  const x = encodeUnknowns(layout, start);
  return {
    stage: 'joint',
    iteration: 0,
    damping: 0,
    parameters: start,
    begun: start,
    bases: start.photos.map((photo) => photoBase(photo, layout.lightKind)),
    x,
    first: new Float32Array(x.length),
    second: new Float32Array(x.length),
    albedos: views.map(() => new Float32Array(0)),
    history: [],
  };
}

/** Estimates light and albedo afresh for the present shape; the light's steps and moments start again from zero. */
export function refreshAppearance(
  state: FitState,
  parameters: FitParameters,
  views: readonly PhotoView[],
  layout: UnknownLayout,
): FitState {
  const [x, first, second] = [state.x, state.first, state.second].map((values) => values.slice());
  const found = views.map((view, p) => {
    const { camera, expression } = parameters.photos[p];
    const vertices = evaluateShape(view.appearance.model, parameters.identity, expression);
    const end = layout.shared + (p + 1) * layout.perPhoto;
    for (const values of [x, first, second]) values.fill(0, end - LIGHT_COUNTS[layout.lightKind], end);
    return estimateAppearance(view.appearance, camera, vertices);
  });
  return {
    ...state,
    x,
    first,
    second,
    bases: state.bases.map((base, p) => ({
      ...base,
      light: lightVector({ kind: 'harmonics', coefficients: found[p].light }, layout.lightKind),
    })),
    albedos: found.map(({ albedo }) => albedo),
  };
}
