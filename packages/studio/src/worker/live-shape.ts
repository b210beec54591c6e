import type { ReconstructionStep } from '@ganfit/core/asset';
import { partMaterial } from '@ganfit/core/asset';
import { vertexNormals } from '@ganfit/core/mesh';
import { evaluateShape, type ShapeModel } from '@ganfit/core/shape';
import type { LiveShape } from '../protocol.ts';

/** The head is drawn at most this often, milliseconds: drawing must not hold the fit up. */
const PERIOD = 160;

/** Gives the function that turns steps into shapes to be drawn, now and then. */
export function liveShapes(model: ShapeModel): (step: ReconstructionStep) => LiveShape | undefined {
  const triangles = Uint32Array.from(model.parts.flatMap((part) => [...part.triangles]));
  const plain = plainColors(model);
  let colors: Float32Array | undefined;
  let shown: Float32Array | undefined;
  let last = Number.NEGATIVE_INFINITY;
  return ({ stage, parameters, iteration }) => {
    const now = performance.now();
    const isFresh = stage === 'fit' && (iteration === undefined || now - last > PERIOD);
    if (!parameters || !isFresh) return undefined;
    last = now;
    const [{ camera, expression, light }] = parameters.photos;
    const positions = evaluateShape(model, parameters.identity, expression);
    const albedo = iteration?.state.albedos[0];
    let fresh: Float32Array | undefined;
    if (!colors || (albedo && albedo !== shown)) {
      shown = albedo;
      fresh = plain.slice();
      // A fit whose skin is a model's and not a list of colours is shown as clay.
      if (albedo && albedo.length === 3 * model.parts[0].vertexCount) fresh.set(albedo);
      colors = fresh;
    }
    return {
      positions,
      normals: vertexNormals(positions, triangles),
      colors: fresh,
      camera,
      light: iteration && light.kind === 'harmonics' ? light.coefficients : undefined,
    };
  };
}

/** Linear, `[V, 3]`: clay, and every other part as its material says. */
function plainColors(model: ShapeModel): Float32Array {
  const colors = new Float32Array(3 * model.vertexCount);
  for (const { name, vertexStart, vertexCount } of model.parts) {
    const color = name === 'skin' ? [0.55, 0.5, 0.47] : partMaterial(name).color;
    for (let v = vertexStart; v < vertexStart + vertexCount; v++) colors.set(color, 3 * v);
  }
  return colors;
}
