import {
  type ClosestPoint,
  closestPoint,
  type TriangleTree,
  triangleTree,
} from '../../mesh/closest-point.ts';
import { edgeDistance } from '../../mesh/topology.ts';
import type { Correspondence } from './correspondence.ts';
import { ICT, type IctSource, ictBorder, ictNeighbors, ictTriangles } from './ict-source.ts';
import type { Template } from './template.ts';

/** What a template vertex may be matched to: only its own counterpart, so that the nostril stays out of the wing. */
export const REGIONS = ['skin', 'mouth', 'socketLeft', 'socketRight', 'cup'] as const;

/** The target surface by regions. */
export interface RegionTargets {
  /** Index into `REGIONS` of each template vertex, `[V]`. */
  readonly regionOf: Uint8Array;
  /** One tree per region, over ICT's vertices. */
  readonly trees: readonly TriangleTree[];
  /** Triangles of the skin tree that touch the lower border of ICT's neck. */
  readonly atBorder: Uint8Array;
}

/** A place on the target with the target's normal there. */
export interface Hit extends ClosestPoint {
  readonly normal: readonly [number, number, number];
}

// How many of the face's rings around the mouth seam the inner mouth may also rest on.
const LIP_RINGS = 6;

export function buildTargets(
  template: Template,
  ict: IctSource,
  { cup, ictCup }: Correspondence,
): RegionTargets {
  const regionOf = template.vertexLabels.slice();
  for (const vertex of cup) regionOf[vertex] = REGIONS.indexOf('cup');

  const inCup = (corners: readonly number[]): boolean => corners.some((v) => ictCup.has(v));
  const skin = ictTriangles(ict, ICT.skinPolygons, (corners) => !inCup(corners));
  const seam = ictBorder(ict, ICT.skinPolygons, ICT.mouthPolygons);
  const fromSeam = edgeDistance(ictNeighbors(ict, ICT.skinPolygons), seam);
  const nearSeam = (v: number): boolean => fromSeam[v] >= 0 && fromSeam[v] <= LIP_RINGS;
  const lips = ictTriangles(ict, ICT.skinPolygons, (corners) => corners.every(nearSeam));
  const mouth = ictTriangles(ict, ICT.mouthPolygons);
  const surfaces = [
    skin,
    Uint32Array.from([...mouth, ...lips]),
    ictTriangles(ict, ICT.socketLeftPolygons),
    ictTriangles(ict, ICT.socketRightPolygons),
    ictTriangles(ict, ICT.skinPolygons, inCup),
  ];
  const openEnds = neckBorder(ict);
  return {
    regionOf,
    trees: surfaces.map((triangles) => triangleTree(ict.neutral, triangles)),
    atBorder: Uint8Array.from({ length: skin.length / 3 }, (_, t) =>
      [0, 1, 2].some((c) => openEnds.has(skin[3 * t + c])) ? 1 : 0,
    ),
  };
}

/** The closest point of a vertex' own region. */
export function hit(
  targets: RegionTargets,
  region: number,
  x: number,
  y: number,
  z: number,
  within: number,
): Hit | undefined {
  const found = closestPoint(targets.trees[region], x, y, z, undefined, within);
  return found && { ...found, normal: triangleNormal(targets.trees[region], found.triangle) };
}

function triangleNormal({ vertices, triangles }: TriangleTree, t: number): [number, number, number] {
  const [a, b, c] = [3 * triangles[3 * t], 3 * triangles[3 * t + 1], 3 * triangles[3 * t + 2]];
  const [ux, uy, uz] = [0, 1, 2].map((axis) => vertices[b + axis] - vertices[a + axis]);
  const [vx, vy, vz] = [0, 1, 2].map((axis) => vertices[c + axis] - vertices[a + axis]);
  const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

function neckBorder(ict: IctSource): Set<number> {
  const directed = new Set<number>();
  const key = (a: number, b: number): number => a * 65536 + b;
  const { polygons } = ict;
  const sides: [number, number][] = [];
  for (let p = ICT.skinPolygons[0]; p < ICT.skinPolygons[1]; p++) {
    const corners = [...polygons.subarray(4 * p, 4 * p + 4)].filter((v) => v >= 0);
    corners.forEach((a, c) => {
      const b = corners[(c + 1) % corners.length];
      directed.add(key(a, b));
      sides.push([a, b]);
    });
  }
  const border = new Set<number>();
  for (const [a, b] of sides) {
    // Lids and mouth are open ends of the skin too, but lie above the chin; the neck's rim is far below.
    if (!directed.has(key(b, a)) && ict.neutral[3 * a + 1] < -100) {
      border.add(a);
      border.add(b);
    }
  }
  return border;
}
