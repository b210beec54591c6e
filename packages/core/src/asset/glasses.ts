import type { ShapeModel } from '../shape/model.ts';
import { measurePhoto, QUALITY_BOUNDS } from '../texture/dataset/quality.ts';
import { smoothstep } from '../texture/face-area.ts';
import { mapTexels, texelsFromVertices } from '../texture/texels.ts';
import type { UnwrappedTexture } from '../texture/unwrap.ts';

/** How far glasses reach from the height of the eyes, millimetres, and over how much the belief returns. */
const ABOVE = 28;
const BELOW = 28;
const FADE = 8;

/**
 * How far each covered texel can be believed of a photo that may show glasses: painted on the skin they look wrong from every
 * other side, so where they sit the model's own skin is better.
 *
 * @returns `[N]` in the order of `mapTexels`, 0 between brows and cheekbones; undefined when the photo shows no glasses.
 */
export function besideGlasses(unwrapped: UnwrappedTexture, model: ShapeModel): Float32Array | undefined {
  const { most = Number.POSITIVE_INFINITY } = QUALITY_BOUNDS.eyewear;
  if (!(measurePhoto(unwrapped, model).eyewear > most)) return undefined;
  const skin = model.parts[0];
  const map = mapTexels(skin, unwrapped.size);
  const places = texelsFromVertices(map, skin.triangles, model.mean.subarray(0, 3 * skin.vertexCount), 3);
  const eyes = eyeHeight(model);
  return Float32Array.from({ length: map.count }, (_, n) => {
    const above = places[3 * n + 1] - eyes;
    return above > 0
      ? smoothstep(ABOVE - FADE / 2, ABOVE + FADE / 2, above)
      : smoothstep(BELOW - FADE / 2, BELOW + FADE / 2, -above);
  });
}

/** Mean height of the twelve landmarks on the lids of the mean face, millimetres. */
function eyeHeight({ mean, parts, landmarks }: ShapeModel): number {
  const { triangles } = parts[0];
  let sum = 0;
  for (let landmark = 36; landmark < 48; landmark++) {
    for (let k = 0; k < 3; k++) {
      const vertex = triangles[3 * landmarks.triangles[landmark] + k];
      sum += (landmarks.barycentrics[3 * landmark + k] * mean[3 * vertex + 1]) / 12;
    }
  }
  return sum;
}
