import { evaluateShape, namedWeights, surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import type { PersonSkin } from '../texture/dataset/person-skin.ts';
import { smoothstep } from '../texture/face-area.ts';
import { skinSurface } from '../texture/skin-surface.ts';
import { distanceFrom } from '../texture/surface-graph.ts';
import { texelsFromVertices } from '../texture/texels.ts';
import { LIP_EDGE, mouthRings } from './mouth-rings.ts';

/** Corners of the mouth: reach of what is between lips and cheek, millimetres. */
const CORNER = 7;
/** Reach of the fold from nose to mouth, millimetres. */
const FOLD = 7;
/** Between these weights of `mouthSmile` a mouth begins to smile and does so. */
const SMILE = [0.1, 0.4] as const;
/** Between these gaps a mouth is open, millimetres, and so far from their edge its lips may be painted wrong. */
const OPEN = [1.5, 4] as const;
const LIP = 4;
/** So much darker than the model's skin in this person's tone begins to be a shadow and surely is one, in logarithms. */
const SHADOW = [0.06, 0.26] as const;

/**
 * Takes the trust from the shadows of a smile: the dark of its folds and of the mouth's corners is the expression's, and would
 * stay in the skin of the face at rest.
 *
 * Only what is darker than the model's skin loses its trust; it is continued from around it.
 *
 * @param expression Of the photo, `[ne]`.
 * @param fitted The model's skin, linear RGB, `[S, S, 3]`.
 * @returns Trust, `[N]`, a new array.
 */
export function withoutSmileShadows(
  { map, colors, trust }: Pick<PersonSkin, 'map' | 'colors' | 'trust'>,
  model: ShapeModel,
  expression: ArrayLike<number>,
  fitted: Float32Array,
): Float32Array {
  const out = Float32Array.from(trust);
  const smile = smileOf(model, expression);
  const marks = texelsFromVertices(map, model.parts[0].triangles, foldMarks(model, smile), 1);
  const ratio = (n: number): number => {
    const at = 3 * map.texels[n];
    const own = colors[3 * n] + colors[3 * n + 1] + colors[3 * n + 2];
    return Math.log((own + 0.02) / (fitted[at] + fitted[at + 1] + fitted[at + 2] + 0.02));
  };
  const around: number[] = [];
  for (let n = 0; n < map.count; n++) if (marks[n] > 0 && trust[n] > 0.5) around.push(ratio(n));
  if (around.length < 10) return out;
  around.sort((a, b) => a - b);
  // The brighter half of the neighborhood is lit skin.
  const tone = around[Math.floor(0.6 * around.length)];
  const inner = openLips(model, expression);
  const lips = inner && texelsFromVertices(map, model.parts[0].triangles, inner, 1);
  for (let n = 0; n < map.count; n++) {
    if (marks[n] > 0) out[n] *= 1 - marks[n] * smoothstep(SHADOW[0], SHADOW[1], tone - ratio(n));
    if (lips) out[n] *= 1 - lips[n];
  }
  return out;
}

/**
 * What of the lips may wear teeth or the dark of an open mouth, `[S]`: a fit is a millimetre or two wrong about where they end.
 */
function openLips(model: ShapeModel, expression: ArrayLike<number>): Float32Array | undefined {
  const found = mouthRings(model);
  if (!found) return undefined;
  const face = evaluateShape(model, [], expression);
  const edge = found.rings[LIP_EDGE];
  const middle = (upper: boolean): number => {
    const heights = edge.flatMap((v, c) =>
      found.isUpper[c] === upper && Math.abs(face[3 * v]) < 5 ? [face[3 * v + 1]] : [],
    );
    return heights.reduce((sum, y) => sum + y / heights.length, 0);
  };
  const open = smoothstep(OPEN[0], OPEN[1], middle(true) - middle(false));
  if (open === 0) return undefined;
  const isEdge = new Set(edge);
  const distances = distanceFrom(skinSurface(model).graph, (v) => isEdge.has(v), LIP);
  return distances.map((away) => open * smoothstep(LIP, 0.5 * LIP, away));
}

/** 0 at rest, 1 in a smile. */
function smileOf(model: ShapeModel, expression: ArrayLike<number>): number {
  const weights = namedWeights(model, expression);
  const of = (name: string): number => weights[model.shapeNames.indexOf(name)] ?? 0;
  return smoothstep(SMILE[0], SMILE[1], (of('mouthSmileLeft') + of('mouthSmileRight')) / 2);
}

/** How far each vertex of the skin may lie in a shadow, `[S]`; corners of mouths that do not smile count by half. */
function foldMarks(model: ShapeModel, smile: number): Float32Array {
  const { mean, parts, landmarks } = model;
  const places = surfacePoints(mean, parts[0].triangles, landmarks);
  const at = (landmark: number): number[] => Array.from(places.subarray(3 * landmark, 3 * landmark + 3));
  const face = model.regions['face'];
  const sides = [
    { wing: at(31), corner: at(48), outward: -1 },
    { wing: at(35), corner: at(54), outward: 1 },
  ];
  const lines = sides.map(({ wing, corner, outward }) => [
    [wing[0] + 7 * outward, wing[1] + 5, wing[2] - 6],
    [corner[0] + 7 * outward, corner[1] + 10, corner[2] - 1],
    [corner[0] + 9 * outward, corner[1] - 6, corner[2] - 5],
  ]);
  const marks = Float32Array.from({ length: parts[0].vertexCount }, (_, v) => {
    if (face && face[v] === 0) return 0;
    const p = Array.from(mean.subarray(3 * v, 3 * v + 3));
    let mark = 0;
    sides.forEach(({ corner }, s) => {
      const toCorner = distance(p, corner);
      mark = Math.max(mark, (0.5 + 0.5 * smile) * smoothstep(CORNER, 0.5 * CORNER, toCorner));
      for (let k = 0; k < 2; k++) {
        const toFold = toSegment(p, lines[s][k], lines[s][k + 1]);
        mark = Math.max(mark, smile * smoothstep(FOLD, 0.5 * FOLD, toFold));
      }
    });
    return mark;
  });
  return marks;
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function toSegment(p: readonly number[], a: readonly number[], b: readonly number[]): number {
  const [ab, ap] = [b.map((value, k) => value - a[k]), p.map((value, k) => value - a[k])];
  const length = ab.reduce((sum, value) => sum + value * value, 0);
  const t = Math.min(1, Math.max(0, ab.reduce((sum, value, k) => sum + value * ap[k], 0) / length));
  return distance(
    p,
    a.map((value, k) => value + t * ab[k]),
  );
}
