import type { Image } from '@ganfit/core/image';
import { type Camera, type PhongLight, type PreviewSurface, renderPreview } from '@ganfit/core/render';
import type { ShapeModel } from '@ganfit/core/shape';
import { partTexture } from '@ganfit/core/texture';

/** How a textured mean head is shown. */
export interface FaceView {
  /** Pixels across and down. */
  readonly side: number;
  /** How far the camera goes around to the subject's left, degrees. Default 0. */
  readonly yaw?: number;
  /** Without light and shade, so that the texture is seen as it is. Default false. */
  readonly unlit?: boolean;
}

const WALL = [126, 134, 142] as const;
/** Millimetres across that the picture shows at the head's distance. */
const SHOWN = 300;
const DISTANCE = 1200;

/**
 * Shows skin textures on the mean head, with eyes, before a plain wall.
 *
 * @returns A function from a texture (sRGB) and a view to RGB pictures.
 */
export function faceRenderer(model: ShapeModel): (skin: Image, view: FaceView) => Image {
  const vertices = model.mean;
  const others = model.parts.slice(1).map((part): PreviewSurface => {
    const texture = partTexture(model, part, 128);
    return { mesh: partMesh(vertices, part), ...(texture && { texture }) };
  });
  return (skin, { side, yaw = 0, unlit = false }) => {
    const camera = faceCamera({ side, yaw });
    const mesh = partMesh(vertices, model.parts[0]);
    const light = unlit ? UNLIT : lamp((yaw * Math.PI) / 180);
    const picture = renderPreview([{ mesh, texture: skin }, ...others], { camera, light, background: WALL });
    const data = new Uint8Array(3 * side * side);
    for (let i = 0; i < data.length; i++) data[i] = picture.data[4 * Math.floor(i / 3) + (i % 3)];
    return { width: side, height: side, channels: 3, data };
  };
}

/** The camera of a view. */
export function faceCamera({ side, yaw = 0 }: FaceView): Camera {
  const angle = (yaw * Math.PI) / 180;
  return {
    position: [DISTANCE * Math.sin(angle), 0, DISTANCE * Math.cos(angle)],
    target: [0, 0, 0],
    roll: 0,
    focal: (side * DISTANCE) / SHOWN,
    width: side,
    height: side,
  };
}

const UNLIT: PhongLight = { kind: 'phong', ambient: [1, 1, 1], color: [0, 0, 0], position: [0, 0, 1000] };

/** Mostly even light with a lamp over the camera's shoulder. */
function lamp(angle: number): PhongLight {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [right, up, front] = [300, 700, 1500];
  return {
    kind: 'phong',
    ambient: [0.6, 0.6, 0.6],
    color: [0.42, 0.42, 0.42],
    position: [c * right + s * front, up, c * front - s * right],
  };
}

function partMesh(vertices: Float32Array, part: ShapeModel['parts'][number]): PreviewSurface['mesh'] {
  const { triangles, uv, uvTriangles } = part;
  return { vertices, triangles, uv, uvTriangles };
}
