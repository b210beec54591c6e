import { surfacePoints } from '../shape/evaluate.ts';
import type { ShapeModel } from '../shape/model.ts';
import { smoothstep } from '../texture/face-area.ts';
import { fitEyeBall } from './eye-ball.ts';
import type { HeadBinding, HeadJoint } from './head.ts';

/** Rows of {@link placeJoints}. */
const NECK = 0;
const HEAD = 1;
const LEFT_EYE = 2;
const RIGHT_EYE = 3;

/** The head turns about the joint of skull and spine, which lies below and behind the ear canal; millimetres. */
const BELOW_EARS = 22;
const BEHIND_EARS = 6;
/** Over so many millimetres below the jaw the skin passes from the head to the neck. */
const PASSAGE = 42;

/**
 * Places the four joints of a head: `Neck`, `Head` on it, and the two eyes, which turn about the centres of their balls.
 *
 * All joints stand upright at rest: rotation about X nods, about Y turns, about Z tilts; an eye looks along +Z.
 *
 * @param model Its landmarks, parts and the region `ears` (when there is one) are read.
 * @param vertices Of the whole model, `[V, 3]`, millimetres.
 */
export function placeJoints(model: ShapeModel, vertices: Float32Array): HeadJoint[] {
  const skinEnd = model.parts[0].vertexCount;
  const ears = model.regions['ears'];
  const sums = [0, 0, 0];
  let low = Infinity;
  for (let v = 0; v < skinEnd; v++) {
    low = Math.min(low, vertices[3 * v + 1]);
    if (!ears || ears[v] < 128) continue;
    sums[0]++;
    sums[1] += vertices[3 * v + 1];
    sums[2] += vertices[3 * v + 2];
  }
  const [left, right] = [
    eyeCenter(model, vertices, 'eyeLeft', 42),
    eyeCenter(model, vertices, 'eyeRight', 36),
  ];
  const middle = (left[0] + right[0]) / 2;
  // Without ears: an ear canal lies about as far behind the eyes as a head is half long.
  const ear = sums[0] > 0 ? [sums[1] / sums[0], sums[2] / sums[0]] : [left[1] - 20, left[2] - 85];
  const head: Triple = [middle, ear[0] - BELOW_EARS, ear[1] - BEHIND_EARS];
  let [bottom, depth] = [0, 0];
  for (let v = 0; v < skinEnd; v++) {
    if (vertices[3 * v + 1] > low + 25) continue;
    bottom++;
    depth += vertices[3 * v + 2];
  }
  return [
    { name: 'Neck', parent: -1, position: [middle, low + 12, (depth / bottom + head[2]) / 2] },
    { name: 'Head', parent: NECK, position: head },
    { name: 'LeftEye', parent: HEAD, position: left },
    { name: 'RightEye', parent: HEAD, position: right },
  ];
}

type Triple = [number, number, number];

function eyeCenter(model: ShapeModel, vertices: Float32Array, name: string, firstLandmark: number): Triple {
  const part = model.parts.find((candidate) => candidate.name === name);
  if (part) {
    const own = vertices.subarray(3 * part.vertexStart, 3 * (part.vertexStart + part.vertexCount));
    return [...fitEyeBall(own).center];
  }
  // A model without eyeballs: behind the middle of the lids' outline.
  const points = surfacePoints(vertices, model.parts[0].triangles, model.landmarks);
  const center: Triple = [0, 0, -12];
  for (let i = 3 * firstLandmark; i < 3 * firstLandmark + 18; i++) center[i % 3] += points[i] / 6;
  return center;
}

/**
 * Binds vertices to the joints: eyeballs to their own, all that is in the mouth to the head, the skin to head and neck.
 *
 * @param part Name of the part.
 * @param vertices Of the part, `[N, 3]`, millimetres.
 * @param chin Lowest point of the jaw's outline, millimetres; the skin above it belongs to the head alone.
 * @param joints As placed.
 */
export function bindPart(
  part: string,
  vertices: Float32Array,
  chin: readonly number[],
  joints: readonly HeadJoint[],
): HeadBinding {
  const count = vertices.length / 3;
  const indices = new Uint8Array(4 * count);
  const weights = new Float32Array(4 * count);
  const head = joints[HEAD].position;
  for (let v = 0; v < count; v++) {
    if (part !== 'skin') {
      indices[4 * v] = part === 'eyeLeft' ? LEFT_EYE : part === 'eyeRight' ? RIGHT_EYE : HEAD;
      weights[4 * v] = 1;
      continue;
    }
    // Under the jaw the border is level; behind the neck it climbs to the back of the skull.
    const [y, z] = [vertices[3 * v + 1], vertices[3 * v + 2]];
    const back = smoothstep(head[2] + 12, head[2] - 55, z);
    const border = chin[1] - 4 + back * 0.45 * (head[1] - chin[1]);
    const share = smoothstep(border - PASSAGE, border, y);
    // Weight zero has to stand at joint zero, or validators complain.
    if (share === 0 || share === 1) {
      indices[4 * v] = share === 1 ? HEAD : NECK;
      weights[4 * v] = 1;
    } else {
      indices.set([HEAD, NECK], 4 * v);
      weights.set([share, 1 - Math.fround(share)], 4 * v);
    }
  }
  return { joints: indices, weights };
}

/** The chin, millimetres. */
export function chinPoint(model: ShapeModel, vertices: Float32Array): number[] {
  const [skin] = model.parts;
  return Array.from(surfacePoints(vertices, skin.triangles, model.landmarks).subarray(24, 27));
}
