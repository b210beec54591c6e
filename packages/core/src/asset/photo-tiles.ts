import type { Image } from '../image/image.ts';
import { warp } from '../image/warp.ts';
import { type Camera, projectPoints } from '../render/camera.ts';
import type { PreviewSurface } from '../render/preview.ts';
import { squareViewport, type Viewport } from '../render/viewport.ts';
import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { faceHull } from './face-hull.ts';
import type { Head } from './head.ts';

const PAGE = 252;
const GAP = 8;

/** Surfaces without their textures and colours: shape alone. */
export function clay(surfaces: readonly PreviewSurface[]): PreviewSurface[] {
  return surfaces.map(({ mesh, normals }) => ({ mesh, normals }));
}

/** Lets the drawing fade out towards the outline of the face, so that hair and background stay the photo's. */
export function withinFace(
  drawing: Image,
  head: Head,
  camera: Camera,
  model: ShapeModel,
  viewport: Viewport,
): Image {
  const { vertices, triangles } = head.parts[0].mesh;
  const points = surfacePoints(vertices, triangles, model.landmarks);
  const { depth } = faceHull(projectPoints(camera, points, viewport));
  const feather = 0.03 * drawing.width;
  const data = Uint8Array.from(drawing.data);
  for (let y = 0, at = 3; y < drawing.height; y++) {
    for (let x = 0; x < drawing.width; x++, at += 4) {
      data[at] *= Math.min(1, Math.max(0, depth(x + 0.5, y + 0.5) / feather));
    }
  }
  return { ...drawing, data };
}

/** A square around the head without the neck, a little air on every side. */
export function headViewport(head: Head, camera: Camera, model: ShapeModel, size: number): Viewport {
  const pixels = projectPoints(camera, head.parts[0].mesh.vertices);
  const neck = model.regions['neck'];
  const [low, high] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  for (let v = 0; v < pixels.length / 2; v++) {
    if (neck && neck[v] > 127) continue;
    for (let axis = 0; axis < 2; axis++) {
      low[axis] = Math.min(low[axis], pixels[2 * v + axis]);
      high[axis] = Math.max(high[axis], pixels[2 * v + axis]);
    }
  }
  return squareViewport(
    { x: low[0], y: low[1], width: high[0] - low[0], height: high[1] - low[1] },
    size,
    1.12,
  );
}

/** The window of a photo, RGB; its edge goes on beyond it. */
export function cropPhoto(photo: Image, viewport: Viewport): Image {
  const { x, y, scale, width, height } = viewport;
  const { data } = warp(photo, { a: 1 / scale, b: 0, x0: x, y0: y }, width, height, { border: 'edge' });
  return { width, height, channels: 3, data: Uint8Array.from(data, (value) => Math.round(255 * value)) };
}

/** The camera carried around the head at the same height; to the side from which the photo saw less. */
export function turnedCamera(camera: Camera, turn: number): Camera {
  const [tx, ty, tz] = camera.target;
  const [dx, dy, dz] = [camera.position[0] - tx, camera.position[1] - ty, camera.position[2] - tz];
  const angle = dx > 0 ? -turn : turn;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return { ...camera, position: [tx + c * dx + s * dz, ty + dy, tz - s * dx + c * dz] };
}

/** A soft vertical gradient. */
export function backdrop(size: number): Image {
  const data = new Uint8Array(3 * size * size);
  for (let y = 0; y < size; y++) {
    const shade = 236 - (44 * y) / size;
    data.fill(Math.round(shade), 3 * size * y, 3 * size * (y + 1));
  }
  return { width: size, height: size, channels: 3, data };
}

/** RGBA over RGB, blended as bytes. */
export function over(top: Image, bottom: Image): Image {
  const data = Uint8Array.from(bottom.data);
  for (let i = 0; i < top.width * top.height; i++) {
    const alpha = top.data[4 * i + 3] / 255;
    for (let c = 0; c < 3; c++) {
      data[3 * i + c] = Math.round(alpha * top.data[4 * i + c] + (1 - alpha) * data[3 * i + c]);
    }
  }
  return { ...bottom, data };
}

/** Tiles side by side on one page. */
export function strip(tile: number, tiles: readonly Image[]): Image {
  const [width, height] = [tiles.length * (tile + GAP) + GAP, tile + 2 * GAP];
  const data = new Uint8Array(3 * width * height).fill(PAGE);
  tiles.forEach((image, i) => {
    for (let y = 0; y < tile; y++) {
      const row = image.data.subarray(3 * tile * y, 3 * tile * (y + 1));
      data.set(row, 3 * ((GAP + y) * width + GAP + i * (tile + GAP)));
    }
  });
  return { width, height, channels: 3, data };
}
