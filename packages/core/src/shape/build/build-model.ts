import { closestPoint, triangleTree } from '../../mesh/closest-point.ts';
import { boundaryLoops, edgeDistance, vertexNeighbors } from '../../mesh/topology.ts';
import { expressionBasis } from '../expression-basis.ts';
import type { Basis, ShapeModel, SurfacePoints } from '../model.ts';
import { topologyDigest } from '../topology-digest.ts';
import { type Atlas, buildAtlas } from './atlas.ts';
import { buildCarrier, type Carrier } from './carry-over.ts';
import { buildCorrespondence } from './correspondence.ts';
import { mirrorShapes, namedExpressions } from './expressions.ts';
import { affineFollower } from './eyeball.ts';
import { type IctSource, readIctSource } from './ict-source.ts';
import { type Factor, factorPca } from './identity-basis.ts';
import { buildInnerParts, type InnerPart } from './inner-parts.ts';
import { addTarget, parseMakehumanObj } from './makehuman.ts';
import { layOutParts, type PartLayout } from './part-layout.ts';
import { labelRegions, type RegionWeights, vertexAreas } from './regions.ts';
import { registerTemplate } from './register.ts';
import { sealSlit } from './seal.ts';
import { buildTargets } from './targets.ts';
import { buildTemplate, refine, type Template } from './template.ts';
import { type MakehumanTargets, sampleVariation } from './variation.ts';

/** What the model is learnt from. */
export interface ShapeSources {
  /** ICT-FaceKit Light in one safetensors file. */
  readonly ict: Uint8Array;
  /** MakeHuman's `3dobjs/base.obj`. */
  readonly makehumanBase: string;
  readonly makehumanTargets: MakehumanTargets;
}

/** Settings of the training; the defaults are those of the stored model. */
export interface ShapeBuildOptions {
  readonly identityCount?: number;
  readonly expressionCount?: number;
  /** Standard deviation of MakeHuman's variation beside ICT's, as a factor; 0 leaves it out. */
  readonly makehumanShare?: number;
  readonly samples?: number;
  readonly progress?: (stage: string, part: number) => void;
}

/** The model and the mirror image of each of its vertices, which halves its file. */
export interface TrainedShape {
  readonly model: ShapeModel;
  readonly mirror: Uint32Array;
  readonly parities: Int8Array;
}

/**
 * Trains the shape model: cuts the template out of MakeHuman's body, registers it to ICT's mean head, carries ICT's identity
 * modes and named expressions over, adds MakeHuman's variation of age and ancestry, and takes principal components.
 */
export function buildShapeModel(sources: ShapeSources, options: ShapeBuildOptions = {}): TrainedShape {
  const { identityCount = 158, expressionCount = 29 } = options;
  const progress = options.progress ?? (() => {});
  const ict = readIctSource(sources.ict);
  const base = parseMakehumanObj(sources.makehumanBase);
  const template = buildTemplate(base);
  const start = base.vertices.slice();
  for (const sex of ['female', 'male']) {
    addTarget(start, sources.makehumanTargets[`macrodetails/caucasian-${sex}-young.target`] ?? '', 0.5);
  }
  const rest = refine(template, start);
  const correspondence = buildCorrespondence(template, ict, rest);
  const targets = buildTargets(template, ict, correspondence);
  const registered = registerTemplate(template, rest, targets, correspondence, (p) =>
    progress('registration', p),
  );
  const positions = closeLips(template, Float64Array.from(withParity(registered, template.mirror, 1)));
  const carrier = levelNeck(template, positions, buildCarrier(template, positions, targets));
  const regions = labelRegions(template, positions, targets);
  const inner = buildInnerParts(ict);
  const layout = layOutParts(template, inner);
  const partPositions = inner.map((part) => part.positions);
  const mean = withParity(layout.assemble(positions, partPositions), layout.mirror, 1);
  const carry = (field: Float64Array): Float32Array => carryInner(carrier.carry(field), field, inner, layout);

  const factors: Factor[] = [];
  for (let k = 0; k < ict.identityCount; k++) {
    factors.push(factorOf(carry(ictMode(ict, k)), layout.mirror));
    progress('identity', (k + 1) / ict.identityCount);
  }
  factors.push(
    ...variationFactors(template, base.vertices, sources, positions, regions, inner, layout, options),
  );
  const weights = pcaWeights(layout, mean, regions);
  const identity = factorPca(factors, weights, identityCount);
  progress('components', 1);

  const { names, fields } = namedExpressions(ict);
  const shapes: Basis = { count: names.length, data: new Float32Array(names.length * mean.length) };
  fields.forEach((field, k) => {
    const skin = carrier.carry(field);
    if (names[k].startsWith('eyeBlink')) closeLids(template, positions, skin, names[k]);
    shapes.data.set(carryInner(skin, field, inner, layout), k * mean.length);
    progress('expressions', (k + 1) / names.length);
  });
  mirrorShapes(names, shapes, layout.mirror);
  const { mixture, basis: expression } = expressionBasis(names, shapes, weights, expressionCount);

  const parts = layout.parts(skinAtlas(layout, mean, regions, (p) => progress('atlas', p)));
  const model: ShapeModel = {
    name: 'ganfit head',
    topologyDigest: topologyDigest(parts[0]),
    vertexCount: mean.length / 3,
    mean,
    identity: identity.basis,
    expression,
    shapeNames: names,
    shapes,
    expressionMixture: mixture,
    parts,
    landmarks: landmarkPoints(
      ict,
      opened(mean, names, shapes),
      fields[names.indexOf('jawOpen')],
      layout,
      regions,
    ),
    regions: layout.masks(regions),
  };
  return { model, mirror: layout.mirror, parities: identity.parities };
}

function ictMode(ict: IctSource, k: number): Float64Array {
  const { length } = ict.neutral;
  return Float64Array.from(ict.identity.subarray(k * length, (k + 1) * length), (steps) => 0.01 * steps);
}

// Refined edges from the neck's rim over which fields turn into affine ones.
const RIM_EDGES = 14;

/** Near the rim of the neck fields become affine, so that the cut stays level instead of following shoulders it ends at. */
function levelNeck(template: Template, positions: Float64Array, carrier: Carrier): Carrier {
  const neighbors = vertexNeighbors(template.quads, template.vertexCount);
  const distance = edgeDistance(neighbors, boundaryLoops(template.quads).flat());
  const near = [...distance.keys()].filter((v) => distance[v] < RIM_EDGES);
  const take = (field: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: near.length * 3 }, (_, i) => field[3 * near[(i / 3) | 0] + (i % 3)]);
  const follow = affineFollower(take(positions), take(positions));
  return {
    attached: carrier.attached,
    carry(field) {
      const carried = carrier.carry(field);
      const affine = follow(take(carried));
      near.forEach((v, i) => {
        const t = distance[v] / RIM_EDGES;
        const keep = t * t * (3 - 2 * t);
        for (let axis = 0; axis < 3; axis++) {
          carried[3 * v + axis] = keep * carried[3 * v + axis] + (1 - keep) * affine[3 * i + axis];
        }
      });
      return carried;
    },
  };
}

/** A carried field and what it does to the inner parts, as one field of the model. */
function carryInner(
  skin: Float64Array,
  field: Float64Array,
  inner: readonly InnerPart[],
  layout: PartLayout,
): Float32Array {
  return layout.assemble(
    skin,
    inner.map((part) => part.follow(field)),
  );
}

/** The target's lips stand half a millimetre apart, and the teeth would show. */
function closeLips(template: Template, positions: Float64Array): Float64Array {
  const rule = { rim: template.rims.mouth, upperShare: 0.5, overlap: 0.2, near: 8, far: 22 };
  const field = sealSlit(template, positions, positions, rule);
  return positions.map((x, i) => x + field[i]);
}

/** A blink ends with closed lids, with a little overlap for the people that are not the mean. In place. */
function closeLids(template: Template, positions: Float64Array, blink: Float64Array, name: string): void {
  const rim = name.endsWith('Left') ? template.rims.lidLeft : template.rims.lidRight;
  const moved = positions.map((x, i) => x + blink[i]);
  const rule = { rim, upperShare: 0.8, overlap: 0.35, near: 8, far: 26 };
  const field = sealSlit(template, positions, moved, rule);
  for (let i = 0; i < blink.length; i++) blink[i] += field[i];
}

/** The part of a field that its mirror image repeats (1) or negates (-1). */
function withParity(field: ArrayLike<number>, mirror: Uint32Array, parity: 1 | -1): Float32Array {
  const result = new Float32Array(field.length);
  for (let i = 0; i < result.length; i++) {
    const axis = i % 3;
    const sign = axis === 0 ? -parity : parity;
    result[i] = (field[i] + sign * field[3 * mirror[(i - axis) / 3] + axis]) / 2;
  }
  return result;
}

/** ICT's modes are symmetric or antisymmetric up to noise; which one, the larger part tells. */
function factorOf(field: Float32Array, mirror: Uint32Array): Factor {
  const even = withParity(field, mirror, 1);
  const odd = withParity(field, mirror, -1);
  const energy = (x: Float32Array): number => x.reduce((sum, value) => sum + value * value, 0);
  return energy(even) > energy(odd) ? { field: even, parity: 1 } : { field: odd, parity: -1 };
}

function variationFactors(
  template: Template,
  base: Float64Array,
  sources: ShapeSources,
  positions: Float64Array,
  regions: RegionWeights,
  inner: readonly InnerPart[],
  layout: PartLayout,
  { makehumanShare = 0.25, samples = 300 }: ShapeBuildOptions,
): Factor[] {
  if (makehumanShare === 0) return [];
  const heads = sampleVariation(
    template,
    base,
    sources.makehumanTargets,
    positions,
    regions['face'],
    samples,
  );
  const factor = makehumanShare / Math.sqrt(heads.length);
  return heads.flatMap((head) => {
    const skin = Float64Array.from(head, (x) => factor * x);
    const field = layout.assemble(
      skin,
      inner.map((part) => anchorShift(part, skin, template)),
    );
    return ([1, -1] as const).map((parity) => ({ field: withParity(field, layout.mirror, parity), parity }));
  });
}

/** Moves a part by the mean displacement of the surface around it: eyes by their sockets, what is in the mouth by the seam. */
function anchorShift(part: InnerPart, skin: Float64Array, template: Template): Float64Array {
  const shift = [0, 0, 0];
  let count = 0;
  const surface =
    part.anchor === 1
      ? template.rims.mouth
      : [...template.vertexLabels.keys()].filter((v) => template.vertexLabels[v] === part.anchor);
  for (const v of surface) {
    count++;
    for (let axis = 0; axis < 3; axis++) shift[axis] += skin[3 * v + axis];
  }
  return part.positions.map((_, i) => shift[i % 3] / count);
}

// What PCA looks at: the face counts most, the skull a little, what is inside not at all.
const FACE_WEIGHT = 1;
const SKULL_WEIGHT = 0.08;

function pcaWeights(layout: PartLayout, mean: Float32Array, regions: RegionWeights): Float64Array {
  const areas = vertexAreas(mean, layout.skinTriangles, layout.vertexCount);
  return areas.map((area, v) => {
    if (v >= layout.skinCount) return 0;
    const from = layout.source[v];
    const face = Math.max(regions['face'][from], regions['narrowFace'][from]);
    return area * (SKULL_WEIGHT + (FACE_WEIGHT - SKULL_WEIGHT) * face);
  });
}

// Wanted pixels per millimetre, relative to the middle of the face.
const ATLAS_SCALE = { narrowFace: 1, face: 0.72, ears: 0.5, rest: 0.28, hidden: 0.25 };

function skinAtlas(
  layout: PartLayout,
  mean: Float32Array,
  regions: RegionWeights,
  progress: (part: number) => void,
): Atlas {
  const at = (name: string, v: number): number => regions[name][layout.source[v]];
  let scale = Float64Array.from({ length: layout.skinCount }, (_, v) => {
    const inside = at('narrowFace', v) === 0 && at('hidden', v) > 0;
    if (inside) return ATLAS_SCALE.hidden;
    if (at('narrowFace', v) > 0 || at('eyelids', v) > 0.5 || at('lips', v) > 0) return ATLAS_SCALE.narrowFace;
    if (at('ears', v) > 0) return ATLAS_SCALE.ears;
    return ATLAS_SCALE.rest + (ATLAS_SCALE.face - ATLAS_SCALE.rest) * at('face', v);
  });
  const neighbors = vertexNeighbors({ corners: 3, indices: layout.skinTriangles }, layout.skinCount);
  for (let round = 0; round < 12; round++) {
    scale = scale.map(
      (own, v) => neighbors[v].reduce((sum, w) => sum + scale[w], own) / (neighbors[v].length + 1),
    );
  }
  const importance = Float64Array.from({ length: layout.skinCount }, (_, v) => {
    if (at('hidden', v) > 0) return 0.3;
    return 1 + 3 * at('eyelids', v) + at('narrowFace', v);
  });
  let rounds = 0;
  return buildAtlas(
    {
      positions: Float64Array.from(mean.subarray(0, 3 * layout.skinCount)),
      triangles: layout.skinTriangles,
      mirror: layout.mirror.subarray(0, layout.skinCount),
      scale,
      importance,
      seamDepth: -35,
    },
    () => progress(Math.min(1, ++rounds / 40)),
  );
}

// Weight of jawOpen at which landmarks are looked up: the lips are some 18 mm apart, so that none can land on the wrong one.
const OPENING = 0.5;

function opened(mean: Float32Array, names: readonly string[], shapes: Basis): Float32Array {
  const start = names.indexOf('jawOpen') * mean.length;
  return mean.map((x, i) => x + OPENING * shapes.data[start + i]);
}

/** ICT's landmark vertices on the skin, found with the mouth open: closed lips touch, and the nearest one may be the other. */
function landmarkPoints(
  ict: IctSource,
  open: Float32Array,
  jawOpen: Float64Array,
  layout: PartLayout,
  regions: RegionWeights,
): SurfacePoints {
  const tree = triangleTree(open, layout.skinTriangles);
  const outside = (t: number): boolean =>
    [0, 1, 2].every((c) => regions['hidden'][layout.source[layout.skinTriangles[3 * t + c]]] === 0);
  const points = ict.landmarks.map((v) => {
    const [x, y, z] = [0, 1, 2].map((axis) => ict.neutral[3 * v + axis] + OPENING * jawOpen[3 * v + axis]);
    return closestPoint(tree, x, y, z, outside)!;
  });
  return {
    triangles: Uint32Array.from(points, (point) => point.triangle),
    barycentrics: Float32Array.from(points.flatMap((point) => [...point.barycentrics])),
  };
}
