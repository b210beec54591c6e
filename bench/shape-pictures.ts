/**
 * Pictures of the stored shape model, to be looked at: mean, first modes, random heads, expressions, parts, atlas.
 *
 *   npx tsx bench/shape-pictures.ts [FOLDER] [MODEL]      (work/shape, packages/models/shape.safetensors)
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Image } from '../packages/core/src/image/image.ts';
import { randomStream } from '../packages/core/src/random/index.ts';
import type { Camera } from '../packages/core/src/render/camera.ts';
import { type PreviewSurface, renderPreview } from '../packages/core/src/render/preview.ts';
import { evaluateNamed, evaluateShape } from '../packages/core/src/shape/evaluate.ts';
import type { ShapeModel } from '../packages/core/src/shape/model.ts';
import { loadShapeModel } from '../packages/core/src/shape/stored-model.ts';

const [folder = 'work/shape', file = 'packages/models/shape.safetensors'] = process.argv.slice(2);
const model = loadShapeModel(readFileSync(file));
const SIZE = 320;

/** Linear colours of the parts; the skin is clay, so that nothing but shape shows. */
const COLORS: Record<string, readonly [number, number, number]> = {
  skin: [0.5, 0.42, 0.38],
  mouth: [0.3, 0.08, 0.08],
  eyeLeft: [0.7, 0.7, 0.7],
  eyeRight: [0.7, 0.7, 0.7],
  teeth: [0.75, 0.72, 0.65],
  gums: [0.45, 0.15, 0.15],
  tongue: [0.5, 0.15, 0.15],
};

interface View {
  /** Degrees to the subject's left, and up. */
  readonly yaw?: number;
  readonly pitch?: number;
  readonly target?: readonly [number, number, number];
  /** Millimetres across. */
  readonly width?: number;
}

/** Rings of the iris, and a checkerboard for the skin. */
function eyeTexture(): Image {
  const size = 256;
  const data = new Uint8Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const r =
      (180 * 2 * Math.hypot((i % size) + 0.5 - size / 2, Math.floor(i / size) + 0.5 - size / 2)) / size;
    data.set(r < 10 ? [15, 12, 10] : r < 24 ? [90, 70, 50] : [225, 220, 215], 3 * i);
  }
  return { width: size, height: size, channels: 3, data };
}

function checkerboard(size: number, cells: number): Image {
  const data = new Uint8Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const [x, y] = [i % size, Math.floor(i / size)].map((p) => Math.floor((p * cells) / size));
    const dark = (x + y) % 2 === 0;
    data.set(dark ? [120, 80, 70] : [235, 215 - 2 * y, 150 + 2 * x], 3 * i);
  }
  return { width: size, height: size, channels: 3, data };
}

const EYE = eyeTexture();
const CHECKS = checkerboard(1024, 64);

function draw(vertices: Float32Array, view: View = {}, skin?: Image, only?: readonly string[]): Image {
  const { yaw = 0, pitch = 0, target = [0, -10, 30], width = 330 } = view;
  const [a, b] = [(yaw * Math.PI) / 180, (pitch * Math.PI) / 180];
  const distance = 1400;
  const camera: Camera = {
    position: [
      target[0] + distance * Math.sin(a) * Math.cos(b),
      target[1] + distance * Math.sin(b),
      target[2] + distance * Math.cos(a) * Math.cos(b),
    ],
    target,
    roll: 0,
    focal: (SIZE * distance) / width,
    width: SIZE,
    height: SIZE,
  };
  const surfaces = model.parts
    .filter((part) => !only || only.includes(part.name))
    .map((part): PreviewSurface => {
      const texture = part.name.startsWith('eye') ? EYE : part.name === 'skin' ? skin : undefined;
      const mesh = { vertices, triangles: part.triangles, uv: part.uv, uvTriangles: part.uvTriangles };
      return texture ? { mesh, texture } : { mesh, albedo: COLORS[part.name] ?? [0.5, 0.5, 0.5] };
    });
  return renderPreview(surfaces, { camera, cull: 'none', background: [255, 255, 255] });
}

async function sheet(name: string, tiles: readonly Image[], columns: number): Promise<void> {
  const rows = Math.ceil(tiles.length / columns);
  const overlays = await Promise.all(
    tiles.map(async (tile, i) => ({
      input: await sharp(tile.data, {
        raw: { width: tile.width, height: tile.height, channels: tile.channels },
      })
        .png()
        .toBuffer(),
      left: (i % columns) * SIZE,
      top: Math.floor(i / columns) * SIZE,
    })),
  );
  const picture = sharp({
    create: { width: columns * SIZE, height: rows * SIZE, channels: 3, background: '#fff' },
  });
  writeFileSync(join(folder, `${name}.png`), await picture.composite(overlays).png().toBuffer());
}

function mode(k: number, size: number): Float32Array {
  return evaluateShape(
    model,
    Float32Array.from({ length: k + 1 }, (_, i) => (i === k ? size : 0)),
  );
}

function named(shapeModel: ShapeModel, weights: Record<string, number>): Float32Array {
  return evaluateNamed(shapeModel, [], weights);
}

const EYES: View = { target: [0, 34, 90], width: 130 };
const ONE_EYE: View = { target: [32, 34, 90], width: 55 };
const LIPS: View = { target: [0, -38, 100], width: 100 };

mkdirSync(folder, { recursive: true });
const { mean } = model;
await sheet(
  'mean',
  [
    draw(mean),
    draw(mean, { yaw: 45 }),
    draw(mean, { yaw: 90 }),
    draw(mean, { yaw: 180 }),
    draw(mean, { pitch: -35 }),
    draw(mean, EYES),
    draw(mean, LIPS),
    draw(mean, { ...LIPS, target: [0, -5, 110], pitch: -40, width: 70 }),
    draw(mean, { yaw: 80, target: [75, 10, 0], width: 100 }),
    draw(mean, {}, undefined, ['eyeLeft', 'eyeRight', 'teeth', 'gums', 'tongue', 'mouth']),
    draw(mean, { yaw: 60 }, undefined, ['eyeLeft', 'eyeRight', 'teeth', 'gums', 'tongue']),
    draw(mean, ONE_EYE),
  ],
  4,
);
const modes = [0, 1, 2, 3, 4, 5].flatMap((k) => [mode(k, -2), mode(k, 2)]);
await sheet(
  'modes',
  modes.flatMap((vertices) => [draw(vertices), draw(vertices, { yaw: 60 })]),
  8,
);
const random = randomStream(7, 'heads to look at');
const heads = Array.from({ length: 16 }, () =>
  evaluateShape(
    model,
    Array.from({ length: model.identity.count }, () => random.normal()),
  ),
);
await sheet(
  'random',
  heads.flatMap((vertices) => [draw(vertices, { yaw: 15 }), draw(vertices, { yaw: 75 })]),
  8,
);
const blink = named(model, { eyeBlinkLeft: 1, eyeBlinkRight: 1 });
const smile = named(model, { mouthSmileLeft: 1, mouthSmileRight: 1 });
const jaw = named(model, { jawOpen: 1 });
await sheet(
  'expressions',
  [
    draw(blink),
    draw(blink, EYES),
    draw(blink, ONE_EYE),
    draw(blink, { ...ONE_EYE, pitch: -25 }),
    draw(jaw),
    draw(jaw, LIPS),
    draw(jaw, { yaw: 45 }),
    draw(jaw, { ...LIPS, target: [0, -55, 90], pitch: 20 }),
    draw(smile),
    draw(smile, LIPS),
    draw(smile, { yaw: 45 }),
    draw(named(model, { mouthPucker: 1 })),
    draw(named(model, { browInnerUp: 1, eyeWideLeft: 1, eyeWideRight: 1 })),
    draw(named(model, { eyeLookUpLeft: 1, eyeLookUpRight: 1 }), EYES),
    draw(named(model, { mouthFunnel: 1 })),
    draw(named(model, { mouthFrownLeft: 1, mouthFrownRight: 1 })),
  ],
  4,
);
await sheet(
  'expression-modes',
  [0, 1, 2, 3, 4, 5, 6, 7].flatMap((k) =>
    [-1.5, 1.5].map((size) =>
      draw(
        evaluateShape(
          model,
          [],
          Float32Array.from({ length: k + 1 }, (_, i) => (i === k ? size : 0)),
        ),
      ),
    ),
  ),
  8,
);
await sheet(
  'atlas',
  [
    draw(mean, {}, CHECKS),
    draw(mean, { yaw: 45 }, CHECKS),
    draw(mean, { yaw: 100 }, CHECKS),
    draw(mean, { yaw: 180 }, CHECKS),
    draw(mean, EYES, CHECKS),
    draw(mean, LIPS, CHECKS),
    draw(mean, { yaw: 30, target: [10, 0, 110], width: 70 }, CHECKS),
    draw(mean, { yaw: 80, target: [75, 10, 0], width: 100 }, CHECKS),
  ],
  4,
);
await sheet(
  'regions',
  Object.values(model.regions).flatMap((mask) => [drawMask(mask, 0), drawMask(mask, 70)]),
  8,
);

/** A region as light clay on dark clay: triangles are split by their mean weight. */
function drawMask(mask: Uint8Array, yaw: number): Image {
  const { triangles } = model.parts[0];
  const inside: number[] = [];
  const outside: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const weight = mask[triangles[t]] + mask[triangles[t + 1]] + mask[triangles[t + 2]];
    (weight > 382 ? inside : outside).push(...triangles.subarray(t, t + 3));
  }
  const a = (yaw * Math.PI) / 180;
  const camera: Camera = {
    position: [1400 * Math.sin(a), -10, 30 + 1400 * Math.cos(a)],
    target: [0, -10, 30],
    roll: 0,
    focal: (SIZE * 1400) / 330,
    width: SIZE,
    height: SIZE,
  };
  return renderPreview(
    [
      { mesh: { vertices: mean, triangles: Uint32Array.from(inside) }, albedo: [0.8, 0.3, 0.1] },
      { mesh: { vertices: mean, triangles: Uint32Array.from(outside) }, albedo: [0.3, 0.3, 0.3] },
    ],
    { camera, background: [255, 255, 255] },
  );
}
console.log(
  `Pictures are in ${folder}: ${Object.keys(model.regions).join(', ')} in regions.png, in this order.`,
);
