/** A rectangle around a face, in pixels of the photo, from hairline to chin; it may reach beyond the photo's edge. */
export interface FaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The detector's confidence in [0, 1]. */
  readonly score: number;
}

/** Longer side of a box, pixels: what "a face of 40 px" means. */
export function faceSize(box: FaceBox): number {
  return Math.max(box.width, box.height);
}

/** The smallest rectangle around landmarks `[N, 2]`, pixels. */
export function landmarkBox(landmarks: Float32Array): Omit<FaceBox, 'score'> {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < landmarks.length; i += 2) {
    left = Math.min(left, landmarks[i]);
    right = Math.max(right, landmarks[i]);
    top = Math.min(top, landmarks[i + 1]);
    bottom = Math.max(bottom, landmarks[i + 1]);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function intersection(a: FaceBox, b: FaceBox): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, across) * Math.max(0, down);
}

/** Intersection over union, in [0, 1]. */
export function overlap(a: FaceBox, b: FaceBox): number {
  const common = intersection(a, b);
  return common / (a.width * a.height + b.width * b.height - common);
}

/** The share of the smaller box that lies in the other, in [0, 1]. */
export function containment(a: FaceBox, b: FaceBox): number {
  return intersection(a, b) / Math.min(a.width * a.height, b.width * b.height);
}

/**
 * Keeps the best of boxes that mean the same face: by descending score, each box that agrees with none kept before.
 *
 * @param same Whether two boxes mean the same face.
 */
export function suppress(
  boxes: readonly FaceBox[],
  same: (a: FaceBox, b: FaceBox) => boolean = (a, b) => overlap(a, b) > 0.4,
): FaceBox[] {
  const kept: FaceBox[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score)) {
    if (!kept.some((other) => same(box, other))) kept.push(box);
  }
  return kept;
}
