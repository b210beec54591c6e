/**
 * What the stored shape model can do, on real scans and on itself, beside the imported ICT-FaceKit.
 *
 *   npx tsx bench/shape.ts SCANS ICT [MODEL]
 *
 * SCANS holds `lee-perry-smith` and `james`, ICT holds `ict-facekit.safetensors`. Targets: dense fit at most 0.50 mm and
 * 1.15 mm; from 51 landmarks at most 1.73 mm and 2.50 mm.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Scan } from '../packages/core/src/evaluate/scan.ts';
import { alignScan, type DenseFit, fitScan, pointToPlane } from '../packages/core/src/evaluate/scan-fit.ts';
import { choleskyFactor, choleskySolve } from '../packages/core/src/linalg/cholesky.ts';
import { turned } from '../packages/core/src/linalg/rotation.ts';
import { vertexNormals } from '../packages/core/src/mesh/normals.ts';
import { randomStream } from '../packages/core/src/random/index.ts';
import { evaluateShape, surfacePoints } from '../packages/core/src/shape/evaluate.ts';
import { importIct } from '../packages/core/src/shape/import-ict.ts';
import type { ShapeModel } from '../packages/core/src/shape/model.ts';
import { loadShapeModel } from '../packages/core/src/shape/stored-model.ts';
import { readScan } from '../packages/ganfit/src/evaluate/scan-files.ts';

const [scans, ictFolder, file = 'packages/models/shape.safetensors'] = process.argv.slice(2);
if (!scans || !ictFolder) throw new Error('usage: npx tsx bench/shape.ts SCANS ICT [MODEL]');

const started = performance.now();
const bytes = readFileSync(file);
const before = performance.now();
const own = loadShapeModel(bytes);
console.log(
  `${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB (at most 8), loaded in ${(performance.now() - before).toFixed(0)} ms`,
);
console.log(
  `topology ${own.topologyDigest}, ${own.vertexCount} vertices, skin ${own.parts[0].vertexCount}, ` +
    `ns ${own.identity.count}, ne ${own.expression.count}, ${own.shapeNames.length} named shapes`,
);
const ict = importIct(readFileSync(join(ictFolder, 'ict-facekit.safetensors')));

const NARROW_FACE = 6706;

/** Visible scan points whose nearest vertex of an ICT fit is in the narrow face, without eyes, nostrils and hair edge. */
function scanMask(scan: Scan, fit: DenseFit): Uint8Array {
  const { vertices, points, normals } = fit;
  const count = points.length / 3;
  const marks = surfacePoints(vertices, ict.parts[0].triangles, ict.landmarks);
  const eyes = [36, 42].map((first) => {
    const corners = [0, 1, 2, 3, 4, 5].map((k) => [marks[3 * (first + k)], marks[3 * (first + k) + 1]]);
    const center = [0, 1].map((axis) => corners.reduce((sum, c) => sum + c[axis], 0) / 6);
    return { center, width: Math.abs(corners[3][0] - corners[0][0]) / 2 };
  });
  const edge = faceBorder();
  const facing = vertexNormals(vertices, ict.parts[0].triangles);
  const mask = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (!scan.visible[i]) continue;
    const [x, y, z] = points.subarray(3 * i, 3 * i + 3);
    let [best, at] = [15 ** 2, -1];
    for (let v = 0; v < 11248; v++) {
      const d = (vertices[3 * v] - x) ** 2 + (vertices[3 * v + 1] - y) ** 2 + (vertices[3 * v + 2] - z) ** 2;
      if (d < best) [best, at] = [d, v];
    }
    if (at < 0 || at >= NARROW_FACE || edge[at]) continue;
    const agreement = [0, 1, 2].reduce((sum, axis) => sum + facing[3 * at + axis] * normals[3 * i + axis], 0);
    if (agreement < 0.6) continue;
    const inEye = eyes.some(
      ({ center, width }) =>
        ((x - center[0]) / (1.25 * width)) ** 2 + ((y - center[1]) / (0.75 * width)) ** 2 < 1,
    );
    const inNostril =
      normals[3 * i + 1] < -0.7 && Math.abs(x - marks[3 * 33]) < 16 && Math.abs(y - marks[3 * 33 + 1]) < 9;
    if (!inEye && !inNostril) mask[i] = 1;
  }
  return mask;
}

/** Narrow-face vertices within two edges of its border, where hair begins. */
function faceBorder(): Uint8Array {
  const { triangles } = ict.parts[0];
  const border = new Uint8Array(11248);
  for (let v = NARROW_FACE; v < 11248; v++) border[v] = 1;
  for (let round = 0; round < 2; round++) {
    const next = border.slice();
    for (let t = 0; t < triangles.length; t += 3) {
      const corners = triangles.subarray(t, t + 3);
      if (corners.some((v) => border[v])) for (const v of corners) next[v] = 1;
    }
    border.set(next);
  }
  return border;
}

/**
 * Identity from 51 inner landmarks seen from the front, 1 mm of noise, pose and scale free, prior N(0, 1): Gauss-Newton
 * with a weak-perspective camera.
 *
 * @param target `[68, 2]`, millimetres.
 */
function identityFromLandmarks(model: ShapeModel, target: Float64Array): Float32Array {
  const { triangles } = model.parts[0];
  const count = model.identity.count;
  const marks = (vertices: Float32Array): Float32Array => surfacePoints(vertices, triangles, model.landmarks);
  const modes = Array.from({ length: count }, (_, k) =>
    marks(model.identity.data.subarray(k * 3 * model.vertexCount, (k + 1) * 3 * model.vertexCount)),
  );
  const mean = marks(model.mean);
  const identity = new Float32Array(count);
  let rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  let [scale, tx, ty] = [1, 0, 0];
  const size = 6 + count;
  for (let round = 0; round < 12; round++) {
    const system = new Float64Array(size * size);
    const right = new Float64Array(size);
    for (let i = 17; i < 68; i++) {
      const p = [0, 1, 2].map((axis) =>
        modes.reduce((sum, mode, k) => sum + identity[k] * mode[3 * i + axis], mean[3 * i + axis]),
      );
      const turn = (q: readonly number[]): number[] =>
        [0, 1, 2].map(
          (r) => rotation[3 * r] * q[0] + rotation[3 * r + 1] * q[1] + rotation[3 * r + 2] * q[2],
        );
      const q = turn(p);
      const turnedModes = modes.map((mode) => turn([mode[3 * i], mode[3 * i + 1], mode[3 * i + 2]]));
      for (let axis = 0; axis < 2; axis++) {
        const residual = scale * q[axis] + (axis === 0 ? tx : ty) - target[2 * i + axis];
        const row = new Float64Array(size);
        row[0] = scale * (axis === 0 ? 0 : -q[2]);
        row[1] = scale * (axis === 0 ? q[2] : 0);
        row[2] = scale * (axis === 0 ? -q[1] : q[0]);
        row[3] = q[axis];
        row[4 + axis] = 1;
        for (let k = 0; k < count; k++) row[6 + k] = scale * turnedModes[k][axis];
        for (let a = 0; a < size; a++) {
          right[a] -= row[a] * residual;
          for (let b = 0; b <= a; b++) system[a * size + b] += row[a] * row[b];
        }
      }
    }
    for (let a = 0; a < size; a++) {
      system[a * size + a] += a < 6 ? 1e-6 : 1;
      if (a >= 6) right[a] -= identity[a - 6];
    }
    choleskyFactor(system, size);
    choleskySolve(system, size, right);
    rotation = turned(rotation, right);
    scale += right[3];
    tx += right[4];
    ty += right[5];
    for (let k = 0; k < count; k++) identity[k] += right[6 + k];
  }
  return identity;
}

function landmarkTest(model: ShapeModel, scan: Scan, ictFit: DenseFit, mask: Uint8Array): number {
  const marks = surfacePoints(ictFit.vertices, ict.parts[0].triangles, ict.landmarks);
  let sum = 0;
  for (let draw = 0; draw < 5; draw++) {
    const random = randomStream(draw, `landmark noise ${scan.name}`);
    const target = Float64Array.from(
      { length: 136 },
      (_, i) => marks[3 * (i >> 1) + (i & 1)] + random.normal(),
    );
    const vertices = evaluateShape(model, identityFromLandmarks(model, target));
    const { points } = alignScan(model, vertices, scan, ictFit.points, mask);
    sum += pointToPlane(model, vertices, points, mask) / 5;
  }
  return sum;
}

const list: [Scan, number, number][] = [
  [await readScan(scans, 'lee-perry-smith'), 0.5, 1.73],
  [await readScan(scans, 'james'), 1.15, 2.5],
];
for (const [scan, denseTarget, landmarkTarget] of list) {
  const first = fitScan(ict, scan);
  const mask = scanMask(scan, first);
  const ictFit = fitScan(ict, scan, { mask });
  const points = mask.reduce((sum, m) => sum + m, 0);
  console.log(`\n${scan.name}: ${points} points`);
  for (const [name, model] of [
    ['ICT-FaceKit', ict],
    ['own model', own],
  ] as const) {
    const meanAlign = alignScan(model, model.mean, scan, ictFit.points, mask);
    const mean = pointToPlane(model, model.mean, meanAlign.points, mask);
    const fit = model === ict ? ictFit : fitScan(model, scan, { mask });
    const weak = fitScan(model, scan, { mask, prior: 0.1 });
    const spread = Math.sqrt(fit.identity.reduce((sum, c) => sum + c * c, 0) / fit.identity.length);
    console.log(
      `  ${name.padEnd(12)} mean face ${mean.toFixed(2)}  dense ${pointToPlane(model, fit.vertices, fit.points, mask).toFixed(3)}` +
        ` (weak prior ${pointToPlane(model, weak.vertices, weak.points, mask).toFixed(3)}, coefficients ${spread.toFixed(2)})` +
        `  from 51 landmarks ${landmarkTest(model, scan, ictFit, mask).toFixed(3)} mm`,
    );
  }
  console.log(`  targets: dense at most ${denseTarget}, from landmarks at most ${landmarkTarget}`);
}
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s`);
