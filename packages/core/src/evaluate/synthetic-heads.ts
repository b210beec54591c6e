/** Random heads with the skins of real portraits, photographed by a renderer: photos whose truth is known. */
import { partMaterial } from '../asset/materials.ts';
import { align } from '../fit/align.ts';
import { alignmentPoints } from '../fit/alignment-points.ts';
import { projectLandmarks } from '../fit/project-landmarks.ts';
import type { Image } from '../image/image.ts';
import { turned } from '../linalg/rotation.ts';
import type { Observation } from '../networks/observation.ts';
import { type RandomStream, randomStream } from '../random/index.ts';
import { type Camera, cameraFromPose } from '../render/camera.ts';
import type { PhongLight } from '../render/light.ts';
import { type PreviewSurface, renderPreview } from '../render/preview.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel, ShapePart } from '../shape/model.ts';
import { complete } from '../texture/complete.ts';
import { imageOfTexture } from '../texture/image-of-texture.ts';
import { partTexture } from '../texture/part-texture.ts';
import { unwrap } from '../texture/unwrap.ts';

/** One rendered photo and everything that was put into it. */
export interface SyntheticPhoto {
  readonly image: Image;
  readonly camera: Camera;
  readonly identity: Float32Array;
  readonly expression: Float32Array;
  readonly light: PhongLight;
}

/** The skin of a portrait, laid out in UV: fitted by stage A, unwrapped, completed. */
export function portraitSkin(model: ShapeModel, observation: Observation, size: number): Image {
  const points = alignmentPoints(model);
  const { parameters } = align(model, [observation], { points });
  const [pose] = parameters.photos;
  const vertices = evaluateShape(model, parameters.identity, pose.expression);
  const projected = projectLandmarks(points, pose, parameters.identity);
  const unwrapped = unwrap(observation.image, pose.camera, vertices, model, {
    size,
    landmarks: { projected, detected: observation.landmarks },
  });
  const { color } = complete(unwrapped, model);
  return imageOfTexture(color, size);
}

/**
 * Three photos of one random person: identity N(0, 1), a mild expression N(0, 0.5) in each, about 25 degrees to one side,
 * to the front, 35 degrees to the other side; lenses about 50 mm, light from anywhere in front.
 */
export function photographed(model: ShapeModel, skin: Image, seed: number, side = 640): SyntheticPhoto[] {
  const random = randomStream(seed, 'synthetic head');
  const identity = Float32Array.from({ length: model.identity.count }, () => random.normal());
  return [-0.44, 0, 0.61].map((yaw) => {
    const expression = Float32Array.from({ length: model.expression.count }, () => 0.5 * random.normal());
    const camera = portraitCamera(yaw + 0.1 * random.normal(), random, side);
    const vertices = evaluateShape(model, identity, expression);
    const surfaces = model.parts.map((part) => surfaceOf(model, part, vertices, skin));
    const light = lampLight(random);
    const background = Array.from({ length: 3 }, () => Math.round(40 + 180 * random.uniform()));
    const [r, g, b] = background;
    const { data, width, height } = renderPreview(surfaces, { camera, light, background: [r, g, b] });
    const rgb = new Uint8Array(3 * width * height);
    for (let i = 0; i < rgb.length; i++) {
      // A little sensor noise, so that nothing is smoother than a photo.
      rgb[i] = Math.min(
        255,
        Math.max(0, Math.round(data[4 * Math.floor(i / 3) + (i % 3)] + 2 * random.normal())),
      );
    }
    return { image: { width, height, channels: 3, data: rgb }, camera, identity, expression, light };
  });
}

/** The head fills about half of the picture; the lens is near 50 mm of 35 mm film. */
function portraitCamera(yaw: number, random: RandomStream, side: number): Camera {
  const focal = (50 / 43.27) * Math.hypot(side, side) * Math.exp(0.2 * random.normal());
  const distance = ((190 * focal) / (0.45 * side)) * Math.exp(0.1 * random.normal());
  const rotation = turned(turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, yaw, 0]), [
    0.12 * random.normal(),
    0,
    0.1 * random.normal(),
  ]);
  const shift = [0.05 * random.normal(), 0.05 * random.normal()].map((s) => (s * distance * side) / focal);
  return cameraFromPose(
    { rotation, translation: [shift[0], shift[1], -distance] },
    { focal, width: side, height: side },
  );
}

/** Mostly even, as the skins carry the light of their own portraits already. */
function lampLight(random: RandomStream): PhongLight {
  const strength = 0.2 + 0.4 * random.uniform();
  const position = [random.normal(), 0.5 + 0.5 * random.normal(), 2].map((v) => 800 * v);
  return {
    kind: 'phong',
    ambient: [1 - strength, 1 - strength, 1 - strength],
    color: [strength, strength, strength],
    position: [position[0], position[1], position[2]],
  };
}

/** The skin wears its texture, eyes and mouth the painted ones: without irises no network sees eyes. */
function surfaceOf(model: ShapeModel, part: ShapePart, vertices: Float32Array, skin: Image): PreviewSurface {
  const { triangles, uv, uvTriangles } = part;
  const mesh = { vertices, triangles, uv, uvTriangles };
  const texture = part.name === 'skin' ? skin : paintedPart(model, part);
  return texture ? { mesh, texture } : { mesh, albedo: partMaterial(part.name).color };
}

const painted = new WeakMap<ShapePart, Image | undefined>();

function paintedPart(model: ShapeModel, part: ShapePart): Image | undefined {
  if (!painted.has(part)) painted.set(part, partTexture(model, part));
  return painted.get(part);
}
