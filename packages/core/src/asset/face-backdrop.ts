import { assert } from '../error.ts';
import type { AlignmentPoints } from '../fit/alignment-points.ts';
import type { Backdrop, DrawBackdrop } from '../fit/backdrop.ts';
import type { Image } from '../image/image.ts';
import { rasterize } from '../mesh/rasterize.ts';
import { type Camera, projectVertices } from '../render/camera.ts';
import { type PreviewSurface, renderPreview } from '../render/preview.ts';
import type { Viewport } from '../render/viewport.ts';
import type { Runtime } from '../runtime/index.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { imageOfTexture } from '../texture/image-of-texture.ts';
import type { TextureModel } from '../texture/model.ts';
import { assembleHead } from './assemble.ts';
import { headSurfaces } from './head-surfaces.ts';
import { LIKENESS_GREY } from './likeness.ts';
import { measureEyes } from './measure-eyes.ts';
import { paintParts } from './paint-parts.ts';
import { lookUnder, measureLook } from './photo-look.ts';
import { averageShade } from './settle-tone.ts';
import { finishSkin, modelTexture, personalSkin } from './skin-texture.ts';
import { withWetShine } from './wet-shine.ts';

/** Texels across the skin, and the parts' share of their full size: the picture is small. */
const SKIN = 256;
const PARTS = 0.25;

/**
 * How to draw what the identity network sees beside the fitted skin: the head as `reconstruct` would finish it at the beginning of
 * the joint steps, by the same functions, with lids and gaze measured in the photo.
 *
 * Over the photo instead, a network is fooled by the photo's own eyes and hair: what it is then content with is not the head that
 * comes out (docs/method.md has the figures).
 */
export function faceBackdrop(
  model: ShapeModel,
  texture: TextureModel,
  runtime: Runtime,
  points: AlignmentPoints,
): DrawBackdrop {
  return async (parameters, photo, observation, viewport): Promise<Backdrop> => {
    const latent = parameters.texture;
    assert(latent, 'faceBackdrop: the joint steps must begin with a texture');
    const pose = parameters.photos[photo];
    const eyes = measureEyes(observation, parameters, model, points, photo);
    const color = await modelTexture(texture, latent, runtime, SKIN);
    personalSkin(color, SKIN, model, undefined);
    finishSkin(color, SKIN, model);
    const textures: Record<string, Image> = { skin: imageOfTexture(color, SKIN) };
    const look = measureLook(observation.image, observation.landmarks);
    paintParts(textures, model, lookUnder(look, averageShade(parameters, model)), PARTS);
    const seen = { ...parameters, photos: [{ ...pose, eyes }] };
    const head = assembleHead(seen, model, textures, { expression: 'photo', morphs: false });
    const { light, camera } = pose;
    const surfaces = withWetShine(headSurfaces(head), head, light, camera);
    const { data } = renderPreview(surfaces, { camera, viewport, light, background: LIKENESS_GREY });
    const count = viewport.width * viewport.height;
    const picture = Float32Array.from(
      { length: 3 * count },
      (_, i) => data[4 * (i % count) + Math.floor(i / count)] / 255,
    );
    const bare = evaluateShape(model, parameters.identity, pose.expression);
    const offsets = head.parts[0].mesh.vertices.map((value, i) => value - bare[i]);
    return { picture, skin: nearestSkin(surfaces, camera, viewport), offsets };
  };
}

/** 0 where another part than the first is the nearest, else 1: the skin may move to where nothing is yet. */
function nearestSkin(surfaces: readonly PreviewSurface[], camera: Camera, viewport: Viewport): Float32Array {
  const { width, height } = viewport;
  const skin = new Float32Array(width * height).fill(1);
  const nearest = new Float32Array(width * height);
  surfaces.forEach(({ mesh }, part) => {
    const { inverseDepth } = rasterize(
      projectVertices(camera, mesh.vertices, viewport),
      mesh.triangles,
      width,
      height,
    );
    inverseDepth.forEach((value, i) => {
      if (value <= nearest[i]) return;
      nearest[i] = value;
      skin[i] = part === 0 ? 1 : 0;
    });
  });
  return skin;
}
