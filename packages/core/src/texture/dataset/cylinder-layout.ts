import type { ShapeModel } from '../../shape/model.ts';

/**
 * The same model with the plain layout of Eq. 1's data set: its mean unrolled from a cylinder about the vertical axis (Booth and
 * Zafeiriou 2014), the face in the middle and the seam at the back.
 *
 * Unlike the model's own atlas it stretches at the crown and lays the inside of mouth, nose and sockets over the outside; those
 * are left out. Textures of it fit no asset of this project; it serves to compare with the paper.
 *
 * @returns A model with other texture coordinates and another topology digest; everything else is shared.
 */
export function cylinderLayout(model: ShapeModel): ShapeModel {
  const skin = model.parts[0];
  const { mean } = model;
  const hidden = model.regions['hidden'];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let v = 0; v < skin.vertexCount; v++) {
    low = Math.min(low, mean[3 * v + 1]);
    high = Math.max(high, mean[3 * v + 1]);
  }
  const uv = new Float32Array(2 * skin.triangles.length);
  for (let t = 0; t < skin.triangles.length; t += 3) {
    const corners = [0, 1, 2].map((k) => skin.triangles[t + k]);
    // Without an area it covers no texel.
    if (hidden && corners.every((v) => hidden[v] > 127)) continue;
    const angles = corners.map((v) => Math.atan2(mean[3 * v], mean[3 * v + 2]) / (2 * Math.PI));
    const crosses = Math.max(...angles) - Math.min(...angles) > 0.5;
    corners.forEach((v, k) => {
      // Across the seam a triangle keeps the side of its first corner and ends at the border.
      const side = Math.sign(angles[0]) || 1;
      const angle = crosses && Math.sign(angles[k]) !== side ? 0.5 * side : angles[k];
      uv[2 * (t + k)] = 0.5 + angle;
      uv[2 * (t + k) + 1] = (high - mean[3 * v + 1]) / (high - low);
    });
  }
  const uvTriangles = Uint32Array.from({ length: skin.triangles.length }, (_, i) => i);
  return {
    ...model,
    topologyDigest: `${model.topologyDigest.slice(0, 52)}-cylindrical`,
    parts: [{ ...skin, uv, uvTriangles }, ...model.parts.slice(1)],
  };
}
