import { describe, expect, it } from 'vitest';
import { surfacePoints } from '../../shape/evaluate.ts';
import { roundHead } from '../round-head.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import type { UnwrappedTexture } from '../unwrap.ts';
import { eyewear } from './eyewear.ts';
import { QUALITY_BOUNDS } from './quality.ts';

const SIZE = 512;
const model = roundHead(32);
const skin = model.parts[0];
const map = mapTexels(skin, SIZE);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
const marks = surfacePoints(model.mean, skin.triangles, model.landmarks);
const EYES = [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47].reduce(
  (sum, i) => sum + marks[3 * i + 1] / 12,
  0,
);
const BOUND = QUALITY_BOUNDS.eyewear.most as number;

type Color = readonly [number, number, number];
const LIGHT: Color = [0.62, 0.36, 0.27];
const DARK: Color = [0.13, 0.06, 0.035];

/** A face seen from the front; `line` gives another color at a place about the eyes, in millimetres, or leaves the skin. */
function face(tone: Color, line: (x: number, y: number, skin: Color) => Color): UnwrappedTexture {
  const color = new Float32Array(3 * SIZE * SIZE);
  const confidence = new Float32Array(SIZE * SIZE);
  for (let n = 0; n < map.count; n++) {
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    if (z < 0) continue;
    confidence[map.texels[n]] = 1;
    const grain = 1 + 0.04 * Math.sin(1.7 * x) * Math.sin(1.3 * y);
    color.set(
      line(x, y - EYES, tone).map((value) => value * grain),
      3 * map.texels[n],
    );
  }
  return { size: SIZE, color, confidence };
}

const near = (place: number, line: number, width: number): number =>
  Math.exp(-(((place - line) / width) ** 2));
const mixed = (share: number, a: Color, b: Color): Color => [
  a[0] + share * (b[0] - a[0]),
  a[1] + share * (b[1] - a[1]),
  a[2] + share * (b[2] - a[2]),
];

const bare = (_x: number, _y: number, own: Color): Color => own;
/** Two level folds and a frown line; light that goes through a fold comes out red. */
const folded = (x: number, y: number, [red, green, blue]: Color): Color => {
  const depth = 0.33 * Math.max(near(y, 10, 1), near(y, 14, 1), near(Math.abs(x), 9, 1));
  return [red * (1 - 0.6 * depth), green * (1 - depth), blue * (1 - depth)];
};
/** A thin frame of dark or bright metal: a bridge, and a rim on either side of the nose. */
const framed =
  (metal: Color) =>
  (x: number, y: number, own: Color): Color => {
    const bridge = Math.abs(x) < 10 ? near(y, 9, 0.8) : 0;
    const rim = Math.abs(y) < 14 ? near(Math.abs(x), 12, 0.8) : 0;
    return mixed(Math.max(bridge, rim), own, metal);
  };

describe('eyewear', () => {
  it('finds frames on light and on dark skin', () => {
    for (const tone of [LIGHT, DARK]) {
      expect(eyewear(face(tone, framed([0.03, 0.03, 0.03])), model)).toBeGreaterThan(BOUND);
      expect(eyewear(face(tone, framed([0.7, 0.7, 0.72])), model)).toBeGreaterThan(BOUND);
    }
  });

  it('takes neither dark skin nor folds and frown lines for glasses', () => {
    for (const tone of [LIGHT, DARK]) {
      expect(eyewear(face(tone, bare), model)).toBeLessThan(0.15 * BOUND);
      expect(eyewear(face(tone, folded), model)).toBeLessThan(BOUND);
    }
  });

  it('tells nothing where the root of the nose is not seen', () => {
    const hidden = face(LIGHT, framed([0, 0, 0]));
    expect(eyewear({ ...hidden, confidence: hidden.confidence.fill(0) }, model)).toBe(0);
  });
});
