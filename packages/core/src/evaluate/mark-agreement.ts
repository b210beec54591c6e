import { assert } from '../error.ts';
import { vertexNormals } from '../mesh/normals.ts';
import type { ShapeModel } from '../shape/model.ts';
import { fitMarkPose, type MarkMatch, type MarkPose, markResidual, projectMark } from './mark-pose.ts';
import type { MarkedFace, MarkScheme } from './marked-face.ts';

/** A head at rest and the marks on a photo of its person. */
export interface MarkedHead {
  readonly face: MarkedFace;
  /** `[V, 3]`, millimetres, neutral. */
  readonly vertices: Float32Array;
}

/** How far the marks of one person lie off the head, root mean squares in per cent of the distance of the outer eye corners. */
export interface MarkError {
  readonly all: number;
  /** Every part of the scheme, and `outline`. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Rounds of learning which vertex a mark means, and of posing the heads by what was learnt. */
const ROUNDS = 4;
/** Along the outline a mark says little, but not nothing: else two of them could mean one vertex. */
const ALONG = 0.1;

/**
 * How well heads agree with hand-placed points. Nobody knows which vertex a mark means, so that is learnt on one half of the people (a
 * vertex and a mean offset in the picture's plane for each mark) and the error measured on the other half, and the other way round.
 * Position, turn and size are fitted to each photo, for every method anew, so only the shape is judged.
 *
 * @param heads At least two.
 * @returns One error per head.
 */
export function markAgreement(
  heads: readonly MarkedHead[],
  model: ShapeModel,
  scheme: MarkScheme,
): MarkError[] {
  assert(heads.length >= 2, 'markAgreement: two halves are needed');
  const marks = [...Object.values(scheme.parts).flat(), ...scheme.across];
  const candidates = facing(model);
  const starts = heads.map(({ face }) => startPose(face, model, scheme));
  const targets = heads.map(({ face }) => targetsOf(face, marks, scheme));
  const errors: MarkError[] = new Array<MarkError>(heads.length);
  for (const half of [0, 1]) {
    const [learn, test] = [1 - half, half].map((side) =>
      heads.flatMap((_, i) => (i % 2 === side ? [i] : [])),
    );
    const learnt = learnMarks(
      learn.map((i) => ({ vertices: heads[i].vertices, targets: targets[i], start: starts[i] })),
      candidates,
    );
    for (const i of test) {
      const matches = matchesOf(heads[i].vertices, learnt, targets[i]);
      const pose = fitMarkPose(matches, starts[i]);
      const [a, b] = scheme.unit.map((k) => heads[i].face.points.subarray(2 * k, 2 * k + 2));
      const unit = Math.hypot(a[0] - b[0], a[1] - b[1]);
      const squares = matches.map((match) => {
        const [x, y] = markResidual(pose, match);
        return x * x + y * y;
      });
      const rms = (wanted: (mark: number, n: number) => boolean): number => {
        const list = squares.filter((_, n) => wanted(marks[n], n));
        return (100 * Math.sqrt(list.reduce((sum, value) => sum + value, 0) / list.length)) / unit;
      };
      const spots = marks.length - scheme.across.length;
      const parts = Object.entries(scheme.parts).map(([name, own]) => [
        name,
        rms((mark, n) => n < spots && own.includes(mark)),
      ]);
      errors[i] = {
        all: rms(() => true),
        parts: Object.fromEntries([...parts, ['outline', rms((_, n) => n >= spots)]]) as Record<
          string,
          number
        >,
      };
    }
  }
  return errors;
}

/** Vertices of the face that a camera in front sees. */
function facing({ mean, parts, regions }: ShapeModel): number[] {
  const [skin] = parts;
  const normals = vertexNormals(mean.subarray(0, 3 * skin.vertexCount), skin.triangles);
  const face = regions['face'];
  return Array.from({ length: skin.vertexCount }, (_, v) => v).filter(
    (v) => face[v] > 20 && normals[3 * v + 2] > 0.05,
  );
}

interface Target {
  readonly mark: readonly [number, number];
  readonly normal?: readonly [number, number];
}

function targetsOf(
  { points }: MarkedFace,
  marks: readonly number[],
  { across, outline }: MarkScheme,
): Target[] {
  const spots = marks.length - across.length;
  return marks.map((mark, n): Target => {
    const place = [points[2 * mark], points[2 * mark + 1]] as const;
    if (n < spots) return { mark: place };
    const at = outline.indexOf(mark);
    const [a, b] = [outline[Math.max(at - 1, 0)], outline[Math.min(at + 1, outline.length - 1)]];
    const [dx, dy] = [points[2 * b] - points[2 * a], points[2 * b + 1] - points[2 * a + 1]];
    const length = Math.hypot(dx, dy);
    return { mark: place, normal: [dy / length, -dx / length] };
  });
}

/** Upright, by pupils and corners of the mouth. */
function startPose({ points }: MarkedFace, model: ShapeModel, { start }: MarkScheme): MarkPose {
  const middle = (list: readonly number[]): [number, number, number] => {
    const sum: [number, number, number] = [0, 0, 0];
    for (const landmark of list) {
      for (let corner = 0; corner < 3; corner++) {
        const vertex = model.parts[0].triangles[3 * model.landmarks.triangles[landmark] + corner];
        const share = model.landmarks.barycentrics[3 * landmark + corner] / list.length;
        for (let axis = 0; axis < 3; axis++) sum[axis] += share * model.mean[3 * vertex + axis];
      }
    }
    return sum;
  };
  const places = [[36, 37, 38, 39, 40, 41], [42, 43, 44, 45, 46, 47], [48], [54]].map(middle);
  const matches = places.map((point, k): MarkMatch => {
    return { point, mark: [points[2 * start[k]], points[2 * start[k] + 1]] };
  });
  const [left, right] = [matches[0].mark, matches[1].mark];
  const scale = Math.hypot(right[0] - left[0], right[1] - left[1]) / Math.abs(places[1][0] - places[0][0]);
  const upright = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], x: 0, y: 0, scale };
  const offsets = matches.map(({ point, mark }) => {
    const [x, y] = projectMark(upright, point);
    return [mark[0] - x, mark[1] - y];
  });
  const mean = (axis: number): number =>
    offsets.reduce((sum, offset) => sum + offset[axis] / offsets.length, 0);
  return { ...upright, x: mean(0), y: mean(1) };
}

/** What the marks mean: a vertex each, and how far beside it, millimetres in the picture's plane. */
interface Learnt {
  readonly vertices: readonly number[];
  readonly offsets: readonly (readonly [number, number])[];
}

function matchesOf(
  vertices: Float32Array,
  { vertices: meant, offsets }: Learnt,
  targets: readonly Target[],
): MarkMatch[] {
  return targets.map((target, n) => {
    const at = 3 * meant[n];
    const [dx, dy] = offsets[n];
    return { ...target, point: [vertices[at] + dx, vertices[at + 1] + dy, vertices[at + 2]] };
  });
}

interface Teacher {
  readonly vertices: Float32Array;
  readonly targets: readonly Target[];
  readonly start: MarkPose;
}

function learnMarks(teachers: readonly Teacher[], candidates: readonly number[]): Learnt {
  const count = teachers[0].targets.length;
  let poses = teachers.map(({ start }) => start);
  let learnt: Learnt = { vertices: [], offsets: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const costs = Array.from({ length: count }, () => new Float64Array(candidates.length));
    teachers.forEach(({ vertices, targets }, i) => {
      const weight = 1 / poses[i].scale ** 2;
      candidates.forEach((vertex, c) => {
        const [x, y] = projectMark(poses[i], vertices, 3 * vertex);
        targets.forEach(({ mark, normal }, n) => {
          const [dx, dy] = [x - mark[0], y - mark[1]];
          const far = dx * dx + dy * dy;
          costs[n][c] += weight * (normal ? (dx * normal[0] + dy * normal[1]) ** 2 + ALONG * far : far);
        });
      });
    });
    const meant = costs.map(
      (cost) => candidates[cost.indexOf(cost.reduce((least, value) => Math.min(least, value)))],
    );
    const offsets = meant.map((vertex, n): [number, number] => {
      let [dx, dy] = [0, 0];
      teachers.forEach(({ vertices, targets }, i) => {
        const [x, y] = projectMark(poses[i], vertices, 3 * vertex);
        dx += (targets[n].mark[0] - x) / poses[i].scale / teachers.length;
        dy -= (targets[n].mark[1] - y) / poses[i].scale / teachers.length;
      });
      return [dx, dy];
    });
    learnt = { vertices: meant, offsets };
    poses = teachers.map(({ vertices, targets }, i) =>
      fitMarkPose(matchesOf(vertices, learnt, targets), poses[i], 3),
    );
  }
  return learnt;
}
