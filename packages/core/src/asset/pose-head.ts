import { GanfitError } from '../error.ts';
import type { Head, HeadPart } from './head.ts';

/**
 * The head with shapes applied, as a viewer shows it: a mesh at rest, without morph targets.
 *
 * @param weights By shape name; 1 is the full shape.
 * @throws GanfitError `input` for a name that the head does not have.
 */
export function poseHead(head: Head, weights: Readonly<Record<string, number>>): Head {
  const known = new Set(head.parts.flatMap(({ morphs }) => morphs.map(({ name }) => name)));
  for (const name of Object.keys(weights)) {
    if (!known.has(name)) {
      throw new GanfitError(
        'input',
        `poseHead: shapes must be of the head, got "${name}". Use one of ${[...known].join(', ') || 'none: it has no morph targets'}.`,
      );
    }
  }
  return { ...head, parts: head.parts.map((part) => posePart(part, weights)) };
}

function posePart(part: HeadPart, weights: Readonly<Record<string, number>>): HeadPart {
  const vertices = Float32Array.from(part.mesh.vertices);
  const normals = Float32Array.from(part.normals);
  for (const { name, positions, normals: turns } of part.morphs) {
    const weight = weights[name] ?? 0;
    if (weight === 0) continue;
    for (let i = 0; i < vertices.length; i++) {
      vertices[i] += weight * positions[i];
      normals[i] += weight * turns[i];
    }
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]) || 1;
    for (let axis = 0; axis < 3; axis++) normals[i + axis] /= length;
  }
  return { ...part, mesh: { ...part.mesh, vertices }, normals, morphs: [] };
}
