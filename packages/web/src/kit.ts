import type { ReconstructionKit } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import { loadShapeRegressor } from '@ganfit/core/fit';
import { loadNetworks } from '@ganfit/core/networks';
import { loadShapeModel } from '@ganfit/core/shape';
import { type PcaTextureModel, pcaModel, readPca } from '@ganfit/core/texture';
import { fetchFile } from './fetch-file.ts';
import type { ModelEntry, ModelManifest } from './model-manifest.ts';
import type { WebRuntimes } from './runtime.ts';

/** Everything that a fit needs, loaded once for many photos. */
export interface Kit extends ReconstructionKit {
  /** The linear model of skin textures. */
  readonly texture: PcaTextureModel;
  /** SHA-256 of every file, by name. */
  readonly digests: Readonly<Record<string, string>>;
  /** Terms of the shape model, in one line. */
  readonly license: string;
}

/** Options of {@link loadKit}. */
export interface KitOptions {
  /** Called while the first files arrive. */
  readonly onProgress?: (received: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What every fit needs from the start; the judge comes when a head is done. */
const FIRST = ['shape', 'texture', 'face-detector', 'face-landmarks', 'face-identity'] as const;

/**
 * Loads the shape model and the networks that lie beside a page.
 *
 * @param manifestUrl Absolute URL of `models.json`.
 * @param runtimes Networks that only look at a photo run on the processor, which needs no compiling of shaders; the fit
 *   itself runs on the graphics card where there is one among them.
 * @throws GanfitError as `fetchFile` and `loadNetworks` do.
 */
export async function loadKit(
  manifestUrl: string,
  runtimes: WebRuntimes,
  options: KitOptions = {},
): Promise<Kit> {
  const { models } = JSON.parse(new TextDecoder().decode(await fetchFile(manifestUrl))) as ModelManifest;
  const entry = (name: string): ModelEntry => {
    const found = models[name];
    if (found) return found;
    throw new GanfitError('format', `models.json: it must name ${name}, got none. Build the page again.`);
  };
  const received = new Map<string, number>();
  const hasRegressor = models['regressor'] !== undefined;
  const first = hasRegressor ? [...FIRST, 'regressor', 'shape-network'] : FIRST;
  const total = first.reduce((sum, name) => sum + entry(name).bytes, 0);
  const load = (name: string) => {
    const { url, sha256 } = entry(name);
    return fetchFile(new URL(url, manifestUrl).href, {
      sha256,
      signal: options.signal,
      onProgress(bytes) {
        received.set(name, bytes);
        options.onProgress?.(
          [...received.values()].reduce((sum, count) => sum + count, 0),
          total,
        );
      },
    });
  };
  const [shape, texture, detector, landmarks, identity, regressor, shapeNetwork] = await Promise.all(
    first.map(load),
  );
  const judge = async () => {
    const [weights, manifest] = await Promise.all(['face-judge', 'face-judge-manifest'].map(load));
    return { weights, manifest };
  };
  const model = loadShapeModel(shape);
  const networks = await loadNetworks(
    { detector, landmarks, identity, judge, ...(hasRegressor && { shape: shapeNetwork }) },
    runtimes.wasm,
  );
  return {
    runtime: runtimes.webgpu ?? runtimes.wasm,
    model,
    ...(hasRegressor && { regressor: loadShapeRegressor(regressor) }),
    texture: pcaModel(readPca(texture, model.topologyDigest)),
    networks,
    license: entry('shape').license,
    digests: Object.fromEntries(Object.entries(models).map(([name, { sha256 }]) => [name, sha256])),
  };
}
