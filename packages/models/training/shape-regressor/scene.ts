/** Random heads before a random camera in random light. */
import { partMaterial } from '../../../core/src/asset/materials.ts';
import type { Image } from '../../../core/src/image/image.ts';
import { turned } from '../../../core/src/linalg/rotation.ts';
import type { RandomStream } from '../../../core/src/random/index.ts';
import { type Camera, cameraFromPose, projectPoints } from '../../../core/src/render/camera.ts';
import type { Light } from '../../../core/src/render/light.ts';
import { renderPreview } from '../../../core/src/render/preview.ts';
import { evaluateShape, surfacePoints } from '../../../core/src/shape/evaluate.ts';
import type { ShapeModel } from '../../../core/src/shape/model.ts';
import { partTexture } from '../../../core/src/texture/part-texture.ts';

/** Pixels across and down a photo before it is made smaller. */
export const SIDE = 300;

/** A skin in the UV layout, and whether the light of its photo was taken out. */
export interface Skin {
  readonly image: Image;
  readonly even: boolean;
}

/** One rendered head with its truth. */
export interface Scene {
  readonly identity: Float32Array;
  /** RGBA, nothing behind the head. */
  readonly picture: Image;
  /** Where the model's 68 landmarks project, `[68, 2]`. */
  readonly landmarks: Float32Array;
}

const IRISES: readonly (readonly [number, number, number])[] = [
  [0.13, 0.07, 0.035],
  [0.05, 0.03, 0.02],
  [0.2, 0.13, 0.06],
  [0.12, 0.2, 0.32],
  [0.2, 0.24, 0.2],
  [0.3, 0.3, 0.3],
];

/** Textures of eyes, mouth and sockets for each color of the iris, made once. */
export function paintedParts(model: ShapeModel): (Image | undefined)[][] {
  return IRISES.map((iris) =>
    model.parts.map((part) =>
      part.name === 'skin'
        ? undefined
        : partTexture(model, part, undefined, { iris, irisRadius: 5.85, pupilRadius: 2.1 }),
    ),
  );
}

/**
 * Identity N(0, 1), expression N(0, 0.5) or now and then N(0, 1), yaw up to 49 degrees and half of the time about 14, lenses about
 * 50 mm, lamps or spherical harmonics, skins in many tones.
 */
export function drawScene(
  model: ShapeModel,
  skin: Skin,
  parts: readonly (readonly (Image | undefined)[])[],
  random: RandomStream,
): Scene {
  const identity = Float32Array.from({ length: model.identity.count }, () => random.normal());
  const mood = random.uniform() < 0.3 ? 1 : 0.5;
  const expression = Float32Array.from({ length: model.expression.count }, () => mood * random.normal());
  const camera = drawCamera(random);
  const vertices = evaluateShape(model, identity, expression);
  const texture = tinted(skin.image, random);
  const painted = parts[random.index(parts.length)];
  const surfaces = model.parts.map((part, k) => {
    const { triangles, uv, uvTriangles } = part;
    const mesh = { vertices, triangles, uv, uvTriangles };
    const own = k === 0 ? texture : painted[k];
    return own ? { mesh, texture: own } : { mesh, albedo: partMaterial(part.name).color };
  });
  const specular = {
    strength: 0.04 + (random.uniform() < 0.4 ? 0.12 * random.uniform() : 0),
    exponent: 6 + 14 * random.uniform(),
  };
  const light = drawLight(random, skin.even);
  return {
    identity,
    picture: renderPreview(surfaces, { camera, light, supersample: 1, specular }),
    landmarks: projectPoints(camera, surfacePoints(vertices, model.parts[0].triangles, model.landmarks)),
  };
}

function drawCamera(random: RandomStream): Camera {
  const wide = random.uniform() < 0.5;
  const yaw = wide ? 1.7 * (random.uniform() - 0.5) : 0.25 * random.normal();
  const focal = (50 / 43.27) * Math.hypot(SIDE, SIDE) * Math.exp(0.3 * random.normal());
  const distance = ((190 * focal) / (0.52 * SIDE)) * Math.exp(0.12 * random.normal());
  const rotation = turned(turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, yaw, 0]), [
    0.14 * random.normal(),
    0,
    0.1 * random.normal(),
  ]);
  const [x, y] = [0, 1].map(() => (0.03 * random.normal() * distance * SIDE) / focal);
  return cameraFromPose(
    { rotation, translation: [x, y, -distance] },
    { focal, width: SIDE, height: SIDE },
  );
}

/** A skin that carries the light of its own photo is lit more evenly. */
function drawLight(random: RandomStream, even: boolean): Light {
  const level = Math.exp(0.15 * random.normal());
  if (random.uniform() < 0.65) {
    const strength = even ? 0.2 + 0.65 * random.uniform() : 0.1 + 0.6 * random.uniform();
    const [x, y, z] = [random.normal(), 0.4 + 0.6 * random.normal(), 1.6 + 0.4 * random.normal()];
    const [red, blue] = [1 + 0.08 * random.normal(), 1 + 0.08 * random.normal()];
    return {
      kind: 'phong',
      ambient: [(level * (1 - strength)) / red, level * (1 - strength), (level * (1 - strength)) / blue],
      color: [level * strength * red, level * strength, level * strength * blue],
      position: [800 * x, 800 * y, 800 * z],
    };
  }
  const swing = even ? 0.4 : 0.25;
  const coefficients = new Float32Array(27);
  for (let k = 0; k < 9; k++) {
    const spread = 3.5 * swing * (k < 4 ? 1 : 0.3) * random.normal();
    // Light comes from the front and from above more often than not.
    const base = k === 0 ? 2.84 : spread + (k === 2 ? 1 : k === 1 ? 0.4 : 0);
    for (let c = 0; c < 3; c++) coefficients[3 * k + c] = level * base * (1 + 0.06 * random.normal());
  }
  return { kind: 'harmonics', coefficients };
}

function tinted(skin: Image, random: RandomStream): Image {
  const gain = Math.exp(0.2 * random.normal());
  const tints = [0, 1, 2].map(() => (gain * Math.exp(0.08 * random.normal())) ** 0.45);
  const gamma = Math.exp(0.15 * random.normal());
  const tables = tints.map((tint) =>
    Uint8Array.from({ length: 256 }, (_, byte) =>
      Math.min(255, Math.round(255 * tint * (byte / 255) ** gamma)),
    ),
  );
  return { ...skin, data: skin.data.map((byte, i) => tables[i % 3][byte]) };
}
