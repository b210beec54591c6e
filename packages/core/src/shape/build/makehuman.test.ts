import { expect, test } from 'vitest';
import { addTarget, parseMakehumanObj } from './makehuman.ts';

const OBJ = `# comment
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0.5 0.25
vt 1 0
vt 1 1
vt 0 1
g body
f 1/1 2/2 3/3 4/4
`;

test('vertices, texture coordinates and groups are read, indices count from 0', () => {
  const mesh = parseMakehumanObj(OBJ);
  expect([...mesh.vertices.subarray(6, 9)]).toEqual([1, 1, 0]);
  expect([...mesh.uv.subarray(0, 2)]).toEqual([0.5, 0.25]);
  expect([...mesh.quads.indices]).toEqual([0, 1, 2, 3]);
  expect(mesh.groups).toEqual(['body']);
});

test('a target moves its vertices by its weight', () => {
  const vertices = new Float64Array(12);
  addTarget(vertices, '# header\n2 .1 -0.2 3\n', 0.5);
  expect([...vertices.subarray(6, 9)]).toEqual([0.05, -0.1, 1.5]);
});

test('other files are refused with the line that is wrong', () => {
  expect(() => parseMakehumanObj(OBJ.replace(' 4/4', ''))).toThrow(/quads .* got "f 1\/1 2\/2 3\/3"/);
  expect(() => addTarget(new Float64Array(12), '4 0 0 0', 1)).toThrow(/got "4 0 0 0"/);
  expect(() => addTarget(new Float64Array(12), '<html>', 1)).toThrow(/"index dx dy dz"/);
});
