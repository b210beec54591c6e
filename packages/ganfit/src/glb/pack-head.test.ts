import validator from 'gltf-validator';
import { beforeAll, expect, test } from 'vitest';
import { type MadeHead, makeHead } from '../../../../test/made-head.ts';
import { packHead } from './pack-head.ts';
import { type GlbSettings, PLAIN_GLB } from './settings.ts';

let made: MadeHead;

beforeAll(async () => {
  made = await makeHead();
}, 60_000);

interface Gltf {
  readonly extensionsRequired?: readonly string[];
  readonly extras: { readonly notice: string; readonly digests: unknown; readonly license: string };
  readonly images: readonly { readonly mimeType: string }[];
  readonly meshes: readonly {
    readonly name: string;
    readonly extras: { readonly targetNames: readonly string[] };
  }[];
}

function json(glb: Uint8Array): Gltf {
  const length = new DataView(glb.buffer, glb.byteOffset).getUint32(12, true);
  return JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + length))) as Gltf;
}

const CASES: readonly {
  readonly settings: Partial<GlbSettings>;
  readonly extensions: readonly string[];
  readonly mime: string;
  /** Bytes at most. */
  readonly most: number;
  readonly triangles: readonly [number, number];
}[] = [
  { settings: {}, extensions: [], mime: 'image/jpeg', most: 13.6e6, triangles: [50_000, 60_000] },
  {
    settings: { profile: 'rpm', textureFormat: 'png' },
    extensions: [],
    mime: 'image/png',
    most: 14e6,
    triangles: [50_000, 60_000],
  },
  {
    settings: { size: 'small' },
    extensions: ['EXT_meshopt_compression', 'EXT_texture_webp', 'KHR_mesh_quantization'],
    mime: 'image/webp',
    most: 1.2e6,
    triangles: [12_000, 16_000],
  },
  {
    settings: { compress: 'meshopt', textureFormat: 'webp' },
    extensions: ['EXT_meshopt_compression', 'EXT_texture_webp', 'KHR_mesh_quantization'],
    mime: 'image/webp',
    most: 4e6,
    triangles: [50_000, 60_000],
  },
  {
    settings: { compress: 'draco', textureSize: 512 },
    extensions: ['KHR_draco_mesh_compression'],
    mime: 'image/jpeg',
    most: 13e6,
    triangles: [50_000, 60_000],
  },
];

test.each(CASES)(
  '$settings: no error, no warning, the size and the extensions that were promised',
  async (expected) => {
    const { settings, extensions, mime, most, triangles } = expected;
    const digests = { shape: 'c'.repeat(64) };
    const glb = await packHead(made.head, { ...PLAIN_GLB, ...settings }, { license: made.license, digests });
    expect(glb.length).toBeLessThan(most);
    const gltf = json(glb);
    expect([...(gltf.extensionsRequired ?? [])].sort()).toEqual(extensions);
    expect(new Set(gltf.images.map((image) => image.mimeType))).toEqual(new Set([mime]));
    expect(gltf.extras.notice).toContain('consent');
    expect(gltf.extras.license).toContain('ICT-FaceKit');
    expect(gltf.extras.digests).toEqual(digests);
    const names = new Set(gltf.meshes.flatMap((mesh) => mesh.extras.targetNames));
    expect(names.size).toBe(72);
    const { issues, info } = await validator.validateBytes(glb);
    const grave = issues.messages.filter(({ severity }) => severity < 2).map(({ code }) => code);
    // Ready Player Me puts skinned meshes below its root; nothing else is warned of.
    expect(new Set(grave)).toEqual(new Set(settings.profile === 'rpm' ? ['NODE_SKINNED_MESH_NON_ROOT'] : []));
    expect(info.totalTriangleCount).toBeGreaterThan(triangles[0]);
    expect(info.totalTriangleCount).toBeLessThan(triangles[1]);
  },
);
