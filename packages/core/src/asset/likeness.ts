import type { Image } from '../image/image.ts';
import { landmarkBox } from '../networks/face-box.ts';
import type { Camera } from '../render/camera.ts';
import type { Light } from '../render/light.ts';
import { renderPreview } from '../render/preview.ts';
import { squareViewport, type Viewport } from '../render/viewport.ts';
import type { Head } from './head.ts';
import { headSurfaces, UNLIT } from './head-surfaces.ts';
import { withWetShine } from './wet-shine.ts';

/** What is behind a likeness, sRGB bytes. */
export const LIKENESS_GREY = [128, 128, 128] as const;

/** A head rendered as the photo shows it, for networks to compare with the photo. */
export interface Likeness {
  /** RGB, sRGB, on plain grey: no pixel of the photo is behind it. */
  readonly image: Image;
  /** The landmarks in `image`, `[68, 2]`, pixels. */
  readonly landmarks: Float32Array;
}

/** How a likeness is rendered. */
export interface LikenessOptions {
  /** Default: none, the texture as it is. */
  readonly light?: Light;
  /** Pixels across and down. Default 320. */
  readonly size?: number;
}

/**
 * Renders a head from the photo's own camera.
 *
 * @param head With the photo's expression and its textures.
 * @param landmarks Where the head's 68 landmarks fall in the photo, `[68, 2]`, pixels.
 */
export function renderLikeness(
  head: Head,
  camera: Camera,
  landmarks: Float32Array,
  options: LikenessOptions = {},
): Likeness {
  const { light = UNLIT, size = 320 } = options;
  const viewport = likenessViewport(landmarks, size);
  const surfaces = headSurfaces(head);
  const { width, height, data } = renderPreview(
    options.light ? withWetShine(surfaces, head, light, camera) : surfaces,
    {
      camera,
      viewport,
      light,
      background: LIKENESS_GREY,
    },
  );
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[4 * Math.floor(i / 3) + (i % 3)];
  return {
    image: { width, height, channels: 3, data: rgb },
    landmarks: landmarks.map((value, i) => (value - (i % 2 ? viewport.y : viewport.x)) * viewport.scale),
  };
}

/** The square around a face's landmarks `[68, 2]` that networks are shown, `size` pixels wide: all of the head fits in. */
export function likenessViewport(landmarks: Float32Array, size: number): Viewport {
  return squareViewport(landmarkBox(landmarks), size, 1.8);
}
