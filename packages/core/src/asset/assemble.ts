import { GanfitError } from '../error.ts';
import type { FitParameters } from '../fit/parameters.ts';
import type { Image } from '../image/image.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from '../texture/face-area.ts';
import { corneaNormals } from './cornea-normals.ts';
import { eyeLift, gazeAxis, poseEyes, restingEyes } from './eye-pose.ts';
import type { Head, HeadMorph, HeadPart } from './head.ts';
import { headShapes, type PartShapes } from './head-shapes.ts';
import { withInnerLips } from './inner-lips.ts';
import { bindPart, chinPoint, placeJoints } from './joints.ts';
import { growLashes } from './lashes.ts';
import { lengthenCrowns } from './lengthen-crowns.ts';
import { lidLoops } from './lid-loops.ts';
import { shadeUnderLids } from './lid-shadow.ts';
import { partMaterial } from './materials.ts';
import { sealLips } from './seal-lips.ts';
import { seatTeeth } from './seat-teeth.ts';
import { skinDetail } from './skin-detail.ts';

/** Options of {@link assembleHead}. */
export interface AssembleOptions {
  /** Base mesh: the neutral identity, or posed as in a photo. Morph targets act on top of either. */
  readonly expression?: 'neutral' | 'photo';
  /** Which photo's expression. */
  readonly photo?: number;
  /** Displacements below this length are dropped, those little above it faded, millimetres. */
  readonly smallestMove?: number;
  /** Whether morph targets are made at all: a preview needs none. */
  readonly morphs?: boolean;
  /** Whether the skin gets maps of relief and roughness, estimated from its texture. */
  readonly detail?: boolean;
}

const DEFAULTS: Required<AssembleOptions> = {
  expression: 'neutral',
  photo: 0,
  smallestMove: 0.1,
  morphs: true,
  detail: false,
};

/** Normals that turn less than this (two degrees) look the same. */
const SMALLEST_TURN = 0.035;

/**
 * Makes the head that a fit describes: parts with normals, UV, materials, morph targets and bones.
 *
 * @param parameters Result of a fit; the shape coefficients and, for `photo`, one photo's expression are read.
 * @param model The shape model that the parameters belong to.
 * @param textures Base colours by part name, sRGB, laid out by the part's UV; other parts get plain colours.
 * @throws GanfitError `input` when the parameters are not of this model or the photo does not exist.
 */
export function assembleHead(
  parameters: FitParameters,
  model: ShapeModel,
  textures: Readonly<Record<string, Image>> = {},
  options: AssembleOptions = {},
): Head {
  const { expression, photo, smallestMove, morphs, detail } = { ...DEFAULTS, ...options };
  const posed = parameters.photos[photo];
  if (expression === 'photo' && !posed) {
    throw new GanfitError(
      'input',
      `assembleHead: photo must be below ${parameters.photos.length}, got ${photo}. Choose one of the fitted photos.`,
    );
  }
  const shape = (of?: ArrayLike<number>): Float32Array => {
    const face = withInnerLips(model, evaluateShape(model, parameters.identity, of));
    sealLips(model, face);
    return face;
  };
  const neutral = shape();
  const inPhoto = posed ? shape(posed.expression) : neutral;
  const vertices = expression === 'photo' ? inPhoto : neutral;
  const lift = eyeLift(model, neutral);
  const resting = restingEyes(
    model,
    neutral,
    parameters.photos.map(({ eyes }) => eyes),
  );
  poseEyes(model, neutral, lift, resting);
  if (inPhoto !== neutral) poseEyes(model, inPhoto, lift, posed.eyes);
  const gaze = (vertices !== neutral && posed.eyes?.gaze) || resting.gaze;
  const poses = [...new Set([neutral, vertices, inPhoto])];
  seatTeeth(model, [...new Set([neutral, inPhoto])], neutral, poses);
  lengthenCrowns(model, inPhoto, [...new Set([neutral, vertices])]);
  const lids = lidLoops(model);
  const [skin] = model.parts;
  const lashes = lids.length > 0 ? growLashes(lids, skin.triangles, model.mean) : undefined;
  const joints = placeJoints(model, vertices);
  const chin = chinPoint(model, vertices);
  const bare = model.parts.map((part): BarePart => {
    const { name, vertexStart, vertexCount, uv, uvTriangles } = part;
    const triangles = part.triangles.map((vertex) => vertex - vertexStart);
    const own = vertices.slice(3 * vertexStart, 3 * (vertexStart + vertexCount));
    return { name, mesh: { vertices: own, triangles, uv, uvTriangles } };
  });
  if (lashes) {
    // No texture, hence one UV for all.
    const { triangles, place } = lashes;
    const uvTriangles = new Uint32Array(triangles.length);
    const uv = Float32Array.of(0.5, 0.5);
    bare.push({
      name: 'lashes',
      mesh: { vertices: place(bare[0].mesh.vertices), triangles, uv, uvTriangles },
    });
  }
  const shaded = (name: string): Image | undefined => {
    const texture = textures[name];
    const part = model.parts.find((one) => one.name === name);
    const lid = lids.find(({ side }) => name === `eye${side}`);
    return texture && part && lid ? shadeUnderLids(texture, part, vertices, lid) : texture;
  };
  const shapes = morphs ? headShapes(model, neutral, lids, lashes) : undefined;
  return {
    parts: bare.map((part) => {
      const own = shapes?.get(part.name);
      const texture = shaded(part.name);
      const maps = detail && texture && part === bare[0] ? skinDetail(texture, model) : undefined;
      return {
        ...part,
        ...shapePart(part, own, smallestMove, gazeAxis(gaze)),
        material: partMaterial(part.name, texture, maps),
        binding: bindPart(part.name, part.mesh.vertices, chin, joints),
      };
    }),
    joints,
    expression,
    ...(parameters.tone && { tone: parameters.tone }),
    model: { name: model.name, topologyDigest: model.topologyDigest },
  };
}

type BarePart = Pick<HeadPart, 'name' | 'mesh'>;

function shapePart(
  { name, mesh }: BarePart,
  shapes: PartShapes | undefined,
  smallestMove: number,
  axis: readonly [number, number, number],
): Pick<HeadPart, 'normals' | 'morphs'> {
  const plain = vertexNormals(mesh.vertices, mesh.triangles);
  const isEye = /^eye(Left|Right)$/.test(name);
  return {
    normals: isEye ? corneaNormals(mesh.vertices, plain, axis) : plain,
    morphs: shapes ? partMorphs(mesh, plain, shapes, smallestMove) : [],
  };
}

function partMorphs(
  mesh: HeadPart['mesh'],
  normals: Float32Array,
  shapes: PartShapes,
  smallestMove: number,
): HeadMorph[] {
  const morphs: HeadMorph[] = [];
  for (const [name, rows] of shapes) {
    const positions = dropSmall(rows, smallestMove);
    if (positions.every((value) => value === 0)) continue;
    const moved = mesh.vertices.slice();
    for (let i = 0; i < moved.length; i++) moved[i] += positions[i];
    const turns = vertexNormals(moved, mesh.triangles);
    for (let i = 0; i < turns.length; i++) turns[i] -= normals[i];
    morphs.push({ name, positions, normals: dropSmall(turns, SMALLEST_TURN) });
  }
  return morphs;
}

/** Rows shorter than the limit become exactly zero, so that sparse storage can leave them out; no step shows where they begin. */
function dropSmall(rows: Float32Array, limit: number): Float32Array {
  const kept = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i += 3) {
    const x = rows[i];
    const y = rows[i + 1];
    const z = rows[i + 2];
    const squared = x * x + y * y + z * z;
    if (squared <= limit * limit) continue;
    const share = smoothstep(limit, 1.5 * limit, Math.sqrt(squared));
    for (let axis = 0; axis < 3; axis++) kept[i + axis] = share * rows[i + axis];
  }
  return kept;
}
