import { expect, test } from 'vitest';
import { assembleHead } from '../asset/assemble.ts';
import { sphereModel } from '../asset/sphere-model.ts';
import { writeObj } from './obj.ts';

const model = sphereModel();
const head = assembleHead({ identity: new Float32Array(1), photos: [] }, model);
const { obj, mtl } = writeObj(head, 'head.mtl', { skin: 'skin.png' });
const lines = obj.split('\n');

function values(prefix: string): number[][] {
  return lines
    .filter((line) => line.startsWith(`${prefix} `))
    .map((line) => line.split(' ').slice(1).map(Number));
}

test('seams duplicate no vertex, and all indices exist', () => {
  const positions = values('v');
  const corners = lines.filter((line) => line.startsWith('f ')).flatMap((line) => line.slice(2).split(' '));
  expect(positions.length).toBe(model.vertexCount);
  expect(corners.length).toBe(model.parts.reduce((sum, part) => sum + part.triangles.length, 0));
  const [v, vt, vn] = [values('v').length, values('vt').length, values('vn').length];
  const used = corners.map((corner) => corner.split('/').map(Number));
  for (const [position, uv, normal] of used) {
    expect(position).toBeGreaterThanOrEqual(1);
    expect(position).toBeLessThanOrEqual(v);
    expect(uv).toBeLessThanOrEqual(vt);
    expect(normal).toBeLessThanOrEqual(vn);
  }
  expect(Math.max(...used.map(([position]) => position))).toBe(v);
  expect(Math.max(...used.map(([, uv]) => uv))).toBe(vt);
});

test('the top of the head samples the top of the texture', () => {
  const first = lines.find((line) => line.startsWith('f '))!;
  const [position, uv] = first.split(' ')[1].split('/').map(Number);
  // Millimetres, the pole up; V counts from the bottom in OBJ.
  expect(values('v')[position - 1][1]).toBeGreaterThan(90);
  expect(values('vt')[uv - 1][1]).toBeGreaterThan(0.9);
});

test('parts are objects with their materials; only the skin has a picture', () => {
  expect(lines.filter((line) => line.startsWith('o '))).toEqual(['o skin', 'o eyeLeft', 'o eyeRight']);
  expect(lines).toContain('mtllib head.mtl');
  expect(lines.filter((line) => line.startsWith('usemtl '))).toHaveLength(3);
  expect(mtl.match(/newmtl \w+/g)).toEqual(['newmtl skin', 'newmtl eyeLeft', 'newmtl eyeRight']);
  expect(mtl.match(/map_Kd .*/g)).toEqual(['map_Kd skin.png']);
});
