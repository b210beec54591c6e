import { unzlibSync, zlibSync } from 'fflate';
import { GanfitError } from '../error.ts';
import { crc32 } from '../linalg/crc32.ts';
import { readSafetensors, type Safetensor, tensorOf, writeSafetensors } from '../linalg/safetensors.ts';
import { mixShapes } from './expression-basis.ts';
import { importIct } from './import-ict.ts';
import type { Basis, ShapeModel, ShapePart } from './model.ts';
import { topologyDigest } from './topology-digest.ts';

/** Millimetres per step of all stored positions and displacements. */
const STEP = 0.01;
const FORMAT = 'ganfit-shape-1';

interface StoredPart {
  readonly name: string;
  readonly vertexCount: number;
  readonly uvCount: number;
  readonly triangleCount: number;
}

interface StoredHeader {
  readonly name: string;
  readonly topologyDigest: string;
  readonly vertexCount: number;
  readonly identityCount: number;
  readonly expressionCount: number;
  readonly shapeNames: readonly string[];
  readonly parts: readonly StoredPart[];
  readonly regions: readonly string[];
}

/**
 * Writes a model as a compact file: 0.01 mm steps in two byte planes, deflated; one half of the vertices, since every mode
 * repeats or negates itself under the mirror and every named shape is symmetric or the mirror image of its counterpart.
 *
 * @param mirror The mirrored vertex of each vertex, `[V]`.
 * @param parities 1 or -1 per identity mode.
 * @param metadata Free text that stays readable in the file, such as licences.
 */
export function writeShapeModel(
  model: ShapeModel,
  mirror: Uint32Array,
  parities: Int8Array,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const half = halfVertices(mirror);
  const length = 3 * model.vertexCount;
  const header: StoredHeader = {
    name: model.name,
    topologyDigest: model.topologyDigest,
    vertexCount: model.vertexCount,
    identityCount: model.identity.count,
    expressionCount: model.expression.count,
    shapeNames: model.shapeNames,
    parts: model.parts.map(({ name, vertexCount, uv, triangles }) => ({
      name,
      vertexCount,
      uvCount: uv.length / 2,
      triangleCount: triangles.length / 3,
    })),
    regions: Object.keys(model.regions).sort(),
  };
  const rows = (basis: Basis): Float32Array[] =>
    Array.from({ length: basis.count }, (_, k) => basis.data.subarray(k * length, (k + 1) * length));
  const shapes = rows(model.shapes).map((row, k) => {
    const other = oppositeIndex(model.shapeNames, k);
    // A pair is stored as its symmetric (left) and antisymmetric (right) half.
    return other === k ? row : parityPart(rows(model.shapes)[Math.min(k, other)], mirror, k < other ? 1 : -1);
  });
  const concatenated = (arrays: readonly ArrayLike<number>[]): number[] =>
    arrays.flatMap((a) => Array.from(a));
  const tensors: Record<string, Safetensor> = {
    mirror: packed(mirror),
    mean: packed(steps([model.mean], half)),
    identity: packed(steps(rows(model.identity), half)),
    shapes: packed(steps(shapes, half)),
    triangles: packed(
      concatenated(model.parts.map((part) => part.triangles.map((v) => v - part.vertexStart))),
    ),
    uvTriangles: packed(concatenated(model.parts.map((part) => part.uvTriangles))),
    uv: packed(concatenated(model.parts.map((part) => part.uv.map((x) => Math.round(x * 65535))))),
    regions: packed(concatenated(header.regions.map((name) => model.regions[name]))),
    parities: { type: 'I8', shape: [parities.length], data: parities },
    expressionMixture: {
      type: 'F32',
      shape: [model.expression.count, model.shapes.count],
      data: model.expressionMixture,
    },
    landmarkTriangles: {
      type: 'U32',
      shape: [model.landmarks.triangles.length],
      data: model.landmarks.triangles,
    },
    landmarkBarycentrics: {
      type: 'F32',
      shape: [model.landmarks.triangles.length, 3],
      data: model.landmarks.barycentrics,
    },
  };
  return writeSafetensors({
    tensors,
    metadata: {
      ...metadata,
      format: FORMAT,
      header: JSON.stringify(header),
      content: contentChecksum(tensors),
    },
  });
}

/**
 * Loads a model written by `writeShapeModel`.
 *
 * @throws GanfitError `format` when the file is damaged, of another kind, or its topology is not what its digest says.
 */
export function loadShapeModel(bytes: Uint8Array): ShapeModel {
  const file = readSafetensors(bytes);
  if (file.metadata['format'] !== FORMAT) {
    throw damaged(`the file must be of format ${FORMAT}, got ${file.metadata['format'] ?? 'none'}`);
  }
  if (contentChecksum(file.tensors) !== file.metadata['content']) {
    throw damaged('the content must match its checksum');
  }
  const header = JSON.parse(file.metadata['header']) as StoredHeader;
  const unpack = (name: string, count?: number): Int16Array =>
    unpacked(tensorOf(file, name, 'U8').data, count);
  const unsigned = (name: string): Uint32Array => Uint32Array.from(unpack(name), (x) => x & 0xffff);

  const mirror = unsigned('mirror');
  const half = halfVertices(mirror);
  const parities = tensorOf(file, 'parities', 'I8').data;
  const pairs = header.shapeNames.map((_, k) => oppositeIndex(header.shapeNames, k));
  const identity = unfold(unpack('identity', 3 * half.length * parities.length), half, mirror, [...parities]);
  const shapes = unfold(
    unpack('shapes', 3 * half.length * pairs.length),
    half,
    mirror,
    pairs.map((other, k) => (k <= other ? 1 : -1)),
  );
  joinPairs(shapes, pairs);
  const expressionMixture = tensorOf(file, 'expressionMixture', 'F32').data;

  const parts = readParts(header, unsigned('triangles'), unsigned('uvTriangles'), unsigned('uv'));
  const digest = topologyDigest(parts[0]);
  if (digest !== header.topologyDigest) {
    throw damaged(`the topology must have the digest ${header.topologyDigest}, got ${digest}`);
  }
  const regionValues = unpack('regions');
  const skinCount = header.parts[0].vertexCount;
  return {
    name: header.name,
    topologyDigest: digest,
    vertexCount: header.vertexCount,
    mean: unfold(unpack('mean'), half, mirror, [1]).data,
    identity,
    expression: mixShapes(expressionMixture, shapes, header.expressionCount),
    shapeNames: header.shapeNames,
    shapes,
    expressionMixture,
    parts,
    landmarks: {
      triangles: tensorOf(file, 'landmarkTriangles', 'U32').data,
      barycentrics: tensorOf(file, 'landmarkBarycentrics', 'F32').data,
    },
    regions: Object.fromEntries(
      header.regions.map((name, i) => [
        name,
        Uint8Array.from(regionValues.subarray(i * skinCount, (i + 1) * skinCount)),
      ]),
    ),
  };
}

/**
 * Reads any shape model that this program knows: its own, or ICT-FaceKit Light in one file.
 *
 * @throws GanfitError `format` when the file is neither, or damaged.
 */
export function readShapeModel(bytes: Uint8Array): ShapeModel {
  return 'format' in readSafetensors(bytes).metadata ? loadShapeModel(bytes) : importIct(bytes);
}

/** The vertices that are stored: one of every pair, and the midline. */
function halfVertices(mirror: Uint32Array): Uint32Array {
  return Uint32Array.from([...mirror.keys()].filter((v) => v <= mirror[v]));
}

/** Index of the other side's shape, or the shape itself. */
function oppositeIndex(names: readonly string[], k: number): number {
  const name = names[k];
  const other = name.endsWith('Left') ? name.replace(/Left$/, 'Right') : name.replace(/Right$/, 'Left');
  return names.indexOf(other);
}

function parityPart(field: Float32Array, mirror: Uint32Array, parity: 1 | -1): Float32Array {
  return field.map((value, i) => {
    const axis = i % 3;
    const sign = axis === 0 ? -parity : parity;
    return (value + sign * field[3 * mirror[(i - axis) / 3] + axis]) / 2;
  });
}

/** Rounded steps of half of the vertices, one axis after the other: neighbours in the file are neighbours in value. */
function steps(rows: readonly Float32Array[], half: Uint32Array): Int16Array {
  const result = new Int16Array(rows.length * 3 * half.length);
  rows.forEach((row, k) => {
    for (let axis = 0; axis < 3; axis++) {
      half.forEach((v, i) => {
        result[(3 * k + axis) * half.length + i] = Math.round(row[3 * v + axis] / STEP);
      });
    }
  });
  return result;
}

function unfold(
  values: Int16Array,
  half: Uint32Array,
  mirror: Uint32Array,
  parities: readonly number[],
): Basis & { data: Float32Array } {
  const length = 3 * mirror.length;
  if (values.length !== parities.length * 3 * half.length) {
    throw damaged(
      `a basis must hold ${parities.length} modes of ${half.length} vertices, got ${values.length} values`,
    );
  }
  const data = new Float32Array(parities.length * length);
  parities.forEach((parity, k) => {
    for (let axis = 0; axis < 3; axis++) {
      const from = (3 * k + axis) * half.length;
      const sign = axis === 0 ? -parity : parity;
      const to = k * length + axis;
      for (let i = 0; i < half.length; i++) {
        const value = values[from + i] * STEP;
        const v = half[i];
        const other = mirror[half[i]];
        data[to + 3 * other] = sign * value;
        // Last, so that the midline keeps what is stored; there both signs agree up to rounding.
        data[to + 3 * v] = value;
      }
    }
  });
  return { count: parities.length, data };
}

/** Left = even + odd, right = its mirror image = even - odd. */
function joinPairs(shapes: Basis, pairs: readonly number[]): void {
  const length = shapes.data.length / shapes.count;
  pairs.forEach((other, k) => {
    if (other <= k) return;
    const even = shapes.data.subarray(k * length, (k + 1) * length);
    const odd = shapes.data.subarray(other * length, (other + 1) * length);
    for (let i = 0; i < length; i++) {
      const a = even[i];
      const b = odd[i];
      even[i] = a + b;
      odd[i] = a - b;
    }
  });
}

function readParts(
  header: StoredHeader,
  triangles: Uint32Array,
  uvTriangles: Uint32Array,
  uv: Uint32Array,
): ShapePart[] {
  let [vertex, triangle, texture] = [0, 0, 0];
  return header.parts.map(({ name, vertexCount, uvCount, triangleCount }) => {
    const vertexStart = vertex;
    const part = {
      name,
      vertexStart,
      vertexCount,
      triangles: triangles.subarray(3 * triangle, 3 * (triangle + triangleCount)).map((v) => v + vertexStart),
      uv: Float32Array.from(uv.subarray(2 * texture, 2 * (texture + uvCount)), (x) => x / 65535),
      uvTriangles: uvTriangles.slice(3 * triangle, 3 * (triangle + triangleCount)),
    };
    vertex += vertexCount;
    triangle += triangleCount;
    texture += uvCount;
    return part;
  });
}

/** 16-bit values as two deflated byte planes: the high bytes of small numbers cost nothing. */
function packed(values: ArrayLike<number>): Safetensor {
  const planes = new Uint8Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    planes[i] = values[i] & 0xff;
    planes[values.length + i] = (values[i] >> 8) & 0xff;
  }
  const data = zlibSync(planes, { level: 9 });
  return { type: 'U8', shape: [data.length], data };
}

/** A known count of values saves the inflater from growing its buffer again and again. */
function unpacked(data: Uint8Array, known?: number): Int16Array {
  let planes: Uint8Array;
  try {
    planes = unzlibSync(data, known === undefined ? {} : { out: new Uint8Array(2 * known) });
  } catch (cause) {
    throw new GanfitError('format', 'loadShapeModel: the data must inflate. Fetch the file again.', {
      cause,
    });
  }
  const count = planes.length / 2;
  const values = new Int16Array(count);
  for (let i = 0; i < count; i++) values[i] = planes[i] | (planes[count + i] << 8);
  return values;
}

function contentChecksum(tensors: Readonly<Record<string, Safetensor>>): string {
  let value = 0;
  for (const name of Object.keys(tensors).sort()) {
    const { data } = tensors[name];
    value = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), value);
  }
  return value.toString(16).padStart(8, '0');
}

function damaged(what: string): GanfitError {
  return new GanfitError('format', `loadShapeModel: ${what}. Fetch the file again.`);
}
