import { smoothstep } from '../texture/face-area.ts';

/** Displacements of the tongue's vertices, `[V, 3]` each, millimetres at weight 1. */
export interface TongueShapes {
  /** ARKit's `tongueOut`: out over the lower lip; meant to go with an open jaw. */
  readonly tongueOut: Float32Array;
  /** The tip behind the upper teeth, as in d, n and l; no shape of its own in files. */
  readonly tongueUp: Float32Array;
}

/** The tip comes so far out of the lips, millimetres. */
const BEYOND_LIPS = 16;

/**
 * Models the movements that the shape model has no data of by bending the tongue.
 *
 * The root stays; towards the tip the tongue is drawn forward and gets flatter and narrower, so that it passes between the
 * teeth, and hangs down beyond the lip.
 *
 * @param vertices Of the tongue, `[V, 3]`, at rest, pointing along +Z, millimetres.
 * @param lip Foremost point of the lower lip along Z, millimetres.
 */
export function tongueShapes(vertices: Float32Array, lip: number): TongueShapes {
  const box = [0, 1, 2].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < vertices.length; i += 3) {
      low = Math.min(low, vertices[i]);
      high = Math.max(high, vertices[i]);
    }
    return [low, high];
  });
  const [[left, right], [bottom, top], [back, front]] = box;
  const [middle, height] = [(left + right) / 2, (bottom + top) / 2];
  const reach = lip + BEYOND_LIPS - front;
  const out = new Float32Array(vertices.length);
  const up = new Float32Array(vertices.length);
  for (let i = 0; i < vertices.length; i += 3) {
    const [x, y, z] = [vertices[i] - middle, vertices[i + 1] - height, vertices[i + 2]];
    // 0 at the root, 1 at the tip.
    const along = (z - back) / (front - back);
    const drawn = smoothstep(0.1, 1.05, along);
    const beyond = Math.max(0, z + drawn * reach - (lip - 6));
    out[i] = -0.22 * drawn * x;
    out[i + 1] = -0.45 * drawn * y + 9 * smoothstep(0.1, 0.6, along) - 0.022 * beyond * beyond;
    out[i + 2] = drawn * reach;
    const tip = smoothstep(0.45, 1, along);
    up[i] = -0.1 * tip * x;
    up[i + 1] = 13 * tip - 0.25 * tip * y;
    up[i + 2] = 1.5 * tip;
  }
  return { tongueOut: out, tongueUp: up };
}
