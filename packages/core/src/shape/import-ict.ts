import { GanfitError } from '../error.ts';
import { readSafetensors, tensorOf } from '../linalg/safetensors.ts';
import { expressionBasis } from './expression-basis.ts';
import { nearestCorners } from './landmarks.ts';
import type { Basis, ShapeModel, ShapePart } from './model.ts';
import { topologyDigest } from './topology-digest.ts';

// Ranges as in ICT-FaceKit's README.
const FILE_VERTICES = 26719;
const SKIN_VERTICES = 11248;
const FACE_VERTICES = 9409;
const NARROW_FACE_VERTICES = 6706;

interface PartRule {
  readonly name: string;
  /** Range of polygons in the file. */
  readonly polygons: readonly [number, number];
  /** Where a texture tile (the integer part of u) lands in the part's atlas: `[scale, u, v]`. */
  readonly tile: (material: string) => readonly [number, number, number];
}

const WHOLE = (): readonly [number, number, number] => [1, 0, 0];
const EYE = (material: string): readonly [number, number, number] =>
  material.startsWith('M_Iris') ? [0.5, 0.5, 0] : [0.5, 0, 0];

const PARTS: readonly PartRule[] = [
  // The face takes three quarters of the atlas' width, the back of the head the rest.
  {
    name: 'skin',
    polygons: [0, 11144],
    tile: (material) => (material === 'M_Face' ? [0.75, 0, 0] : [0.25, 0.75, 0]),
  },
  { name: 'mouth', polygons: [11144, 13226], tile: WHOLE },
  { name: 'socketLeft', polygons: [13226, 13630], tile: WHOLE },
  { name: 'socketRight', polygons: [13630, 14034], tile: WHOLE },
  { name: 'gums', polygons: [14034, 17006], tile: WHOLE },
  { name: 'teeth', polygons: [17006, 21496], tile: WHOLE },
  { name: 'eyeLeft', polygons: [21496, 23094], tile: EYE },
  { name: 'eyeRight', polygons: [23094, 24692], tile: EYE },
];

/**
 * Imports ICT-FaceKit Light (MIT, USC Institute for Creative Technologies) from its one-file form: `neutral [26719, 3]` in cm,
 * `identity [100, …]` and `expression [57, …]` in 0.001 cm, polygons, texture coordinates and names.
 *
 * Skin, inner mouth, eye sockets, gums with tongue, teeth and eyeballs are kept; lashes, tear fluid and shadows are not. The 53
 * expressions become the 51 ARKit names (`browInnerUp` and `cheekPuff` are the sums of both sides).
 *
 * @returns ns = 100, ne = 29, about 23,000 vertices, millimetres, origin inside the head.
 * @throws GanfitError `format` when the file is not this model.
 */
export function importIct(bytes: Uint8Array): ShapeModel {
  const file = readSafetensors(bytes);
  const neutral = tensorOf(file, 'neutral', 'F32').data;
  if (neutral.length !== 3 * FILE_VERTICES) {
    throw new GanfitError(
      'format',
      `importIct: ICT-FaceKit Light has ${FILE_VERTICES} vertices, got ${neutral.length / 3}. Use the one-file form of that model.`,
    );
  }
  const polygons = tensorOf(file, 'polygons', 'I32').data;
  const polygonUv = tensorOf(file, 'polygon_uv', 'I32').data;
  const polygonMaterial = tensorOf(file, 'polygon_material', 'I32').data;
  const uv = tensorOf(file, 'uv', 'F32').data;
  const identity = tensorOf(file, 'identity', 'I16');
  const expression = tensorOf(file, 'expression', 'I16');
  const materials = (file.metadata['materials'] ?? '').split(',');

  // A part owns its vertices: border vertices that two parts share in the file are doubled.
  const sources: number[] = [];
  const parts: ShapePart[] = [];
  for (const rule of PARTS) {
    const vertexStart = sources.length;
    const local = new Map<number, number>();
    if (rule.name === 'skin') for (let v = 0; v < SKIN_VERTICES; v++) local.set(v, v);
    else {
      for (let p = rule.polygons[0]; p < rule.polygons[1]; p++) {
        for (let c = 0; c < 4; c++) {
          const vertex = polygons[4 * p + c];
          if (vertex >= 0 && !local.has(vertex)) local.set(vertex, vertexStart + local.size);
        }
      }
    }
    sources.push(...local.keys());
    const partUv: number[] = [];
    const localUv = new Map<string, number>();
    const triangles: number[] = [];
    const uvTriangles: number[] = [];
    for (let p = rule.polygons[0]; p < rule.polygons[1]; p++) {
      const [scale, left, top] = rule.tile(materials[polygonMaterial[p]]);
      const corners = [0, 1, 2, 3].filter((c) => polygons[4 * p + c] >= 0);
      const uvOf = (c: number): number => {
        const index = polygonUv[4 * p + c];
        const key = `${index} ${left}`;
        let found = localUv.get(key);
        if (found === undefined) {
          found = localUv.size;
          localUv.set(key, found);
          const u = uv[2 * index] - Math.floor(uv[2 * index]);
          partUv.push(left + scale * u, top + scale * (1 - uv[2 * index + 1]));
        }
        return found;
      };
      for (let c = 2; c < corners.length; c++) {
        for (const corner of [corners[0], corners[c - 1], corners[c]]) {
          triangles.push(local.get(polygons[4 * p + corner])!);
          uvTriangles.push(uvOf(corner));
        }
      }
    }
    parts.push({
      name: rule.name,
      vertexStart,
      vertexCount: local.size,
      triangles: Uint32Array.from(triangles),
      uv: Float32Array.from(partUv),
      uvTriangles: Uint32Array.from(uvTriangles),
    });
  }

  const length = sources.length * 3;
  const take = (data: ArrayLike<number>, offset: number, factor: number, row: Float32Array): void => {
    sources.forEach((source, v) => {
      for (let axis = 0; axis < 3; axis++) row[3 * v + axis] += factor * data[offset + 3 * source + axis];
    });
  };
  const mean = new Float32Array(length);
  take(neutral, 0, 10, mean);
  const modes = new Float32Array(identity.shape[0] * length);
  for (let k = 0; k < identity.shape[0]; k++) {
    take(identity.data, k * neutral.length, 0.01, modes.subarray(k * length, (k + 1) * length));
  }

  const fileNames = (file.metadata['expression_names'] ?? '').split(',');
  const shapeNames = arkitNames(fileNames);
  const shapes: Basis = { count: shapeNames.length, data: new Float32Array(shapeNames.length * length) };
  fileNames.forEach((fileName, e) => {
    const target = shapeNames.indexOf(arkitName(fileName));
    if (target < 0) return;
    take(
      expression.data,
      e * neutral.length,
      0.01,
      shapes.data.subarray(target * length, (target + 1) * length),
    );
  });

  const regions = {
    face: mask(FACE_VERTICES),
    narrowFace: mask(NARROW_FACE_VERTICES),
  };
  const weights = new Float32Array(sources.length);
  weights.fill(1, 0, NARROW_FACE_VERTICES);
  const { mixture, basis } = expressionBasis(shapeNames, shapes, weights);
  const landmarks = (file.metadata['landmarks68'] ?? '').split(',').map(Number);
  return {
    name: 'ICT-FaceKit Light',
    topologyDigest: topologyDigest(parts[0]),
    vertexCount: sources.length,
    mean,
    identity: { count: identity.shape[0], data: modes },
    expression: basis,
    shapeNames,
    shapes,
    expressionMixture: mixture,
    parts,
    landmarks: nearestCorners(parts[0].triangles, landmarks),
    regions,
  };
}

/** Not in ARKit: pupils, and the cheeks that ARKit folds into the squint. */
const NOT_ARKIT = /^(PupilDilate|cheekRaiser)/;

/** ARKit's spelling of one of the file's expression names. */
export function arkitName(name: string): string {
  const bare = name.replace(/_L$/, 'Left').replace(/_R$/, 'Right');
  return /^(browInnerUp|cheekPuff)/.test(bare) ? bare.replace(/(Left|Right)$/, '') : bare;
}

/** The ARKit names that the file's expressions make up, in its order. */
export function arkitNames(fileNames: readonly string[]): string[] {
  return [...new Set(fileNames.filter((name) => !NOT_ARKIT.test(name)).map(arkitName))];
}

function mask(vertices: number): Uint8Array {
  return new Uint8Array(SKIN_VERTICES).fill(255, 0, vertices);
}
