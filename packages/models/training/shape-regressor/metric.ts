import { vertexNormals } from '../../../core/src/mesh/normals.ts';
import { MIRRORED_POINT } from '../../../core/src/networks/ibug-points.ts';
import { surfacePoints } from '../../../core/src/shape/evaluate.ts';
import type { ShapeModel } from '../../../core/src/shape/model.ts';

/** What the error is measured with: the narrow face's points, normals and modes. */
export function metricTensors(model: ShapeModel) {
  const { mean, parts: [skin], regions, identity } = model;
  const normals = vertexNormals(mean.subarray(0, 3 * skin.vertexCount), skin.triangles);
  const chosen = Array.from({ length: skin.vertexCount }, (_, v) => v).filter(
    (v) => v % 5 === 0 && regions['narrowFace'][v] > 127,
  );
  const gather = (source: Float32Array) =>
    Float32Array.from({ length: 3 * chosen.length }, (_, i) => source[3 * chosen[Math.floor(i / 3)] + (i % 3)]);
  const length = mean.length;
  const modes = new Float32Array(identity.count * 3 * chosen.length);
  for (let k = 0; k < identity.count; k++) {
    modes.set(gather(identity.data.subarray(k * length, (k + 1) * length)), k * 3 * chosen.length);
  }
  const floats = (size: readonly number[], data: Float32Array) => ({ type: 'F32', shape: size, data }) as const;
  return {
    points: floats([chosen.length, 3], gather(mean)),
    normals: floats([chosen.length, 3], gather(normals)),
    modes: floats([identity.count, chosen.length, 3], modes),
    parity: floats([identity.count], parities(model)),
  };
}

/** 1 for modes that are their own mirror image, -1 for those that are its opposite, as the landmarks tell. */
function parities({ identity, landmarks, parts, vertexCount }: ShapeModel): Float32Array {
  const place = (mode: Float32Array) => surfacePoints(mode, parts[0].triangles, landmarks);
  return Float32Array.from({ length: identity.count }, (_, k) => {
    const moved = place(identity.data.subarray(k * 3 * vertexCount, (k + 1) * 3 * vertexCount));
    let [same, opposite] = [0, 0];
    MIRRORED_POINT.forEach((partner, point) => {
      const [a, b] = [point, partner].map((i) => moved.subarray(3 * i, 3 * i + 3));
      same += Math.hypot(a[0] + b[0], a[1] - b[1], a[2] - b[2]);
      opposite += Math.hypot(a[0] - b[0], a[1] + b[1], a[2] + b[2]);
    });
    return same < opposite ? 1 : -1;
  });
}
