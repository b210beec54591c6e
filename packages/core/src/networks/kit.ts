import { type Image, toPlanes } from '../image/index.ts';
import type { Network, Runtime } from '../runtime/index.ts';
import { alignedCrop } from './align.ts';
import { type IdentityNetwork, identityNetwork } from './identity.ts';

/** The files of the networks, as the door fetched or read them. */
export interface NetworkFiles {
  /** Model `face-detector`. */
  readonly detector: Uint8Array;
  /** Model `face-landmarks`. */
  readonly landmarks: Uint8Array;
  /** Model `face-identity`. */
  readonly identity: Uint8Array;
}

/** The networks, ready to look at photos. */
export interface NetworkKit {
  readonly detector: Network;
  readonly landmarker: Network;
  /** For tracing the identity network into a loss. */
  readonly identity: IdentityNetwork;
  readonly embedder: Network;
  /** Frees the engine's memory. */
  dispose(): Promise<void>;
}

/**
 * Opens the networks.
 *
 * @throws GanfitError `runtime` when the engine refuses one of the files.
 */
export async function loadNetworks(files: NetworkFiles, runtime: Runtime): Promise<NetworkKit> {
  const identity = identityNetwork(files.identity);
  const detector = await runtime.load(files.detector);
  const landmarker = await runtime.load(files.landmarks);
  const embedder = await runtime.load(files.identity);
  return {
    detector,
    landmarker,
    identity,
    embedder,
    async dispose() {
      await Promise.all([detector, landmarker, embedder].map((network) => network.dispose()));
    },
  };
}

/**
 * What the identity network says about a face.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`, pixels of the photo.
 * @returns The embedding, `[512]`, not normalized.
 */
export async function embedFace(
  kit: NetworkKit,
  image: Image,
  landmarks: Float32Array,
): Promise<Float32Array> {
  const { template, recipe, input, output } = kit.identity;
  const data = toPlanes(alignedCrop(image, landmarks, template), recipe);
  const shape = [1, 3, template.side, template.side];
  return (await kit.embedder.run({ [input]: { data, shape } }))[output].data;
}
