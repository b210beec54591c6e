import type { ReconstructionKit } from '@ganfit/core/asset';
import { loadNetworks } from '@ganfit/core/networks';
import type { TextureModel } from '@ganfit/core/texture';
import { sha256 } from './digest.ts';
import { networkFiles } from './models/network-files.ts';
import { modelSource } from './models/sources.ts';
import { readParser } from './parsing-file.ts';
import { readRegressor } from './regressor-file.ts';
import { nodeRuntime } from './runtime.ts';
import { readShape } from './shape-file.ts';
import { readTexture } from './texture-file.ts';

/** Everything that a fit needs, loaded once for many photos. */
export interface Kit extends ReconstructionKit {
  /** The model of skin textures; none when a shape model of the user's has another UV layout. */
  readonly texture?: TextureModel;
  /** SHA-256 of every file, by name. */
  readonly digests: Readonly<Record<string, string>>;
  /** Terms of the shape model, in one line. */
  readonly license: string;
}

/** Where the parts of a kit come from. */
export interface KitOptions {
  /** A shape model of the user's instead of the one that comes along. */
  readonly shape?: string;
  /** A texture model of the user's, linear or a generator, instead of the one that comes along. */
  readonly texture?: string;
  /** A face-parsing network of the user's, which tells skin from hair, hands and glasses; none comes along. */
  readonly parsing?: string;
  /** Finds FaceMesh's points beside the 68 landmarks. Default false. */
  readonly mesh?: boolean;
  /** Never touch the network. Default false. */
  readonly offline?: boolean;
  /** Called while a package of networks arrives: its `name@version`, bytes so far and in all. */
  readonly onProgress?: (spec: string, received: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Loads the shape model and the networks; networks that are missing are fetched.
 *
 * @throws GanfitError as `readShape` and `modelFile` do.
 */
export async function loadKit(options: KitOptions = {}): Promise<Kit> {
  const { model, digest, license } = await readShape(options.shape);
  // Ours belongs to our UV layout; a file of the user's must fit, or loading it says why not.
  const wanted = options.texture !== undefined || options.shape === undefined;
  const texture = wanted ? await readTexture(model.topologyDigest, options.texture) : undefined;
  const regressor = await readRegressor(digest);
  const runtime = nodeRuntime();
  // Whether the user's own file can be used is known before anything is fetched.
  const parsing = options.parsing === undefined ? undefined : await readParser(options.parsing, runtime);
  const files = await networkFiles(options);
  const usual = await loadNetworks(files, runtime);
  const networks = parsing ? { ...usual, parser: parsing.parser } : usual;
  const names = [
    ...(['face-detector', 'face-landmarks', 'face-identity', 'face-judge'] as const),
    ...(options.mesh ? (['face-mesh'] as const) : []),
  ];
  const digests = Object.fromEntries(names.map((name) => [name, modelSource(name).sha256]));
  return {
    runtime,
    model,
    networks,
    ...(texture && { texture: texture.model }),
    ...(regressor && { regressor: regressor.regressor }),
    license,
    digests: {
      shape: digest,
      ...(texture && { texture: texture.digest }),
      ...(regressor && { regressor: regressor.digest }),
      ...(files.shape && { 'shape-network': sha256(files.shape) }),
      ...(parsing && { parsing: parsing.digest }),
      ...digests,
    },
  };
}
