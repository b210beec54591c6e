import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from './face-area.ts';
import { type TexelMap, texelsFromVertices } from './texels.ts';

/** Millimetres from the mouth's inner line over which a fit may be wrong about where the lip ends. */
const WIDTH = 11;

/**
 * Takes trust from texels of the lips that show teeth or the dark of an open mouth.
 *
 * A lip that is fitted a millimetre too far in or out would wear a stripe of teeth for ever. Near the inner line of the
 * lips, what is much paler or much darker than this person's lips is left out.
 *
 * @param colors Logarithmic RGB, `[N, 3]`.
 * @param seen Trust, `[N]`; changed in place.
 */
export function rejectTeeth(
  model: ShapeModel,
  map: TexelMap,
  colors: Float32Array,
  seen: Float32Array,
): void {
  const closeness = texelsFromVertices(map, model.parts[0].triangles, innerLip(model), 1);
  const lips: number[] = [];
  for (let n = 0; n < map.count; n++) if (closeness[n] > 0.1 && seen[n] > 0.5) lips.push(n);
  if (lips.length < 50) return;
  const brightness = (n: number): number => (colors[3 * n] + colors[3 * n + 1] + colors[3 * n + 2]) / 3;
  const redness = (n: number): number => colors[3 * n] - colors[3 * n + 1];
  const middle = (of: (n: number) => number): number => {
    const sorted = Float64Array.from(lips, of).sort();
    return sorted[sorted.length >> 1];
  };
  const [light, red] = [middle(brightness), middle(redness)];
  for (const n of lips) {
    const pale =
      smoothstep(0.3, 0.65, (red - redness(n)) / Math.max(red, 0.15)) *
      smoothstep(-0.15, 0.15, brightness(n) - light);
    const dark = smoothstep(0.5, 0.9, light - brightness(n));
    seen[n] *= 1 - smoothstep(0.1, 0.5, closeness[n]) * Math.max(pale, dark);
  }
}

/**
 * Logarithmic color of the lips, `[3]`, from the redder half of what is trusted of them; `undefined` where too little was seen.
 *
 * @param colors Logarithmic RGB, `[N, 3]`.
 * @param seen Trust, `[N]`.
 */
export function measureLips(
  model: ShapeModel,
  map: TexelMap,
  colors: Float32Array,
  seen: Float32Array,
): readonly [number, number, number] | undefined {
  const region = model.regions['lips'];
  if (!region) return undefined;
  const shares = texelsFromVertices(map, model.parts[0].triangles, region, 1);
  const redness = (n: number): number => colors[3 * n] - colors[3 * n + 1];
  const lips: number[] = [];
  for (let n = 0; n < map.count; n++) if (shares[n] > 250 && seen[n] > 0.8) lips.push(n);
  if (lips.length < 100) return undefined;
  const reddest = lips.sort((a, b) => redness(b) - redness(a)).slice(0, lips.length >> 1);
  const mean = (k: number): number => reddest.reduce((sum, n) => sum + colors[3 * n + k], 0) / reddest.length;
  return [mean(0), mean(1), mean(2)];
}

/** 1 at the line where the lips meet, 0 from `WIDTH` on, `[S]`. */
function innerLip(model: ShapeModel): Float32Array {
  const { mean, parts } = model;
  const places = surfacePoints(mean, parts[0].triangles, model.landmarks);
  return Float32Array.from({ length: parts[0].vertexCount }, (_, v) => {
    let nearest = WIDTH;
    for (let i = 0; i < 8; i++) {
      const [a, b] = [3 * (60 + i), 3 * (60 + ((i + 1) % 8))];
      // Halfway points make the line dense enough.
      for (const share of [0, 0.5]) {
        const gap = [0, 1, 2].map(
          (axis) => (1 - share) * places[a + axis] + share * places[b + axis] - mean[3 * v + axis],
        );
        nearest = Math.min(nearest, Math.hypot(...gap));
      }
    }
    return 1 - nearest / WIDTH;
  });
}
