import { fitEyeBall } from './eye-ball.ts';

const DEGREE = Math.PI / 180;
/** How far an eye turns at weight 1, radians: about as far as people go without turning the head. */
const TURNS = { Up: 25 * DEGREE, Down: 30 * DEGREE, In: 32 * DEGREE, Out: 32 * DEGREE } as const;

/**
 * Shapes that turn an eyeball about its centre, for a model whose `eyeLook…` shapes move only the lids.
 *
 * A morph target is a straight way: half way the eye shrinks by three per cent, which a lid hides.
 *
 * @param part `eyeLeft` or `eyeRight`.
 * @param vertices Of the eyeball, `[V, 3]`, looking along +Z, millimetres.
 * @returns Displacements by name, `[V, 3]`, for those of `eyeLookUpLeft` … that `names` has.
 */
export function eyeGazeShapes(
  part: string,
  vertices: Float32Array,
  names: readonly string[],
): Map<string, Float32Array> {
  const side = part === 'eyeLeft' ? 'Left' : 'Right';
  const { center } = fitEyeBall(vertices);
  const shapes = new Map<string, Float32Array>();
  for (const [direction, angle] of Object.entries(TURNS)) {
    const name = `eyeLook${direction}${side}`;
    if (!names.includes(name)) continue;
    const vertical = direction === 'Up' || direction === 'Down';
    // For the subject's left eye, on +X, the nose is at -X.
    const positive = vertical ? direction === 'Up' : (direction === 'Out') === (side === 'Left');
    shapes.set(name, turned(vertices, center, vertical ? 1 : 0, positive ? angle : -angle));
  }
  return shapes;
}

/** Displacements that turn +Z by `angle` towards the positive `axis` (0: X, 1: Y), about `center`. */
function turned(vertices: Float32Array, center: readonly number[], axis: 0 | 1, angle: number): Float32Array {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const out = new Float32Array(vertices.length);
  for (let i = 0; i < vertices.length; i += 3) {
    const [side, depth] = [vertices[i + axis] - center[axis], vertices[i + 2] - center[2]];
    out[i + axis] = c * side + s * depth - side;
    out[i + 2] = c * depth - s * side - depth;
  }
  return out;
}
