import { expect, it } from 'vitest';
import { roundHead } from '../round-head.ts';
import { mapTexels, texelsFromVertices } from '../texels.ts';
import { measureTexture } from './measure-texture.ts';
import { rejectOneSidedHair } from './one-sided-hair.ts';

const model = roundHead(32);
const skin = model.parts[0];
const map = mapTexels(skin, 256);
const points = texelsFromVertices(map, skin.triangles, model.mean, 3);
const place = (n: number): readonly [number, number, number] => [
  points[3 * n],
  points[3 * n + 1],
  points[3 * n + 2],
];

/** A strand that hangs over one temple; its upper half was found before. */
function strand(dark: number): { ratios: Float32Array; before: Float32Array; trust: Float32Array } {
  const ratios = new Float32Array(3 * map.count);
  const before = Float32Array.from({ length: map.count }, (_, n) => (place(n)[2] > 30 ? 1 : 0));
  const trust = before.slice();
  for (let n = 0; n < map.count; n++) {
    const [x, y] = place(n);
    if (Math.abs(x - 30) > 12 || y < 10) continue;
    ratios.fill(dark, 3 * n, 3 * n + 3);
    if (y > 45) trust[n] = 0;
  }
  return { ratios, before, trust };
}

/** Mean trust of the strand's lower half and of its mirror image. */
function kept(trust: Float32Array): readonly [number, number] {
  const mean = (side: number): number => {
    const inside = [...trust.keys()].filter((n) => {
      const [x, y, z] = place(n);
      return z > 40 && Math.abs(side * x - 30) < 6 && y > 18 && y < 38;
    });
    return inside.reduce((sum, n) => sum + trust[n], 0) / inside.length;
  };
  return [mean(1), mean(-1)];
}

it('follows hair into the face on its own side only', () => {
  const { ratios, before, trust } = strand(-0.9);
  rejectOneSidedHair(model, map, ratios, before, trust);
  const [covered, free] = kept(trust);
  expect(covered).toBeLessThan(0.1);
  expect(free).toBeGreaterThan(0.95);
});

it('takes a soft shadow for no hair', () => {
  const { ratios, before, trust } = strand(-0.2);
  rejectOneSidedHair(model, map, ratios, before, trust);
  expect(kept(trust)[0]).toBeGreaterThan(0.9);
});

it('measureTexture tells a lopsided face from an even one', () => {
  const paint = (shade: (x: number, y: number) => number): Float32Array => {
    const color = new Float32Array(3 * 256 * 256);
    for (let n = 0; n < map.count; n++) {
      const [x, y] = place(n);
      for (let k = 0; k < 3; k++) color[3 * map.texels[n] + k] = 0.3 * Math.exp(shade(x, y));
    }
    return color;
  };
  const mean = paint(() => 0);
  expect(
    measureTexture(
      paint(() => -1),
      mean,
      256,
      model,
    ),
  ).toEqual({
    lopsided: expect.closeTo(0, 5),
    uneven: expect.closeTo(0, 3),
  });
  const side = measureTexture(
    paint((x) => 0.2 * Math.sign(x)),
    mean,
    256,
    model,
  );
  expect(side.lopsided).toBeGreaterThan(0.3);
  const above = measureTexture(
    paint((_, y) => (y > 40 ? 0.4 : 0)),
    mean,
    256,
    model,
  );
  expect(above.lopsided).toBeLessThan(0.02);
  expect(above.uneven).toBeGreaterThan(0.1);
});
