import { expect, test } from 'vitest';
import { assembleHead } from '../asset/assemble.ts';
import { sphereModel } from '../asset/sphere-model.ts';
import type { Image } from '../image/image.ts';
import { writePly } from './ply.ts';

const model = sphereModel();

/** Left half red, right half blue; the top row is green. */
function texture(): Image {
  const [width, height] = [64, 32];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = 3 * (y * width + x);
      if (y === 0) data[pixel + 1] = 255;
      else data[pixel + (x < width / 2 ? 0 : 2)] = 255;
    }
  }
  return { width, height, channels: 3, data };
}

test('positions, colours and triangles come back from the bytes', () => {
  const head = assembleHead({ identity: new Float32Array(1), photos: [] }, model, { skin: texture() });
  const bytes = writePly(head);
  const end = new TextDecoder('latin1').decode(bytes).indexOf('end_header\n') + 'end_header\n'.length;
  const header = new TextDecoder().decode(bytes.subarray(0, end));
  const vertexCount = Number(/element vertex (\d+)/.exec(header)?.[1]);
  const triangleCount = Number(/element face (\d+)/.exec(header)?.[1]);
  expect(vertexCount).toBe(model.vertexCount);
  expect(bytes.length).toBe(end + 27 * vertexCount + 13 * triangleCount);

  const view = new DataView(bytes.buffer);
  const color = (v: number) => [...bytes.subarray(end + 27 * v + 24, end + 27 * v + 27)];
  const x = (v: number) => view.getFloat32(end + 27 * v, true);
  expect(color(0)).toEqual([0, 255, 0]);
  for (let v = 1; v < model.parts[0].vertexCount - 1; v++) {
    // U runs with the longitude from -X over +Z to +X: the subject's right is red, the left is blue.
    if (x(v) < -20) expect(color(v)).toEqual([255, 0, 0]);
    if (x(v) > 20) expect(color(v)).toEqual([0, 0, 255]);
  }
  // Eyes have no texture: linear 0.75 is 225 in sRGB.
  expect(color(model.parts[1].vertexStart)[0]).toBe(225);
  const triangles = end + 27 * vertexCount;
  model.parts
    .flatMap((part) => [...part.triangles])
    .forEach((vertex, corner) => {
      const at = triangles + 13 * Math.floor(corner / 3) + 1 + 4 * (corner % 3);
      expect(view.getUint32(at, true)).toBe(vertex);
    });
});
