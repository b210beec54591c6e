import type { Accessor, Buffer, Document, Mesh, Primitive } from '@gltf-transform/core';
import type { HeadBinding, HeadMorph, HeadPart } from '../asset/head.ts';
import { type SplitMesh, splitRows, splitSeams } from '../asset/split-seams.ts';
import { tangents } from '../asset/tangents.ts';

/** GLB counts in metres. */
export const METERS = 0.001;

/** Writes a part's mesh with its morph targets, all at weight 0. */
export function writeMesh(document: Document, buffer: Buffer, part: HeadPart): Mesh {
  const split = splitSeams(part.mesh);
  const rows = (values: Float32Array, scale = 1): Accessor =>
    document
      .createAccessor()
      .setType('VEC3')
      .setArray(splitRows(split, values, 3).map((value) => value * scale))
      .setBuffer(buffer);
  const indices = document.createAccessor().setType('SCALAR').setBuffer(buffer).setArray(smallest(split));
  const primitive = document
    .createPrimitive()
    .setIndices(indices)
    .setAttribute('POSITION', rows(part.mesh.vertices, METERS))
    .setAttribute('NORMAL', rows(part.normals));
  const { texture, roughnessTexture, normalTexture } = part.material;
  if (texture || roughnessTexture || normalTexture) {
    const uv = document.createAccessor().setType('VEC2').setArray(Float32Array.from(split.uv));
    primitive.setAttribute('TEXCOORD_0', uv.setBuffer(buffer));
  }
  if (normalTexture) {
    // Without them every viewer makes its own, and validators warn.
    const directions = tangents(
      split,
      splitRows(split, part.mesh.vertices, 3),
      splitRows(split, part.normals, 3),
    );
    const accessor = document.createAccessor().setType('VEC4').setArray(new Float32Array(directions));
    primitive.setAttribute('TANGENT', accessor.setBuffer(buffer));
  }
  writeBinding(document, buffer, primitive, part.binding, split);
  for (const morph of part.morphs) addTarget(document, primitive, morph, rows);
  const mesh = document.createMesh().addPrimitive(primitive);
  if (part.morphs.length > 0) mesh.setWeights(part.morphs.map(() => 0));
  return mesh;
}

/** Weights are stored in 255ths that sum to 255. */
function writeBinding(
  document: Document,
  buffer: Buffer,
  primitive: Primitive,
  { joints, weights }: HeadBinding,
  { sources }: SplitMesh,
): void {
  const indices = new Uint8Array(4 * sources.length);
  const shares = new Uint8Array(4 * sources.length);
  sources.forEach((vertex, i) => {
    let rest = 255;
    for (let k = 3; k >= 0; k--) {
      const share = k === 0 ? rest : Math.min(rest, Math.round(255 * weights[4 * vertex + k]));
      rest -= share;
      shares[4 * i + k] = share;
      indices[4 * i + k] = share > 0 ? joints[4 * vertex + k] : 0;
    }
  });
  const accessor = (array: Uint8Array<ArrayBuffer>): Accessor =>
    document.createAccessor().setType('VEC4').setBuffer(buffer).setArray(array);
  primitive.setAttribute('JOINTS_0', accessor(indices));
  primitive.setAttribute('WEIGHTS_0', accessor(shares).setNormalized(true));
}

function addTarget(
  document: Document,
  primitive: Primitive,
  morph: HeadMorph,
  rows: (values: Float32Array, scale?: number) => Accessor,
): void {
  primitive.addTarget(
    document
      .createPrimitiveTarget(morph.name)
      .setAttribute('POSITION', sparseIfSmaller(rows(morph.positions, METERS)))
      .setAttribute('NORMAL', sparseIfSmaller(rows(morph.normals))),
  );
}

/** A sparse row costs its three floats and an index; a dense accessor pays for every row. */
function sparseIfSmaller(accessor: Accessor): Accessor {
  const array = accessor.getArray()!;
  const count = array.length / 3;
  let moved = 0;
  for (let i = 0; i < array.length; i += 3) {
    if (array[i] !== 0 || array[i + 1] !== 0 || array[i + 2] !== 0) moved++;
  }
  const index = count < 65535 ? 2 : 4;
  return accessor.setSparse(moved * (12 + index) < count * 12);
}

function smallest(split: SplitMesh): Uint16Array | Uint32Array {
  return split.sources.length < 65535 ? Uint16Array.from(split.triangles) : split.triangles;
}
