import type { Image } from '../image/image.ts';
import type { Camera } from '../render/camera.ts';
import type { PhongLight } from '../render/light.ts';
import { renderPreview } from '../render/preview.ts';
import type { Head } from './head.ts';
import { headSurfaces, UNLIT } from './head-surfaces.ts';
import { withWetShine } from './wet-shine.ts';

/** Light settings of a portrait; `flat` shows the texture as it is. */
export const PORTRAIT_LIGHTS = ['studio', 'left', 'right', 'above', 'warm', 'flat'] as const;
export type PortraitLight = (typeof PORTRAIT_LIGHTS)[number];

/** How a portrait is taken. */
export interface PortraitOptions {
  /** Pixels across and down. Default 768. */
  readonly size?: number;
  /** Radians that the camera goes around the head, towards the subject's left. Default 0. */
  readonly yaw?: number;
  /** Radians above the horizon. Default 0. */
  readonly pitch?: number;
  /** Stays where it is while the camera moves. Default `studio`. */
  readonly light?: PortraitLight;
  /** sRGB bytes; transparent when absent. */
  readonly background?: readonly [number, number, number];
  /** Shape without its colours. */
  readonly clay?: boolean;
}

/** Millimetres from the camera to the middle of the head, and how much of it fits in the picture. */
const DISTANCE = 1100;
const FIELD = 330;

/** Ambient, lamp and where it stands, millimetres from the middle of the head. */
const LAMPS: Readonly<Record<Exclude<PortraitLight, 'flat'>, Omit<PhongLight, 'kind'>>> = {
  studio: { ambient: [0.58, 0.59, 0.62], color: [0.5, 0.49, 0.47], position: [-500, 600, 900] },
  left: { ambient: [0.32, 0.33, 0.36], color: [0.85, 0.84, 0.82], position: [1400, 300, 500] },
  right: { ambient: [0.32, 0.33, 0.36], color: [0.85, 0.84, 0.82], position: [-1400, 300, 500] },
  above: { ambient: [0.38, 0.39, 0.42], color: [0.8, 0.79, 0.77], position: [0, 1500, 500] },
  warm: { ambient: [0.3, 0.34, 0.45], color: [1, 0.72, 0.45], position: [-900, 200, 700] },
};

/**
 * Takes a picture of a head.
 *
 * @returns RGBA, sRGB.
 */
export function renderPortrait(head: Head, options: PortraitOptions = {}): Image {
  const { size = 768, yaw = 0, pitch = 0, light = 'studio', background, clay = false } = options;
  const middle = centerOf(head.parts[0].mesh.vertices);
  const direction = [Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)];
  const camera: Camera = {
    position: middle.map((value, axis) => value + DISTANCE * direction[axis]) as Triple,
    target: middle,
    roll: 0,
    focal: (size * DISTANCE) / FIELD,
    width: size,
    height: size,
  };
  const isLit = light !== 'flat';
  const lit = isLit ? lampAt(light, middle) : UNLIT;
  const surfaces = isLit ? withWetShine(headSurfaces(head), head, lit, camera) : headSurfaces(head);
  return renderPreview(clay ? surfaces.map(({ mesh, normals }) => ({ mesh, normals })) : surfaces, {
    camera,
    light: lit,
    specular: { strength: isLit ? 0.06 : 0, exponent: 24 },
    background,
  });
}

type Triple = [number, number, number];

/** The middle of the box around the skin. */
function centerOf(vertices: Float32Array): Triple {
  return [0, 1, 2].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < vertices.length; i += 3) {
      low = Math.min(low, vertices[i]);
      high = Math.max(high, vertices[i]);
    }
    return (low + high) / 2;
  }) as Triple;
}

function lampAt(name: Exclude<PortraitLight, 'flat'>, middle: Triple): PhongLight {
  const { ambient, color, position } = LAMPS[name];
  return {
    kind: 'phong',
    ambient,
    color,
    position: position.map((value, axis) => value + middle[axis]) as Triple,
  };
}
