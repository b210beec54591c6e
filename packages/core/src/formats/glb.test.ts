import validator from 'gltf-validator';
import { expect, test } from 'vitest';
import { assembleHead } from '../asset/assemble.ts';
import type { Head } from '../asset/head.ts';
import { sphereModel } from '../asset/sphere-model.ts';
import { writeGlb } from './glb.ts';

/** A PNG of one white pixel. */
const PIXEL = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC'),
  (character) => character.charCodeAt(0),
);

const model = sphereModel();
const texture = { width: 1, height: 1, channels: 3 as const, data: new Uint8Array(3).fill(255) };

function sphereHead(): Head {
  return assembleHead({ identity: new Float32Array(1), photos: [] }, model, { skin: texture });
}

const options = {
  encode: async () => ({ mimeType: 'image/png' as const, bytes: PIXEL }),
  generator: 'ganfit test',
  copyright: 'nobody',
  extras: { model: { topologyDigest: model.topologyDigest } },
};

interface Gltf {
  asset: { generator: string; copyright: string };
  extras: unknown;
  scenes: { nodes: number[] }[];
  nodes: { name: string; children?: number[] }[];
  meshes: {
    name: string;
    weights?: number[];
    extras?: { targetNames: string[] };
    primitives: {
      attributes: Record<string, number>;
      indices: number;
      material: number;
      targets?: Record<string, number>[];
    }[];
  }[];
  materials: { pbrMetallicRoughness: Record<string, unknown> }[];
  accessors: {
    bufferView?: number;
    count: number;
    sparse?: { count: number };
    min?: number[];
    max?: number[];
  }[];
}

/** The JSON chunk of a GLB, read by hand, so that the test does not trust the library that wrote it. */
function json(glb: Uint8Array): Gltf {
  const view = new DataView(glb.buffer, glb.byteOffset);
  expect(view.getUint32(0, true)).toBe(0x46546c67);
  expect(view.getUint32(8, true)).toBe(glb.byteLength);
  return JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + view.getUint32(12, true))));
}

test.each(['default', 'rpm'] as const)(
  'the validator finds nothing in profile %s but what is named',
  async (profile) => {
    const report = await validator.validateBytes(await writeGlb(sphereHead(), { ...options, profile }));
    const codes = new Set(report.issues.messages.map(({ code }) => code));
    // Ready Player Me puts skinned meshes below its root.
    expect([...codes]).toEqual(profile === 'rpm' ? ['NODE_SKINNED_MESH_NON_ROOT'] : []);
    expect(report.info.totalTriangleCount).toBe(
      model.parts.reduce((sum, part) => sum + part.triangles.length / 3, 0),
    );
  },
);

test('metres, names, weights, materials and notices are in the file', async () => {
  const gltf = json(await writeGlb(sphereHead(), options));
  expect(gltf.asset.generator).toBe('ganfit test');
  expect(gltf.asset.copyright).toBe('nobody');
  expect(gltf.extras).toEqual(options.extras);
  expect(gltf.nodes.map((node) => node.name)).toEqual(
    expect.arrayContaining(['skin', 'eyeLeft', 'eyeRight', 'Neck', 'Head', 'LeftEye', 'RightEye']),
  );
  const [skin, left, right] = gltf.meshes;
  expect([skin.name, left.name, right.name]).toEqual(['skin', 'eyeLeft', 'eyeRight']);
  expect(skin.extras?.targetNames.slice(0, 1)).toEqual(['jawOpen']);
  expect(skin.weights).toEqual(skin.extras?.targetNames.map(() => 0));
  expect(right.weights).toBeUndefined();
  const positions = gltf.accessors[skin.primitives[0].attributes['POSITION']];
  expect(positions.max?.[1]).toBeCloseTo(0.1, 6);
  const material = gltf.materials[skin.primitives[0].material].pbrMetallicRoughness;
  expect(material).toMatchObject({ metallicFactor: 0, roughnessFactor: 0.6 });
  expect(material['baseColorTexture']).toBeDefined();
});

test('the seam is split and a half-reaching morph is stored sparsely', async () => {
  const gltf = json(await writeGlb(sphereHead(), options));
  const [primitive] = gltf.meshes[0].primitives;
  const vertices = gltf.accessors[primitive.attributes['POSITION']].count;
  expect(vertices).toBeGreaterThan(model.parts[0].vertexCount);
  expect(gltf.accessors[primitive.attributes['TEXCOORD_0']].count).toBe(vertices);
  const target = gltf.accessors[primitive.targets![0]['POSITION']];
  expect(target.count).toBe(vertices);
  expect(target.sparse!.count).toBeLessThan(vertices * 0.6);
  expect(target.min?.[1]).toBeCloseTo(-0.03, 6);
});

test('the profile rpm has its root, bones and mesh names, one primitive per mesh', async () => {
  const gltf = json(await writeGlb(sphereHead(), { ...options, profile: 'rpm' }));
  const roots = gltf.scenes[0].nodes.map((index) => gltf.nodes[index]);
  expect(roots.map((node) => node.name)).toEqual(['Armature']);
  expect(gltf.meshes.map((mesh) => mesh.name)).toEqual(['Wolf3D_Head', 'EyeLeft', 'EyeRight']);
  expect(gltf.meshes.every((mesh) => mesh.primitives.length === 1)).toBe(true);
  const path = (name: string): string => {
    const index = gltf.nodes.findIndex((node) => node.name === name);
    const parent = gltf.nodes.find((node) => node.children?.includes(index));
    return parent ? `${path(parent.name)}/${name}` : name;
  };
  expect(path('LeftEye')).toBe('Armature/Hips/Spine/Spine1/Spine2/Neck/Head/LeftEye');
});
