import { enlargePlanes, shrinkPlanes } from './resample.ts';
import { addColors, type PcaLevel } from './texture-pca.ts';

/** One layer that a pyramid is to have. */
export interface LevelPlan {
  readonly resolution: number;
  readonly channels: 1 | 3;
}

/** All colors at 64 texels, brightness at 128 and 256: eyes see hardly more, and it is a tenth of the numbers. */
export const SHIPPED_LEVELS: readonly LevelPlan[] = [
  { resolution: 64, channels: 3 },
  { resolution: 128, channels: 1 },
  { resolution: 256, channels: 1 },
];

/** Takes a stored layer for one component: what storing loses is left to the finer layers. */
export type LevelCoder = (values: Float32Array, level: number) => Float32Array;

/**
 * Splits one component into the layers of a pyramid (Burt & Adelson 1983), coarse to fine.
 *
 * @param component Its left half, `[3, S, S / 2]`.
 * @param parity 1 or -1.
 * @param code Rounds a layer as the file will; by default nothing is lost.
 * @returns One array for each level of the plan, `[channels, R, R / 2]`.
 */
export function splitComponent(
  component: Float32Array,
  parity: number,
  size: number,
  plan: readonly LevelPlan[],
  detailColor: readonly number[],
  code: LevelCoder = (values) => values,
): Float32Array[] {
  const layers: Float32Array[] = [];
  plan.forEach(({ resolution, channels }, index) => {
    const wanted = shrinkPlanes(component, 3, [size, size / 2], size / resolution);
    for (const [i, layer] of layers.entries()) {
      const { resolution: edge, channels: coarse } = plan[i];
      const large = enlargePlanes(layer, coarse, [edge, edge / 2], resolution / edge, parity);
      addColors(
        wanted,
        large.map((value) => -value),
        coarse,
        detailColor,
      );
    }
    layers.push(code(channels === 3 ? wanted : alongColor(wanted, detailColor), index));
  });
  return layers;
}

/** Puts layers of single components into the arrays of a model. */
export function stackLevels(
  components: readonly (readonly Float32Array[])[],
  plan: readonly LevelPlan[],
): PcaLevel[] {
  return plan.map(({ resolution, channels }, i) => {
    const length = channels * resolution * (resolution / 2);
    const data = new Float32Array(components.length * length);
    components.forEach((layers, k) => {
      data.set(layers[i], k * length);
    });
    return { resolution, channels, data };
  });
}

function alongColor(planes: Float32Array, [red, green, blue]: readonly number[]): Float32Array {
  const plane = planes.length / 3;
  return Float32Array.from(
    { length: plane },
    (_, i) => red * planes[i] + green * planes[plane + i] + blue * planes[2 * plane + i],
  );
}
