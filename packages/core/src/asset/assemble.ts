import { GanfitError } from '../error.ts';
import type { FitParameters } from '../fit/parameters.ts';
import type { Image } from '../image/image.ts';
import { vertexNormals } from '../mesh/normals.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import type { ShapeModel, ShapePart } from '../shape/model.ts';
import { eyeGazeMorphs } from './eye-gaze.ts';
import type { Head, HeadMorph, HeadPart } from './head.ts';
import { partMaterial } from './materials.ts';

/** Options of {@link assembleHead}. */
export interface AssembleOptions {
  /** Base mesh: the neutral identity, or posed as in a photo. Morph targets act on top of either. */
  readonly expression?: 'neutral' | 'photo';
  /** Which photo's expression. */
  readonly photo?: number;
  /** Displacements below this length are dropped, millimetres. */
  readonly smallestMove?: number;
  /** Whether morph targets are made at all: a preview needs none. */
  readonly morphs?: boolean;
}

const DEFAULTS: Required<AssembleOptions> = {
  expression: 'neutral',
  photo: 0,
  smallestMove: 0.01,
  morphs: true,
};

/** Normals that turn less than this (about a third of a degree) look the same. */
const SMALLEST_TURN = 0.006;

/**
 * Makes the head that a fit describes: parts with normals, UV, materials and morph targets.
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
  const { expression, photo, smallestMove, morphs } = { ...DEFAULTS, ...options };
  const posed = parameters.photos[photo];
  if (expression === 'photo' && !posed) {
    throw new GanfitError(
      'input',
      `assembleHead: photo must be below ${parameters.photos.length}, got ${photo}. Choose one of the fitted photos.`,
    );
  }
  const vertices = evaluateShape(
    model,
    parameters.identity,
    expression === 'photo' ? posed.expression : undefined,
  );
  return {
    parts: model.parts.map((part) => {
      const plain = assemblePart(part, vertices, textures[part.name]);
      if (!morphs) return plain;
      const own = partMorphs(part, plain, model, smallestMove);
      const isStill = (part.name === 'eyeLeft' || part.name === 'eyeRight') && own.length === 0;
      return { ...plain, morphs: isStill ? eyeGazeMorphs(plain, model.shapeNames) : own };
    }),
    expression,
    model: { name: model.name, topologyDigest: model.topologyDigest },
  };
}

function assemblePart(part: ShapePart, vertices: Float32Array, texture: Image | undefined): HeadPart {
  const triangles = part.triangles.map((vertex) => vertex - part.vertexStart);
  const own = vertices.slice(3 * part.vertexStart, 3 * (part.vertexStart + part.vertexCount));
  return {
    name: part.name,
    mesh: { vertices: own, triangles, uv: part.uv, uvTriangles: part.uvTriangles },
    normals: vertexNormals(own, triangles),
    material: partMaterial(part.name, texture),
    morphs: [],
  };
}

function partMorphs(part: ShapePart, head: HeadPart, model: ShapeModel, smallestMove: number): HeadMorph[] {
  const { mesh, normals } = head;
  const [start, end] = [3 * part.vertexStart, 3 * (part.vertexStart + part.vertexCount)];
  const morphs: HeadMorph[] = [];
  model.shapeNames.forEach((name, k) => {
    const row = k * 3 * model.vertexCount;
    const positions = dropSmall(model.shapes.data.slice(row + start, row + end), smallestMove);
    if (positions.every((value) => value === 0)) return;
    const moved = vertexNormals(
      mesh.vertices.map((value, i) => value + positions[i]),
      mesh.triangles,
    );
    const turns = dropSmall(
      moved.map((value, i) => value - normals[i]),
      SMALLEST_TURN,
    );
    morphs.push({ name, positions, normals: turns });
  });
  return morphs;
}

/** Rows shorter than the limit become exactly zero, so that sparse storage can leave them out. */
function dropSmall(rows: Float32Array, limit: number): Float32Array {
  for (let i = 0; i < rows.length; i += 3) {
    if (Math.hypot(rows[i], rows[i + 1], rows[i + 2]) < limit) rows.fill(0, i, i + 3);
  }
  return rows;
}
