import { vertexNormals } from '../mesh/normals.ts';
import type { HeadMorph, HeadPart } from './head.ts';

const DEGREE = Math.PI / 180;
/** How far an eye turns at weight 1, radians: about as far as people go without turning the head. */
const TURNS = { Up: 25 * DEGREE, Down: 30 * DEGREE, In: 32 * DEGREE, Out: 32 * DEGREE } as const;

/**
 * Morph targets that turn an eyeball about its centre, for a model whose `eyeLook…` shapes move only the lids.
 *
 * A morph target is a straight way: half way the eye shrinks by three per cent, which a lid hides.
 *
 * @param eye The part `eyeLeft` or `eyeRight`, looking along +Z.
 * @returns The four shapes `eyeLookUpLeft` … that `names` has.
 */
export function eyeGazeMorphs(eye: HeadPart, names: readonly string[]): HeadMorph[] {
  const side = eye.name === 'eyeLeft' ? 'Left' : 'Right';
  const { vertices, triangles } = eye.mesh;
  const center = boxCenter(vertices);
  const morphs: HeadMorph[] = [];
  for (const [direction, angle] of Object.entries(TURNS)) {
    const name = `eyeLook${direction}${side}`;
    if (!names.includes(name)) continue;
    const vertical = direction === 'Up' || direction === 'Down';
    // For the subject's left eye, on +X, the nose is at -X.
    const positive = vertical ? direction === 'Up' : (direction === 'Out') === (side === 'Left');
    const turn = positive ? angle : -angle;
    const positions = turned(vertices, center, vertical ? 1 : 0, turn);
    const moved = positions.map((value, i) => value + vertices[i]);
    const normals = vertexNormals(moved, triangles).map((value, i) => value - eye.normals[i]);
    morphs.push({ name, positions, normals });
  }
  return morphs;
}

function boxCenter(vertices: Float32Array): [number, number, number] {
  const center = [0, 1, 2].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < vertices.length; i += 3) {
      low = Math.min(low, vertices[i]);
      high = Math.max(high, vertices[i]);
    }
    return (low + high) / 2;
  });
  return center as [number, number, number];
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
