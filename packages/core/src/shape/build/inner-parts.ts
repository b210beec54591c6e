import { affineFollower, fitSphere, modelEyeball } from './eyeball.ts';
import { ICT, type IctSource } from './ict-source.ts';

/** A part inside of the head that follows the modes but is not registered. */
export interface InnerPart {
  readonly name: string;
  /** `[V, 3]`, millimetres. */
  readonly positions: Float64Array;
  readonly triangles: Uint32Array;
  /** `[U, 2]`, origin top left. */
  readonly uv: Float64Array;
  readonly uvTriangles: Uint32Array;
  /** Displacements `[V, 3]` under a field of ICT's vertices `[V_ict, 3]`. */
  readonly follow: (field: Float64Array) => Float64Array;
  /** Label of the template's surface (see `LABELS`) whose mean displacement carries the part where ICT has no say. */
  readonly anchor: number;
}

/** Eyeballs (modelled, following ICT's), and ICT's teeth, gums and tongue. */
export function buildInnerParts(ict: IctSource): InnerPart[] {
  const [tongue, gums] = splitGums(ict);
  const [teethStart, teethEnd] = ICT.teethPolygons;
  const teeth = Array.from({ length: teethEnd - teethStart }, (_, i) => teethStart + i);
  return [
    eyePart(ict, 'eyeLeft', 1),
    eyePart(ict, 'eyeRight', -1),
    ictPart(ict, 'teeth', teeth),
    ictPart(ict, 'gums', gums),
    ictPart(ict, 'tongue', tongue),
  ];
}

// Vertices of the white of the left and the right eye in ICT.
const SCLERA = { eyeLeft: [21451, 22221], eyeRight: [23021, 23791] } as const;

function eyePart(ict: IctSource, name: 'eyeLeft' | 'eyeRight', side: 1 | -1): InnerPart {
  const take = (field: Float64Array): Float64Array =>
    field.subarray(3 * SCLERA[name][0], 3 * SCLERA[name][1]);
  // Both eyes come from the left one's numbers, so that they mirror exactly.
  const left = ict.neutral.subarray(3 * SCLERA.eyeLeft[0], 3 * SCLERA.eyeLeft[1]);
  const { center, radius } = fitSphere(left);
  const eye = modelEyeball(center, radius);
  const positions = eye.vertices.map((x, i) => (i % 3 === 0 ? side * x : x));
  const triangles =
    side === 1 ? eye.triangles : eye.triangles.map((_, i, all) => all[i - (i % 3) + ((3 - (i % 3)) % 3)]);
  const follower = affineFollower(take(ict.neutral), positions);
  return {
    name,
    positions,
    triangles,
    uv: eye.uv.map((x, i) => (i % 2 === 0 && side === -1 ? 1 - x : x)),
    uvTriangles: triangles,
    follow: (field) => follower(take(field)),
    anchor: side === 1 ? 2 : 3,
  };
}

/** A part taken over from ICT as it is; it moves with its own vertices. */
function ictPart(ict: IctSource, name: string, polygons: readonly number[]): InnerPart {
  const vertices = new Map<number, number>();
  const texture = new Map<number, number>();
  const indexIn = (map: Map<number, number>, key: number): number => {
    if (!map.has(key)) map.set(key, map.size);
    return map.get(key)!;
  };
  const triangles: number[] = [];
  const uvTriangles: number[] = [];
  for (const p of polygons) {
    const corners = [0, 1, 2, 3].filter((c) => ict.polygons[4 * p + c] >= 0);
    for (let c = 2; c < corners.length; c++) {
      for (const corner of [corners[0], corners[c - 1], corners[c]]) {
        triangles.push(indexIn(vertices, ict.polygons[4 * p + corner]));
        uvTriangles.push(indexIn(texture, ict.polygonUv[4 * p + corner]));
      }
    }
  }
  const source = [...vertices.keys()];
  const take = (field: Float64Array): Float64Array =>
    Float64Array.from({ length: source.length * 3 }, (_, i) => field[3 * source[(i / 3) | 0] + (i % 3)]);
  return {
    name,
    positions: take(ict.neutral),
    triangles: Uint32Array.from(triangles),
    uv: Float64Array.from(
      [...texture.keys()].flatMap((t) => [ict.uv[2 * t] - Math.floor(ict.uv[2 * t]), 1 - ict.uv[2 * t + 1]]),
    ),
    uvTriangles: Uint32Array.from(uvTriangles),
    follow: take,
    anchor: 1,
  };
}

/** ICT's gums and tongue are one mesh; its texture islands tell them apart: the tongue's are narrow and reach the front. */
function splitGums(ict: IctSource): [tongue: number[], gums: number[]] {
  const parent = new Map<number, number>();
  const find = (a: number): number => {
    let root = a;
    while (parent.has(root) && parent.get(root) !== root) root = parent.get(root)!;
    return root;
  };
  const polygons = Array.from(
    { length: ICT.gumsPolygons[1] - ICT.gumsPolygons[0] },
    (_, i) => ICT.gumsPolygons[0] + i,
  );
  const texturesOf = (p: number): number[] =>
    [...ict.polygonUv.subarray(4 * p, 4 * p + 4)].filter((t) => t >= 0);
  for (const p of polygons) for (const t of texturesOf(p)) parent.set(find(t), find(texturesOf(p)[0]));
  const widest = new Map<number, { x: number; z: number }>();
  const islandOf = (p: number): number => find(texturesOf(p)[0]);
  for (const p of polygons) {
    const box = widest.get(islandOf(p)) ?? { x: 0, z: Number.NEGATIVE_INFINITY };
    for (const v of ict.polygons.subarray(4 * p, 4 * p + 4)) {
      if (v < 0) continue;
      box.x = Math.max(box.x, Math.abs(ict.neutral[3 * v]));
      box.z = Math.max(box.z, ict.neutral[3 * v + 2]);
    }
    widest.set(islandOf(p), box);
  }
  const isTongue = (p: number): boolean => {
    const { x, z } = widest.get(islandOf(p))!;
    return x < 23 && z > 60;
  };
  return [polygons.filter(isTongue), polygons.filter((p) => !isTongue(p))];
}
