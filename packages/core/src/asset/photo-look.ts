import { bytesToLinear, linearToBytes, srgbToLinear } from '../image/color.ts';
import type { Image } from '../image/image.ts';
import { mouthOpening, OPEN_MOUTH } from '../texture/dataset/openings.ts';
import { BROWN_EYE } from '../texture/eye-texture.ts';

type Color = readonly [number, number, number];

/** What a photo tells about the parts that are painted by code. */
export interface PhotoLook {
  /** How bright and of what colour the photo shows a white eye, as a factor of linear RGB. */
  readonly light: Color;
  /** The same by its teeth, where it shows them, and for all that lies in the mouth. */
  readonly mouthLight: Color;
  /** Colour of the irises under white light, linear. */
  readonly iris: Color;
}

/** Linear colour of the painted white, `eyeTexture`; the photo's is compared with it. */
const WHITE: Color = [0.66, 0.61, 0.58];
/** Linear colour of the foremost painted teeth, `partTexture`. */
const TEETH: Color = [0.7, 0.63, 0.52];
/** How far whites of eyes and teeth may differ from the painted ones in any channel beside their brightness. */
const MOST_TINT = 1.06;
/** Narrower eyes say nothing of their colour, wider ones everything; pixels. */
const NARROW = 8;
const WIDE = 20;

/**
 * Measures the eyes of a photo, so that painted eyes and teeth stand in the same light as the skin and the irises have their
 * colour.
 *
 * The white is the bright part inside the lids' outline without its highlights; the iris is the middle of the darkness in its
 * centre. Of small faces less is believed.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`, pixels.
 */
export function measureLook(image: Image, landmarks: ArrayLike<number>): PhotoLook {
  const { white, dark, belief } = eyeColors(image, landmarks);
  if (belief === 0 || !white || !dark) {
    return { light: [1, 1, 1], mouthLight: [1, 1, 1], iris: BROWN_EYE.iris };
  }
  const light = factor(white, WHITE, belief, 0.5);
  // The white beside an iris stands in the same light: nearly all of its tint is the light's, or grey eyes become purple.
  const tinted = factor(white, WHITE, belief, 0.85);
  const iris = dark.map((value, c) => blend(BROWN_EYE.iris[c], clamp(value / tinted[c], 0.01, 0.3), belief));
  return { light, mouthLight: teethLight(image, landmarks, belief) ?? light, iris: iris as unknown as Color };
}

/** The hue of a light, by the whites of the eyes that it falls on. */
export interface WhitesHue {
  /** Logarithms of red over green and of blue over green. */
  readonly hue: readonly [number, number];
  /** In [0, 1]: 0 for eyes too small to tell. */
  readonly belief: number;
}

/** The hue of a photo's light by its whites of eyes; of several photos the mean. `undefined` when none shows any. */
export function whitesHue(photos: readonly MarkedImage[]): WhitesHue | undefined {
  const seen = photos.flatMap(({ image, landmarks }) => {
    const { white, belief } = eyeColors(image, landmarks);
    // Black eyes tell no hue.
    if (!white || belief === 0 || Math.min(...white) < 0.01) return [];
    const [red, green, blue] = white.map((value, c) => Math.log(value / WHITE[c]));
    return [{ hue: [red - green, blue - green] as const, belief }];
  });
  const total = seen.reduce((sum, { belief }) => sum + belief, 0);
  if (total === 0) return undefined;
  const mean = (i: 0 | 1) => seen.reduce((sum, { hue, belief }) => sum + (belief / total) * hue[i], 0);
  return { hue: [mean(0), mean(1)], belief: Math.max(...seen.map(({ belief }) => belief)) };
}

/** A picture and where its 68 landmarks lie. */
export interface MarkedImage {
  readonly image: Image;
  /** `[68, 2]`, pixels. */
  readonly landmarks: ArrayLike<number>;
}

/**
 * The look of parts that the photo's light will shade as it does the skin: what of their brightness and color is that light's
 * must not be painted on them as well.
 *
 * @param shade What the light makes of white skin, RGB.
 */
export function lookUnder(look: PhotoLook, shade: Color): PhotoLook {
  const freed = (light: Color): Color => {
    return light.map((value, c) => clamp(value / shade[c], 0.1, 1.3)) as unknown as Color;
  };
  return naturalWhites({ ...look, light: freed(look.light), mouthLight: freed(look.mouthLight) });
}

/**
 * Bounds the tint of eyes and teeth under white light: nobody's are pink or green. What the fit takes for the hue of a lamp may be
 * that of the skin, and dividing it out of the whites would leave its opposite on them.
 */
export function naturalWhites(look: PhotoLook): PhotoLook {
  const bounded = (light: Color): Color => {
    const grey = brightness(light);
    return light.map((value) => clamp(value, grey / MOST_TINT, grey * MOST_TINT)) as unknown as Color;
  };
  return { ...look, light: bounded(look.light), mouthLight: bounded(look.mouthLight) };
}

/**
 * Corrects a look by what became of it: a render of the eyes is measured like the photo, so that lids, lashes, light and few
 * pixels weigh the same in both.
 *
 * @param look That the render was made with.
 * @param render From the photo's camera, at about its resolution.
 */
export function matchLook(look: PhotoLook, photo: MarkedImage, render: MarkedImage): PhotoLook {
  const [wanted, made] = [photo, render].map(({ image, landmarks }) => eyeColors(image, landmarks));
  const belief = Math.min(wanted.belief, made.belief);
  if (belief === 0 || !wanted.white || !wanted.dark || !made.white || !made.dark) return look;
  const ratio = (
    a: readonly number[],
    b: readonly number[],
    tint: number,
    low: number,
    high: number,
  ): Color => {
    const all = a.map((value, c) => value / Math.max(b[c], 1e-3));
    const grey = brightness(a as unknown as Color) / Math.max(brightness(b as unknown as Color), 1e-3);
    return all.map((value) =>
      blend(1, clamp(blend(grey, value, tint), low, high), belief),
    ) as unknown as Color;
  };
  const white = ratio(wanted.white, made.white, 0.5, 0.6, 1.5);
  const dark = ratio(wanted.dark, made.dark, 0.7, 0.3, 2);
  const light = look.light.map((value, c) => clamp(value * white[c], 0.1, 1.3)) as unknown as Color;
  const iris = look.iris.map((value, c) => clamp((value * dark[c]) / white[c], 0.006, 0.3));
  return { ...look, light, iris: iris as unknown as Color };
}

/** Mean linear colours of what is bright in the eyes and of what is dark in their middles, and how far to believe them. */
function eyeColors(
  image: Image,
  landmarks: ArrayLike<number>,
): { readonly white?: readonly number[]; readonly dark?: readonly number[]; readonly belief: number } {
  const whites: Color[] = [];
  const irises: Color[] = [];
  let width = 0;
  for (const first of [36, 42]) {
    const outline = Array.from({ length: 6 }, (_, i): readonly [number, number] => {
      return [landmarks[2 * (first + i)], landmarks[2 * (first + i) + 1]];
    });
    const across = Math.hypot(outline[3][0] - outline[0][0], outline[3][1] - outline[0][1]);
    width = Math.max(width, across);
    const inside = pixelsInside(image, outline);
    whites.push(...inside.map(({ color }) => color));
    const [x, y] = [0, 1].map((axis) => outline.reduce((sum, point) => sum + point[axis] / 6, 0));
    // An iris is 11.7 mm across, an eye 30 mm from corner to corner.
    irises.push(
      ...inside.filter((p) => Math.hypot(p.x - x, p.y - y) < 0.17 * across).map(({ color }) => color),
    );
  }
  return {
    white: meanBetween(whites, 0.75, 0.95),
    dark: meanBetween(irises, 0.15, 0.5),
    belief: Math.min(1, Math.max(0, (width - NARROW) / (WIDE - NARROW))),
  };
}

function teethLight(image: Image, landmarks: ArrayLike<number>, belief: number): Color | undefined {
  if (mouthOpening(landmarks) < OPEN_MOUTH) return undefined;
  const outline = Array.from({ length: 8 }, (_, i): readonly [number, number] => {
    return [landmarks[2 * (60 + i)], landmarks[2 * (60 + i) + 1]];
  });
  const bright = meanBetween(
    pixelsInside(image, outline).map(({ color }) => color),
    0.6,
    0.95,
  );
  // What is redder than any tooth is a tongue or a lip.
  return bright && bright[0] < 2 * bright[1] ? factor(bright, TEETH, belief, 0.5) : undefined;
}

/** Measured over painted, with a share of the tint: lids, lashes and lips colour what is between them. */
function factor(measured: readonly number[], painted: Color, belief: number, tint: number): Color {
  const ratio = measured.map((value, c) => value / painted[c]);
  const grey = (ratio[0] + ratio[1] + ratio[2]) / 3;
  const partly = ratio.map((value) => blend(1, clamp(blend(grey, value, tint), 0.2, 1.2), belief));
  return partly as unknown as Color;
}

/** A texture under another light: every texel times a factor of linear RGB. */
export function relight(texture: Image, light: Color): Image {
  const { channels, data } = texture;
  const values = bytesToLinear(data);
  for (let i = 0; i < values.length; i++) values[i] *= light[i % channels];
  return { ...texture, data: linearToBytes(values) };
}

interface Pixel {
  readonly x: number;
  readonly y: number;
  /** Linear. */
  readonly color: Color;
}

function pixelsInside(image: Image, outline: readonly (readonly [number, number])[]): Pixel[] {
  const [xs, ys] = [0, 1].map((axis) => outline.map((point) => point[axis]));
  const pixels: Pixel[] = [];
  const [top, bottom] = [Math.max(0, Math.floor(Math.min(...ys))), Math.min(image.height, Math.max(...ys))];
  const [left, right] = [Math.max(0, Math.floor(Math.min(...xs))), Math.min(image.width, Math.max(...xs))];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const [x, y] = [column + 0.5, row + 0.5];
      if (!contains(outline, x, y)) continue;
      const at = image.channels * (row * image.width + column);
      const color = [0, 1, 2].map((c) => srgbToLinear(image.data[at + (image.channels === 1 ? 0 : c)] / 255));
      pixels.push({ x, y, color: color as unknown as Color });
    }
  }
  return pixels;
}

/** Even-odd rule. */
function contains(outline: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}

/** Mean of the colours whose brightness ranks between two shares. */
function meanBetween(colors: readonly Color[], low: number, high: number): number[] | undefined {
  const sorted = [...colors].sort((a, b) => brightness(a) - brightness(b));
  const picked = sorted.slice(Math.floor(low * sorted.length), Math.ceil(high * sorted.length));
  if (picked.length === 0) return undefined;
  return [0, 1, 2].map((c) => picked.reduce((sum, color) => sum + color[c], 0) / picked.length);
}

function brightness([red, green, blue]: Color): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function blend(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
