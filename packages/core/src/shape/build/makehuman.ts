import { GanfitError } from '../../error.ts';
import type { Polygons } from '../../mesh/topology.ts';

/** MakeHuman's base mesh: quads in named groups, with texture coordinates. */
export interface MakehumanBase {
  /** `[V, 3]`, decimetres, +Y up, +Z forward. */
  readonly vertices: Float64Array;
  /** `[VT, 2]`, origin bottom left as in the file. */
  readonly uv: Float64Array;
  readonly quads: Polygons;
  /** Texture indices, `[Q, 4]`. */
  readonly uvQuads: Uint32Array;
  /** Group name of each quad. */
  readonly groups: readonly string[];
}

/**
 * Reads a quad mesh from OBJ text as MakeHuman writes it (CC0 base mesh `3dobjs/base.obj` and the high-poly eyes).
 *
 * @throws GanfitError `format` when a face is not a quad with texture coordinates.
 */
export function parseMakehumanObj(text: string): MakehumanBase {
  const vertices: number[] = [];
  const uv: number[] = [];
  const quads: number[] = [];
  const uvQuads: number[] = [];
  const groups: string[] = [];
  let group = '';
  for (const line of text.split('\n')) {
    const [key, ...words] = line.trim().split(/\s+/);
    if (key === 'v') vertices.push(...words.slice(0, 3).map(Number));
    else if (key === 'vt') uv.push(Number(words[0]), Number(words[1]));
    else if (key === 'g') group = words[0] ?? '';
    else if (key === 'f') {
      const corners = words.map((word) => word.split('/').map((index) => Number(index) - 1));
      if (corners.length !== 4 || corners.some((corner) => !(corner[0] >= 0 && corner[1] >= 0))) {
        throw new GanfitError(
          'format',
          `parseMakehumanObj: faces must be quads with texture coordinates, got "${line}". Use MakeHuman's own file.`,
        );
      }
      for (const [vertex, texture] of corners) {
        quads.push(vertex);
        uvQuads.push(texture);
      }
      groups.push(group);
    }
  }
  return {
    vertices: Float64Array.from(vertices),
    uv: Float64Array.from(uv),
    quads: { corners: 4, indices: Uint32Array.from(quads) },
    uvQuads: Uint32Array.from(uvQuads),
    groups,
  };
}

/**
 * Adds a MakeHuman target (lines `index dx dy dz`, decimetres) to vertices in place.
 *
 * @throws GanfitError `format` when a line is not of that kind.
 */
export function addTarget(vertices: Float64Array, target: string, weight: number): void {
  for (const line of target.split('\n')) {
    if (line === '' || line.startsWith('#') || line.trim() === '') continue;
    const [index, ...offset] = line.trim().split(/\s+/).map(Number);
    if (
      !(index >= 0 && 3 * index + 2 < vertices.length) ||
      offset.length !== 3 ||
      offset.some(Number.isNaN)
    ) {
      throw new GanfitError(
        'format',
        `addTarget: lines must be "index dx dy dz", got "${line}". Use MakeHuman's targets.`,
      );
    }
    for (let axis = 0; axis < 3; axis++) vertices[3 * index + axis] += weight * offset[axis];
  }
}
