import { assert } from '../../error.ts';
import { edgeDistance, orderRing, vertexNeighbors } from '../../mesh/topology.ts';
import { ICT, type IctSource, ictBorder, ictNeighbors } from './ict-source.ts';
import { neckRimTargets } from './neck-rim.ts';
import { EAR, ICT_NOSTRIL_INSIDE, NOSE_WING, NOSTRIL_RIM, SUBNASALE } from './picks.ts';
import { type Chain, distance, type Point, pointOf, type SplitRing, splitRing } from './ring-chains.ts';
import { skinRings, type Template } from './template.ts';

/** Where template vertices belong on the target: refined vertex index, target point, and weight. */
export interface Correspondence {
  /** `[N]`. */
  readonly vertices: Uint32Array;
  /** `[N, 3]`, millimetres. */
  readonly points: Float64Array;
  /** 1 for lids and lips, 0.4 for ears, nose and nostrils. */
  readonly weights: Float64Array;
  /** Refined-mesh vertices inside of each nostril (the cups). */
  readonly cup: readonly number[];
  /** ICT vertices inside of both nostril tubes. */
  readonly ictCup: ReadonlySet<number>;
}

// ICT ring (fractional: between two rings) that each MakeHuman ring lies on, counted outwards from lid rim and mouth seam.
// Found by comparing cross sections of lids and lips in both meshes.
const LID_RINGS = [0.3, 1, 2.3, 3.7, 4.5, 5.6];
const UPPER_LIP_RINGS = [4, 7, 8.5, 10, 11.3, 12.6, 13.8, 15];
const LOWER_LIP_RINGS = [4.4, 5.4, 7.2, 7.8, 8.6, 9.5, 10.6, 12];
// Rings that fold the corners when they are used up to the end: how many points to leave out at either end of each chain.
const LID_SKIP = [Number.POSITIVE_INFINITY, 2, 2, 0, 2, Number.POSITIVE_INFINITY];
const LIP_SKIP = [3, 3, 1, 1, Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY, 0];
// Near a mouth corner, upper and lower ring numbers blend over this part of the chain's length.
const LIP_BLEND = 0.18;

/** Landmarks of both meshes: loops around lids and lips, picked points of ears and nose, nostril cups. */
export function buildCorrespondence(template: Template, ict: IctSource, rest: Float64Array): Correspondence {
  const cropOf = new Map([...template.source].map((vertex, i) => [vertex, i]));
  const found = new Map<number, { point: Point; weight: number }>();
  const put = (vertex: number, point: Point, weight: number): void => {
    found.set(vertex, { point, weight });
  };

  for (const [rim, socket] of [
    [template.rims.lidLeft, ICT.socketLeftPolygons],
    [template.rims.lidRight, ICT.socketRightPolygons],
  ] as const) {
    const target = ictChains(ict, ictBorder(ict, ICT.skinPolygons, socket), 7);
    matchRings(template, rest, rim, LID_SKIP, target, () => LID_RINGS, put);
  }
  const lips = ictChains(ict, ictBorder(ict, ICT.skinPolygons, ICT.mouthPolygons), 16);
  matchRings(template, rest, template.rims.mouth, LIP_SKIP, lips, lipRings, put);

  const at = (vertex: number): Point => pointOf(ict.neutral, vertex);
  for (const [left, ictLeft, right, ictRight] of [...EAR, ...NOSTRIL_RIM, ...NOSE_WING]) {
    put(cropOf.get(left)!, at(ictLeft), 0.4);
    put(cropOf.get(right)!, at(ictRight), 0.4);
  }
  put(cropOf.get(SUBNASALE[0])!, at(SUBNASALE[1]), 0.4);

  const rim = neckRimTargets(template, ict, rest);
  rim.vertices.forEach((vertex, i) => {
    put(vertex, rim.points[i], 1);
  });

  const cup: number[] = [];
  const ictCup = new Set<number>();
  const ictSkin = ictNeighbors(ict, ICT.skinPolygons);
  const fineNeighbors = vertexNeighbors(template.quads, template.vertexCount);
  const cageNeighbors = vertexNeighbors(template.cage.quads, template.source.length);
  for (const side of [0, 2] as const) {
    const nostril = NOSTRIL_RIM.map((pick) => cropOf.get(pick[side])!);
    const ictRim = closeLoop(
      NOSTRIL_RIM.map((pick) => pick[side + 1]),
      ictSkin,
    );
    const seed =
      side === 0
        ? ICT_NOSTRIL_INSIDE
        : nearestVertex(ict.neutral, mirrored(at(ICT_NOSTRIL_INSIDE)), ICT.skinVertices);
    const inside = flood(seed, ictSkin, new Set(ictRim));
    assert(inside.size > 200 && inside.size < 400, `the nostril tube is closed, got ${inside.size} vertices`);
    for (const vertex of inside) ictCup.add(vertex);
    const tubeDistance = edgeDistance(ictSkin, ictRim, (v) => inside.has(v));
    const tubeRing = (k: number): Point[] => [...inside].filter((v) => tubeDistance[v] === k).map(at);

    const cageCup = smallSide(nostril, cageNeighbors);
    const cupDistance = edgeDistance(cageNeighbors, nostril, (v) => cageCup.has(v));
    for (const [k, target, shrink] of [
      [1, 1, 1],
      [2, 3, 1],
      [3, 6, 0.55],
    ]) {
      const ring = [...cageCup].filter((v) => cupDistance[v] === k);
      matchByAngle(ring, rest, tubeRing(target), shrink, put);
    }
    const fineRim = refinedLoop(nostril, template, fineNeighbors);
    const inner = flood([...cageCup][0], fineNeighbors, new Set(fineRim));
    assert(inner.size < 200, `the nostril cup is closed, got ${inner.size} vertices`);
    cup.push(...inner);
  }

  const vertices = Uint32Array.from([...found.keys()].sort((a, b) => a - b));
  return {
    vertices,
    points: Float64Array.from([...vertices].flatMap((v) => [...found.get(v)!.point])),
    weights: Float64Array.from(vertices, (v) => found.get(v)!.weight),
    cup,
    ictCup,
  };
}

function pointOn(target: Chain, t: number): Point {
  let i = 1;
  while (i < target.lengths.length - 1 && target.lengths[i] < t) i++;
  const [a, b] = [target.lengths[i - 1], target.lengths[i]];
  return mix(target.points[i - 1], target.points[i], b > a ? (t - a) / (b - a) : 0);
}

function ictChains(ict: IctSource, rim: readonly number[], count: number): SplitRing[] {
  const neighbors = ictNeighbors(ict, ICT.skinPolygons);
  // Over corners, not sides: rings around the tear duct, which is a square grid, stay closed loops.
  const distances = edgeDistance(ictNeighbors(ict, ICT.skinPolygons, true), rim);
  return Array.from({ length: count }, (_, k) => {
    const ring = orderRing(
      [...distances.keys()].filter((v) => distances[v] === k),
      neighbors,
    );
    assert(ring.length > 0, `ring ${k} of ICT is one closed loop`);
    return splitRing(ring, ict.neutral);
  });
}

/** ICT rings of the lips, whose upper and lower numbers meet at the corners. `t` is the place along the chain. */
function lipRings(upper: boolean, t: number): readonly number[] {
  const edge = Math.min(t, 1 - t) / LIP_BLEND;
  const own = edge >= 1 ? 1 : edge * edge * (3 - 2 * edge);
  return UPPER_LIP_RINGS.map((ring, k) => {
    const mean = (ring + LOWER_LIP_RINGS[k]) / 2;
    return mean + own * ((upper ? ring : LOWER_LIP_RINGS[k]) - mean);
  });
}

function matchRings(
  template: Template,
  rest: Float64Array,
  rim: readonly number[],
  skips: readonly number[],
  target: readonly SplitRing[],
  ringsAt: (upper: boolean, t: number) => readonly number[],
  put: (vertex: number, point: Point, weight: number) => void,
): void {
  const neighbors = vertexNeighbors(template.cage.quads, template.source.length);
  skinRings(template, rim, skips.length).forEach((members, k) => {
    const ring = splitRing(orderRing(members, neighbors), rest);
    for (const upper of [true, false]) {
      const own = upper ? ring.upper : ring.lower;
      own.vertices.forEach((vertex, i) => {
        if (Math.min(i, own.vertices.length - 1 - i) < skips[k]) return;
        const t = own.lengths[i];
        const place = ringsAt(upper, t)[k];
        const inner = Math.min(Math.floor(place), target.length - 2);
        const pick = (r: number): Point => pointOn(upper ? target[r].upper : target[r].lower, t);
        put(vertex, mix(pick(inner), pick(inner + 1), place - inner), 1);
      });
    }
  });
}

/** Matches ring to ring by the angle about their centres, seen from below. */
function matchByAngle(
  ring: readonly number[],
  rest: Float64Array,
  target: readonly Point[],
  shrink: number,
  put: (vertex: number, point: Point, weight: number) => void,
): void {
  const angleFrom = (center: Point, p: Point): number => Math.atan2(p[0] - center[0], p[2] - center[2]);
  const center = mean(target);
  const sorted = target
    .map((point) => ({ point, angle: angleFrom(center, point) }))
    .sort((a, b) => a.angle - b.angle);
  const own = mean(ring.map((v) => pointOf(rest, v)));
  for (const vertex of ring) {
    const angle = angleFrom(own, pointOf(rest, vertex));
    let i = sorted.findIndex((entry) => entry.angle >= angle);
    if (i < 0) i = 0;
    const [b, a] = [sorted[i], sorted[(i + sorted.length - 1) % sorted.length]];
    const turn = (x: number): number => ((x % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
    const span = turn(b.angle - a.angle);
    const on = mix(a.point, b.point, span > 0 ? turn(angle - a.angle) / span : 0);
    put(vertex, mix(center, on, shrink), 0.4);
  }
}

/** Closes a list of vertices to a loop by the shortest edge paths between them. */
function closeLoop(vertices: readonly number[], neighbors: readonly (readonly number[])[]): number[] {
  const loop: number[] = [];
  vertices.forEach((from, i) => {
    const to = vertices[(i + 1) % vertices.length];
    const distances = edgeDistance(neighbors, [to]);
    let current = from;
    while (current !== to) {
      loop.push(current);
      current = neighbors[current].find((v) => distances[v] === distances[current] - 1)!;
    }
  });
  return loop;
}

/**
 * The wall that a cage loop makes on the refined mesh: its vertices, the edge points between neighbours, and the face point
 * where the loop crosses a quad.
 */
function refinedLoop(
  loop: readonly number[],
  template: Template,
  neighbors: readonly (readonly number[])[],
): number[] {
  const quadsOf = (v: number): number[] => {
    const found: number[] = [];
    template.quads.indices.forEach((corner, i) => {
      if (corner === v) found.push((i / 4) | 0);
    });
    return found;
  };
  // The third corner of a refined quad, counted from the cage vertex, is its face point.
  const facePoints = (v: number): number[] => quadsOf(v).map((q) => template.quads.indices[4 * q + 2]);
  return loop.flatMap((v, i) => {
    const next = loop[(i + 1) % loop.length];
    const edge = neighbors[v].filter((other) => neighbors[next].includes(other));
    const across = facePoints(next);
    return [v, ...(edge.length > 0 ? edge : facePoints(v).filter((f) => across.includes(f)))];
  });
}

function flood(
  seed: number,
  neighbors: readonly (readonly number[])[],
  wall: ReadonlySet<number>,
): Set<number> {
  const reached = edgeDistance(neighbors, [seed], (v) => !wall.has(v));
  return new Set([...reached.keys()].filter((v) => reached[v] >= 0));
}

/** The smaller of the parts into which a closed loop divides the mesh around it. */
function smallSide(loop: readonly number[], neighbors: readonly (readonly number[])[]): Set<number> {
  const wall = new Set(loop);
  const sides = loop
    .flatMap((v) => neighbors[v])
    .filter((v) => !wall.has(v))
    .map((seed) => flood(seed, neighbors, wall));
  return sides.reduce((a, b) => (b.size < a.size ? b : a));
}

function nearestVertex(positions: Float64Array, point: Point, count: number): number {
  let best = 0;
  for (let v = 1; v < count; v++) {
    if (distance(pointOf(positions, v), point) < distance(pointOf(positions, best), point)) best = v;
  }
  return best;
}

function mirrored([x, y, z]: Point): Point {
  return [-x, y, z];
}

function mix(a: Point, b: Point, t: number): Point {
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
}

function mean(points: readonly Point[]): Point {
  const sum = points.reduce((a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]], [0, 0, 0]);
  return [sum[0] / points.length, sum[1] / points.length, sum[2] / points.length];
}
