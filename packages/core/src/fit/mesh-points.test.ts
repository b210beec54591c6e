import { expect, test } from 'vitest';
import { turned } from '../linalg/rotation.ts';
import { MIRRORED_VERTEX } from '../networks/mirrored-vertex.ts';
import type { Observation } from '../networks/observation.ts';
import { randomStream } from '../random/index.ts';
import { cameraFromPose, projectPoints } from '../render/camera.ts';
import { evaluateShape } from '../shape/evaluate.ts';
import { align } from './align.ts';
import { alignmentPoints } from './alignment-points.ts';
import { ellipsoidHead } from './ellipsoid-head.ts';
import { LANDMARK_NOISE, noiseOfPhotos } from './landmark-noise.ts';
import { landmarkTargets } from './landmark-residuals.ts';
import { type MeshPoint, meshPoints } from './mesh-points.ts';
import { projectLandmarks } from './project-landmarks.ts';

const head = ellipsoidHead();
/** Some forty vertices of the face stand for vertices of FaceMesh. */
const mesh: MeshPoint[] = Array.from(head.regions['face'].keys())
  .filter((v) => head.regions['face'][v] > 0)
  .filter((_, i, all) => i % Math.ceil(all.length / 40) === 0)
  .map((skin, m) => ({ vertex: 10 * m, skin, offset: [0, 0, 1], deviation: 2 }));
const points = alignmentPoints(head, new Float32Array(136), mesh);

/** A head that looks aside, its 68 landmarks pulled up by `lift` millimetres below the nose, and what FaceMesh sees. */
function turnedHead(lift: number): { observation: Observation; identity: Float32Array } {
  const random = randomStream(8, 'mesh points');
  const identity = Float32Array.from({ length: head.identity.count }, () => random.normal());
  const expression = new Float32Array(head.expression.count);
  const [width, height, focal] = [1024, 768, 1400];
  const rotation = turned([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0.6, 0]);
  const camera = cameraFromPose({ rotation, translation: [0, 0, -900] }, { focal, width, height });
  const landmarks = projectLandmarks(points, { expression, camera }, identity);
  const middle = landmarks[2 * 30 + 1];
  for (let i = 1; i < 136; i += 2) if (landmarks[i] > middle) landmarks[i] -= (lift * focal) / 900;
  const vertices = evaluateShape(head, identity, expression);
  const seen = new Float32Array(2 * 468).fill(Number.NaN);
  for (const { vertex, skin } of mesh) {
    const [x, y, z] = vertices.subarray(3 * skin, 3 * skin + 3);
    seen.set(projectPoints(camera, Float32Array.of(x, y, z + 1)), 2 * vertex);
  }
  const image = { width, height, channels: 3, data: new Uint8Array() } as const;
  const box = { x: 0, y: 0, width, height, score: 1 };
  const embedding = new Float32Array(512);
  return { observation: { image, face: 0, box, landmarks, mesh: seen, embedding, focal }, identity };
}

function rms(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);
}

test('points of FaceMesh put right what misplaced landmarks spoil', () => {
  const { observation, identity } = turnedHead(6);
  const noise = { ...LANDMARK_NOISE, drift: 0, mesh: 1.5 };
  const errors = [observation, { ...observation, mesh: undefined }].map((seen) =>
    rms(align(head, [seen], { points, noise }).parameters.identity, identity),
  );
  expect(errors[0]).toBeLessThan(0.7 * errors[1]);
});

test('the 68 landmarks come first and count less beside the mesh; several photos err alike', () => {
  const { observation, identity } = turnedHead(0);
  const state = {
    width: 1024,
    height: 768,
    rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    shift: [0, 0],
    logDistance: Math.log(900),
    logFocal: Math.log(1400),
    expression: new Float64Array(head.expression.count),
  } as const;
  const matches = (seen: Observation) => landmarkTargets(seen, LANDMARK_NOISE, 1)(points, identity, state);
  const [alone, beside] = [matches({ ...observation, mesh: undefined }), matches(observation)];
  expect(alone).toHaveLength(68);
  expect(beside).toHaveLength(68 + mesh.length);
  for (let i = 0; i < 68; i++) {
    expect(beside[i].deviations[0]).toBeCloseTo(LANDMARK_NOISE.besideMesh * alone[i].deviations[0], 9);
    expect(beside[i].x).toBeCloseTo(alone[i].x, 9);
  }
  expect(beside[68]).toMatchObject({
    point: points.meshStart,
    x: observation.mesh?.[2 * mesh[0].vertex],
    deviations: [2 * LANDMARK_NOISE.mesh, 2 * LANDMARK_NOISE.mesh],
  });
  expect(noiseOfPhotos(LANDMARK_NOISE, 4).mesh).toBe(2 * LANDMARK_NOISE.mesh);
});

test('the table is symmetric, names no vertex twice, and is of the embedded model alone', () => {
  expect(meshPoints(head)).toEqual([]);
  const found = meshPoints({ ...head, name: 'ganfit head' });
  expect(new Set(found.map(({ vertex }) => vertex)).size).toBe(found.length);
  const byVertex = new Map(found.map((point) => [point.vertex, point]));
  for (const { vertex, offset, deviation } of found) {
    const other = byVertex.get(MIRRORED_VERTEX[vertex]);
    expect(other?.deviation).toBe(deviation);
    expect(other?.offset[0]).toBeCloseTo(-offset[0], 9);
    expect(other?.offset.slice(1)).toEqual(offset.slice(1));
    expect(MIRRORED_VERTEX[MIRRORED_VERTEX[vertex]]).toBe(vertex);
  }
});
