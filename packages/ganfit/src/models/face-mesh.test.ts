import { meshPoints } from '@ganfit/core/fit';
import {
  detectFaces,
  findFaceMesh,
  findLandmarks,
  fivePoints,
  MIRRORED_POINT,
  MIRRORED_VERTEX,
} from '@ganfit/core/networks';
import { importOnnx, input } from '@ganfit/core/tensor';
import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../runtime.ts';
import { readShape } from '../shape-file.ts';
import { astronaut, networksOrSkip } from './for-tests.ts';
import { modelSource } from './sources.ts';

const runtime = nodeRuntime({ threads: 2 });

/** The bytes of the network, out of the file that holds four. */
async function meshOrSkip(context: Parameters<typeof networksOrSkip>[0]): Promise<Uint8Array> {
  const [file] = await networksOrSkip(context, ['face-mesh']);
  return file.subarray(...(modelSource('face-mesh').slice ?? []));
}

/** Vertices in the middle of the eyes, on the nose tip and in the corners of the mouth. */
const FIVE = [
  [33, 133, 159, 145, 158, 153, 160, 144],
  [362, 263, 386, 374, 385, 380, 387, 373],
  [1],
  [61],
  [291],
];

describe('face mesh', () => {
  test('lies on the face that the landmarks found, in the picture and in its mirror image', async (context) => {
    const bytes = await meshOrSkip(context);
    const [detectorFile, landmarkFile] = await networksOrSkip(context, ['face-detector', 'face-landmarks']);
    const [detector, landmarker, network] = await Promise.all(
      [detectorFile, landmarkFile, bytes].map((file) => runtime.load(file)),
    );
    const image = await astronaut();
    const [box] = await detectFaces(detector, image);
    const landmarks = await findLandmarks(landmarker, image, box);
    const { points, score } = await findFaceMesh(network, image, landmarks);
    expect(score).toBeGreaterThan(0.95);
    const five = fivePoints(landmarks);
    const eyes = Math.hypot(five[2] - five[0], five[3] - five[1]);
    FIVE.forEach((vertices, i) => {
      const [x, y] = [0, 1].map((k) =>
        vertices.reduce((sum, v) => sum + points[2 * v + k] / vertices.length, 0),
      );
      // The nose tips of the two networks are not quite the same point.
      expect(Math.hypot(x - five[2 * i], y - five[2 * i + 1]) / eyes).toBeLessThan(i === 2 ? 0.15 : 0.08);
    });

    const { width, height, data } = image;
    const flipped = new Uint8Array(data.length);
    for (let p = 0; p < width * height; p++) {
      const from = p - (p % width) + (width - 1 - (p % width));
      for (let c = 0; c < image.channels; c++)
        flipped[image.channels * p + c] = data[image.channels * from + c];
    }
    const mirrored = await findFaceMesh(
      network,
      { ...image, data: flipped },
      Float32Array.from(landmarks, (_, i) => {
        const value = landmarks[2 * MIRRORED_POINT[i >> 1] + (i % 2)];
        return i % 2 ? value : width - value;
      }),
    );
    const apart = MIRRORED_VERTEX.map((partner, v) =>
      Math.hypot(
        width - mirrored.points[2 * partner] - points[2 * v],
        mirrored.points[2 * partner + 1] - points[2 * v + 1],
      ),
    );
    expect(Math.max(...apart) / eyes).toBeLessThan(0.06);
    // A place without a face.
    const nothing = await findFaceMesh(
      network,
      image,
      landmarks.map((value, i) => value / 2 + (i % 2 ? 380 : 20)),
    );
    expect(nothing.score).toBeLessThan(0.5);
    await Promise.all([detector, landmarker, network].map((one) => one.dispose()));
  });

  test('gives the same as traced code', async (context) => {
    const bytes = await meshOrSkip(context);
    const network = await runtime.load(bytes);
    const [{ name }] = network.inputs;
    const shape = [1, 3, 192, 192];
    const data = Float32Array.from({ length: 3 * 192 * 192 }, (_, i) => 0.5 + 0.4 * Math.sin(i / 97));
    const loaded = await network.run({ [name]: { data, shape } });
    const traced = importOnnx(bytes, { [name]: input('x', shape) });
    const [mesh] = Object.keys(loaded).filter((key) => loaded[key].data.length === 1404);
    const graph = await runtime.compile({ mesh: traced[mesh] });
    const { mesh: found } = await graph.run({ x: data });
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(loaded[mesh].data[i], 2);
    });
    await Promise.all([network.dispose(), graph.dispose()]);
  });

  test('its points on the embedded model lie on the skin of the face', async () => {
    const { model } = await readShape();
    const points = meshPoints(model);
    expect(points).toHaveLength(118);
    for (const { skin, offset, vertex } of points) {
      expect(skin).toBeLessThan(model.parts[0].vertexCount);
      expect(Math.hypot(...offset)).toBeLessThan(5);
      const partner = points.find((other) => other.vertex === MIRRORED_VERTEX[vertex]);
      expect(model.mean[3 * skin] + model.mean[3 * (partner?.skin ?? 0)]).toBeCloseTo(0, 3);
    }
  });
});
