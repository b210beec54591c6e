import { type Buffer, Document, Logger, type Node, type Skin, WebIO } from '@gltf-transform/core';
import { EXTTextureWebP } from '@gltf-transform/extensions';
import type { Head, HeadJoint } from '../asset/head.ts';
import { type TextureEncoder, writeMaterial } from './glb-material.ts';
import { METERS, writeMesh } from './glb-mesh.ts';
import { type GlbProfile, profileHead } from './glb-profile.ts';

/** What a GLB says about itself. */
export interface GlbOptions {
  /** Compresses a texture; the door knows how. */
  readonly encode: TextureEncoder;
  /** Program and version. */
  readonly generator: string;
  /** Who holds which rights, in one line. */
  readonly copyright?: string;
  /** Plain JSON kept in the file: model digests, licences, notices. */
  readonly extras?: Readonly<Record<string, unknown>>;
  /** Names and structure. Default `default`. */
  readonly profile?: GlbProfile;
}

/**
 * Writes a head as binary glTF 2 in metres, without extensions unless the textures are WebP.
 *
 * Every part is a node with a skinned mesh of its own, `skin` first. Morph targets carry their names in the mesh's
 * `extras.targetNames`, with weights 0, and are stored sparsely where that is smaller. The bones are `Neck`, `Head`, `LeftEye`
 * and `RightEye`; an eye turns by its bone or by its `eyeLook…` targets. With the profile `default` meshes and bones stand at
 * the scene's root; `rpm` is explained at `profileHead`.
 *
 * @returns The file. Textures are inside it.
 */
export async function writeGlb(head: Head, options: GlbOptions): Promise<Uint8Array> {
  const { encode, generator, copyright, extras, profile = 'default' } = options;
  const document = new Document();
  const root = document.getRoot();
  root.getAsset().generator = generator;
  if (copyright) root.getAsset().copyright = copyright;
  root.setExtras({ ...extras });
  const buffer = document.createBuffer();
  const profiled = profileHead(head, profile);
  const scene = document.createScene('head');
  root.setDefaultScene(scene);
  let parent: { addChild(child: Node): unknown } = scene;
  if (profiled.root) {
    const { name, translation } = profiled.root;
    const node = document.createNode(name).setTranslation([...translation]);
    scene.addChild(node);
    parent = node;
  }
  const { skin, top } = writeSkin(document, buffer, profiled.joints);
  for (const part of profiled.parts) {
    const material = await writeMaterial(document, part.material, encode);
    const mesh = writeMesh(document, buffer, part).setName(part.name);
    for (const primitive of mesh.listPrimitives()) primitive.setMaterial(material);
    parent.addChild(document.createNode(part.name).setMesh(mesh).setSkin(skin));
  }
  parent.addChild(top);
  const isWebp = root.listTextures().some((texture) => texture.getMimeType() === 'image/webp');
  if (isWebp) document.createExtension(EXTTextureWebP).setRequired(true);
  // The library would remark on the console that some sparse morphs are large; where they are, we have counted.
  const io = new WebIO().registerExtensions([EXTTextureWebP]);
  return io.setLogger(new Logger(Logger.Verbosity.ERROR)).writeBinary(document);
}

/** Bones that only translate at rest, and the skin that names them. */
function writeSkin(
  document: Document,
  buffer: Buffer,
  joints: readonly HeadJoint[],
): { readonly skin: Skin; readonly top: Node } {
  const skin = document.createSkin('head');
  const inverses = new Float32Array(16 * joints.length);
  const nodes: Node[] = [];
  joints.forEach(({ name, parent, position }, n) => {
    const from = parent < 0 ? [0, 0, 0] : joints[parent].position;
    const [x, y, z] = position.map((value, axis) => (value - from[axis]) * METERS);
    const node = document.createNode(name).setTranslation([x, y, z]);
    if (parent >= 0) nodes[parent].addChild(node);
    nodes.push(node);
    skin.addJoint(node);
    inverses.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 16 * n);
    for (let axis = 0; axis < 3; axis++) inverses[16 * n + 12 + axis] = -position[axis] * METERS;
  });
  skin.setInverseBindMatrices(document.createAccessor().setType('MAT4').setArray(inverses).setBuffer(buffer));
  return { skin: skin.setSkeleton(nodes[0]), top: nodes[0] };
}
