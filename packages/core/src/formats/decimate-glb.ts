import type { Document, Primitive } from '@gltf-transform/core';
import { compactPrimitive, prune } from '@gltf-transform/functions';
import { MeshoptSimplifier } from 'meshoptimizer';

/** How many triangles of each mesh stay; what is not named is left as it is. */
export type TriangleShares = Readonly<Record<string, number>>;

/** Shapes whose movements decide where triangles are needed, and what a metre of them counts against one of the base mesh. */
const SHAPES = ['jawOpen', 'eyesClosed', 'mouthFunnel', 'mouthSmile', 'viseme_PP', 'browInnerUp'];
const SHAPE_WEIGHT = 0.5;
const NORMAL_WEIGHT = 0.2;
const UV_WEIGHT = 0.5;

/**
 * Takes triangles out of the meshes of a head, fewest where the face moves most.
 *
 * Quadric error metrics (Garland and Heckbert 1997) over positions, normals, UV and the displacements of the widest shapes; seams
 * and the openings of eyes and mouth keep their outlines. Morph targets and bindings of the vertices that stay are untouched.
 */
export async function decimateGlb(document: Document, shares: TriangleShares): Promise<void> {
  await MeshoptSimplifier.ready;
  for (const mesh of document.getRoot().listMeshes()) {
    const share = shares[mesh.getName()];
    if (share === undefined) continue;
    for (const primitive of mesh.listPrimitives()) {
      thin(primitive, mesh.getExtras()['targetNames'] as string[] | undefined, share);
      compactPrimitive(primitive);
    }
  }
  await document.transform(prune({ keepAttributes: true, keepIndices: true, keepLeaves: true }));
}

function thin(primitive: Primitive, names: readonly string[] | undefined, share: number): void {
  const indices = Uint32Array.from(primitive.getIndices()!.getArray()!);
  const positions = Float32Array.from(primitive.getAttribute('POSITION')!.getArray()!);
  const count = positions.length / 3;
  const columns: { readonly values: ArrayLike<number>; readonly width: number; readonly weight: number }[] =
    [];
  const add = (values: ArrayLike<number> | null | undefined, width: number, weight: number): void => {
    if (values) columns.push({ values, width, weight });
  };
  add(primitive.getAttribute('NORMAL')?.getArray(), 3, NORMAL_WEIGHT);
  add(primitive.getAttribute('TEXCOORD_0')?.getArray(), 2, UV_WEIGHT);
  const extent = largest(positions);
  for (const shape of SHAPES) {
    const target = primitive.listTargets()[names?.indexOf(shape) ?? -1];
    // The simplifier measures positions in units of the mesh's size, attributes as they are.
    add(target?.getAttribute('POSITION')?.getArray(), 3, SHAPE_WEIGHT / extent);
  }
  const stride = columns.reduce((sum, { width }) => sum + width, 0);
  const attributes = new Float32Array(count * stride);
  const weights: number[] = [];
  let at = 0;
  for (const { values, width, weight } of columns) {
    for (let v = 0; v < count; v++) {
      for (let k = 0; k < width; k++) attributes[v * stride + at + k] = values[v * width + k];
    }
    for (let k = 0; k < width; k++) weights.push(weight);
    at += width;
  }
  const wanted = 3 * Math.round((share * indices.length) / 3);
  const [fewer] = MeshoptSimplifier.simplifyWithAttributes(
    indices,
    positions,
    3,
    attributes,
    stride,
    weights,
    null,
    wanted,
    1,
    ['LockBorder'],
  );
  const buffer = primitive.getIndices()!.getBuffer();
  primitive.setIndices(primitive.getIndices()!.clone().setArray(fewer).setBuffer(buffer));
}

function largest(positions: Float32Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of positions) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}
