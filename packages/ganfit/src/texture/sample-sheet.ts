import type { Image } from '@ganfit/core/image';
import { randomStream } from '@ganfit/core/random';
import type { Runtime } from '@ganfit/core/runtime';
import { input } from '@ganfit/core/tensor';
import { randomLatent, type TextureModel } from '@ganfit/core/texture';

/**
 * Draws random textures of a model side by side, the same people each time.
 *
 * @param rows, columns How many.
 */
export async function sampleSheet(
  runtime: Runtime,
  model: TextureModel,
  resolution: number,
  rows = 3,
  columns = 6,
): Promise<Image> {
  const latent = input('latent', [1, model.latentSize]);
  const graph = await runtime.compile({ texture: model.synthesize(latent, { resolution }) });
  const random = randomStream(1, 'sample sheet');
  const width = columns * resolution;
  const data = new Uint8Array(3 * width * rows * resolution);
  for (let n = 0; n < rows * columns; n++) {
    const { texture } = await graph.run({ latent: randomLatent(model, random) });
    const [top, left] = [Math.floor(n / columns) * resolution, (n % columns) * resolution];
    const plane = resolution * resolution;
    for (let i = 0; i < plane; i++) {
      const at = 3 * ((top + Math.floor(i / resolution)) * width + left + (i % resolution));
      for (let c = 0; c < 3; c++) {
        data[at + c] = Math.min(255, Math.max(0, Math.round((texture[c * plane + i] + 1) * 127.5)));
      }
    }
  }
  await graph.dispose();
  return { width, height: rows * resolution, channels: 3, data };
}
