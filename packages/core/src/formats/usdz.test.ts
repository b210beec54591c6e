import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { assembleHead } from '../asset/assemble.ts';
import { sphereModel } from '../asset/sphere-model.ts';
import { CONSENT_NOTICE } from './glb-origin.ts';
import { writeUsdz } from './usdz.ts';

const model = sphereModel();
const texture = { width: 1, height: 1, channels: 3 as const, data: new Uint8Array(3).fill(200) };
const head = assembleHead({ identity: new Float32Array(1), photos: [] }, model, { skin: texture });
const PICTURE = Uint8Array.from({ length: 77 }, (_, i) => i);
const options = {
  encode: async () => ({ mimeType: 'image/jpeg' as const, bytes: PICTURE }),
  generator: 'ganfit test',
  copyright: 'nobody, with "quotes"',
};

test('the archive is stored, the layer comes first, and every file begins at a multiple of 64', async () => {
  const bytes = await writeUsdz(head, options);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  let at = 0;
  while (view.getUint32(at, true) === 0x04034b50) {
    expect(view.getUint16(at + 8, true)).toBe(0);
    const [size, length, extra] = [
      view.getUint32(at + 18, true),
      view.getUint16(at + 26, true),
      view.getUint16(at + 28, true),
    ];
    names.push(strFromU8(bytes.subarray(at + 30, at + 30 + length)));
    const begin = at + 30 + length + extra;
    expect(begin % 64, names.at(-1)).toBe(0);
    at = begin + size;
  }
  expect(view.getUint32(at, true)).toBe(0x02014b50);
  expect(names[0]).toBe('head.usda');
  expect(names).toContain('textures/skin-color.jpg');
  expect(unzipSync(bytes)['textures/skin-color.jpg']).toEqual(PICTURE);
  expect(await writeUsdz(head, options)).toEqual(bytes);
});

test('the layer names what it refers to, and holds the mesh in metres', async () => {
  const files = unzipSync(await writeUsdz(head, options));
  const layer = strFromU8(files['head.usda']);
  for (const [open, close] of ['()', '[]', '{}']) {
    const count = (character: string) => layer.split(character).length;
    expect(count(open)).toBe(count(close));
  }
  expect(layer).toContain(JSON.stringify(CONSENT_NOTICE));
  expect(layer).toContain('string copyright = "nobody, with \\"quotes\\""');
  for (const [, file] of layer.matchAll(/@([^@]+)@/g)) expect(files[file], file).toBeDefined();
  for (const [, name] of layer.matchAll(/<\/Head\/Materials\/(\w+)/g)) {
    expect(layer).toContain(`def Material "${name}"`);
  }
  for (const { name, mesh } of head.parts) {
    const part = layer.slice(layer.indexOf(`def Mesh "${name}"`));
    const list = (key: string) => part.match(new RegExp(`${key} = \\[([^\\]]*)\\]`))?.[1] ?? '';
    const indices = list('faceVertexIndices').split(', ').map(Number);
    expect(indices).toHaveLength(mesh.triangles.length);
    const points = list('points').match(/\(/g)?.length ?? 0;
    expect(Math.max(...indices)).toBe(points - 1);
    for (const key of ['normals', 'primvars:st']) expect(list(key).match(/\(/g)).toHaveLength(points);
  }
  // The sphere's radius is 100 mm.
  const [, ...extent] = layer.match(/extent = \[\(([^)]*)\), \(([^)]*)\)/) ?? [];
  expect(extent.map((corner) => corner.split(', ').map(Number)[1])).toEqual([-0.1, 0.1]);
});

test('WebP is refused', async () => {
  const encode = async () => ({ mimeType: 'image/webp' as const, bytes: PICTURE });
  await expect(writeUsdz(head, { ...options, encode })).rejects.toThrow('JPEG or PNG');
});
