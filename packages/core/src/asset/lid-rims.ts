import type { ShapeModel } from '../shape/model.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';
import { LID_EDGE, type LidLoops, lidLoops } from './lid-loops.ts';

/** What a rim is painted with. */
interface Rim {
  /** Ring that the paint is thickest on, see `lidLoops`. */
  readonly loop: number;
  /** How far it reaches from there, millimetres. */
  readonly reach: number;
  /** Share of the lid's own colour, linear RGB. */
  readonly color: readonly [number, number, number];
  /** Its strength on the ring. */
  readonly strength: number;
  /** Paint that only darkens. */
  readonly darkens: boolean;
}

/** Roots of lashes stand so close that they are seen as a line. */
const UPPER_LINE: Rim = {
  loop: LID_EDGE + 2,
  reach: 0.9,
  color: [0.24, 0.19, 0.18],
  strength: 0.85,
  darkens: true,
};
const LOWER_LINE: Rim = {
  loop: LID_EDGE + 3,
  reach: 0.7,
  color: [0.55, 0.47, 0.45],
  strength: 0.6,
  darkens: true,
};
/** The wet edge on which the lower lid touches the eye. */
const WET_EDGE: Rim = {
  loop: LID_EDGE,
  reach: 0.7,
  color: [0.98, 0.72, 0.7],
  strength: 0.7,
  darkens: false,
};
/** The lid's own colour is that of its skin so far around the middle of the eye, millimetres. */
const WIDE = 11;
const TALL = 9;
/** Towards the corners a line thins out: so far along the rim from them, as a share of it. */
const THIN = 0.22;

/**
 * Paints the edges of the lids in place: the dark line of the lashes' roots and the wet edge below. A photo shows both in
 * a pixel or two, where they are lost between lid and eye; without them eyes look cut out.
 *
 * @param color Linear RGB, `[S, S, 3]`, in the skin's UV.
 */
export function paintLidRims(color: Float32Array, size: number, model: ShapeModel): void {
  const [skin] = model.parts;
  const map = mapTexels(skin, size);
  for (const lids of lidLoops(model)) {
    for (const [rim, isUpper] of [
      [WET_EDGE, false],
      [LOWER_LINE, false],
      [UPPER_LINE, true],
    ] as const) {
      const shares = texelsFromVertices(map, skin.triangles, rimShares(model, lids, rim, isUpper), 1);
      const own = lidColor(color, map, shares, model, lids, isUpper);
      if (!own) continue;
      for (let n = 0; n < map.count; n++) {
        if (shares[n] <= 0) continue;
        for (let c = 0; c < 3; c++) {
          const at = 3 * map.texels[n] + c;
          const paint = rim.color[c] * own[c];
          const wanted = rim.darkens ? Math.min(paint, color[at]) : paint;
          color[at] += shares[n] * (wanted - color[at]);
        }
      }
    }
  }
}

/** How thick the paint is at each vertex of the skin, `[S]`. */
function rimShares(model: ShapeModel, { loops }: LidLoops, rim: Rim, isUpper: boolean): Float32Array {
  const { mean, parts } = model;
  const shares = new Float32Array(parts[0].vertexCount);
  const line = lidHalf(loops[rim.loop], isUpper);
  for (const loop of loops) {
    for (const v of lidHalf(loop, isUpper)) {
      let nearest = Infinity;
      let place = 0;
      line.forEach((w, i) => {
        const distance = Math.hypot(...[0, 1, 2].map((axis) => mean[3 * v + axis] - mean[3 * w + axis]));
        if (distance < nearest) [nearest, place] = [distance, i / (line.length - 1)];
      });
      const thin = Math.min(1, Math.min(place, 1 - place) / THIN);
      shares[v] = rim.strength * thin * Math.exp(-((nearest / rim.reach) ** 2));
    }
  }
  return shares;
}

function lidHalf(loop: readonly number[], isUpper: boolean): readonly number[] {
  const half = loop.length >> 1;
  return isUpper ? loop.slice(0, half + 1) : [...loop.slice(half), loop[0]];
}

/** Mean colour of the lid beyond its rim, linear; none when no texel lies there. */
function lidColor(
  color: Float32Array,
  map: ReturnType<typeof mapTexels>,
  shares: Float32Array,
  model: ShapeModel,
  { loops }: LidLoops,
  isUpper: boolean,
): readonly [number, number, number] | undefined {
  const { mean, parts } = model;
  const ring = loops[LID_EDGE];
  const [x, y] = [0, 1].map((axis) => ring.reduce((sum, v) => sum + mean[3 * v + axis] / ring.length, 0));
  const rim = new Set(loops.flat());
  const beside = new Float32Array(parts[0].vertexCount).map((_, v) => {
    const dx = mean[3 * v] - x;
    const dy = mean[3 * v + 1] - y;
    const dz = mean[3 * v + 2];
    const isNear = Math.abs(dx) < WIDE && Math.abs(dy) < TALL && dz > 0;
    return isNear && dy > 0 === isUpper && !rim.has(v) && model.regions['eyelids']?.[v] > 127 ? 1 : 0;
  });
  const near = texelsFromVertices(map, parts[0].triangles, beside, 1);
  const sums = [0, 0, 0];
  let weight = 0;
  for (let n = 0; n < map.count; n++) {
    const share = near[n] * (1 - shares[n]);
    if (share <= 0) continue;
    weight += share;
    for (let c = 0; c < 3; c++) sums[c] += share * color[3 * map.texels[n] + c];
  }
  return weight > 0 ? [sums[0] / weight, sums[1] / weight, sums[2] / weight] : undefined;
}
