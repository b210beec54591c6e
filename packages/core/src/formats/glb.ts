import {
  type Accessor,
  type Buffer,
  Document,
  Logger,
  type Material,
  type Mesh,
  WebIO,
} from '@gltf-transform/core';
import type { Head, HeadMorph, HeadPart } from '../asset/head.ts';
import { type SplitMesh, splitRows, splitSeams } from '../asset/split-seams.ts';
import type { Image } from '../image/image.ts';

/** Bytes of a compressed picture, ready to be embedded. */
export interface EncodedImage {
  readonly mimeType: 'image/png' | 'image/jpeg';
  readonly bytes: Uint8Array;
}

/** What a GLB says about itself. */
export interface GlbOptions {
  /** Compresses a texture; the door knows how. */
  readonly encode: (texture: Image) => Promise<EncodedImage>;
  /** Program and version. */
  readonly generator: string;
  /** Who holds which rights, in one line. */
  readonly copyright?: string;
  /** Plain JSON kept in the file: model digests, licences, notices. */
  readonly extras?: Readonly<Record<string, unknown>>;
}

/** GLB counts in metres. */
const METERS = 0.001;

/**
 * Writes a head as binary glTF 2.
 *
 * Every part is a node with a mesh of its own, `skin` first; morph targets carry their ARKit names in the mesh's
 * `extras.targetNames`, with weights 0, and are stored sparsely where that is smaller. Metallic is 0 everywhere.
 *
 * @returns The file. Textures are inside it.
 */
export async function writeGlb(head: Head, options: GlbOptions): Promise<Uint8Array> {
  const document = new Document();
  const root = document.getRoot();
  root.getAsset().generator = options.generator;
  if (options.copyright) root.getAsset().copyright = options.copyright;
  root.setExtras({ ...options.extras });
  const buffer = document.createBuffer();
  const node = document.createNode('head');
  const scene = document.createScene('head').addChild(node);
  root.setDefaultScene(scene);
  for (const part of head.parts) {
    const material = await writeMaterial(document, part, options);
    const mesh = writeMesh(document, buffer, part).setName(part.name);
    for (const primitive of mesh.listPrimitives()) primitive.setMaterial(material);
    node.addChild(document.createNode(part.name).setMesh(mesh));
  }
  // The library would remark on the console that some sparse morphs are large; where they are, we have counted.
  return new WebIO().setLogger(new Logger(Logger.Verbosity.ERROR)).writeBinary(document);
}

async function writeMaterial(document: Document, part: HeadPart, options: GlbOptions): Promise<Material> {
  const { name, color, roughness, texture } = part.material;
  const material = document
    .createMaterial(name)
    .setBaseColorFactor([...color, 1])
    .setMetallicFactor(0)
    .setRoughnessFactor(roughness);
  if (texture) {
    const { bytes, mimeType } = await options.encode(texture);
    // A buffer of its own: encoders like to hand out views of a shared pool.
    const image = new Uint8Array(bytes);
    material.setBaseColorTexture(document.createTexture(name).setImage(image).setMimeType(mimeType));
    // The atlas does not tile; with wrapping its left edge would bleed into the right one.
    material.getBaseColorTextureInfo()?.setWrapS(33071).setWrapT(33071);
  }
  return material;
}

function writeMesh(document: Document, buffer: Buffer, part: HeadPart): Mesh {
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
    .setAttribute('NORMAL', rows(part.normals))
    .setAttribute(
      'TEXCOORD_0',
      document.createAccessor().setType('VEC2').setArray(Float32Array.from(split.uv)).setBuffer(buffer),
    );
  for (const morph of part.morphs) addTarget(document, primitive, morph, rows);
  const mesh = document.createMesh().addPrimitive(primitive);
  if (part.morphs.length > 0) mesh.setWeights(part.morphs.map(() => 0));
  return mesh;
}

function addTarget(
  document: Document,
  primitive: ReturnType<Document['createPrimitive']>,
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
