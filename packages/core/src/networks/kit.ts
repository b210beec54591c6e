import { type FloatImage, type Image, toPlanes } from '../image/index.ts';
import type { Graph, Network, Runtime } from '../runtime/index.ts';
import { input } from '../tensor/index.ts';
import { alignedCrop } from './align.ts';
import type { FaceParser } from './face-parser.ts';
import { identify } from './identify.ts';
import { type IdentityNetwork, identityNetwork } from './identity.ts';
import { JUDGE_RECIPE, JUDGE_TEMPLATE, type JudgeFiles, judgeDescriptor } from './judge.ts';

/** The files of the networks, as the door fetched or read them. */
export interface NetworkFiles {
  /** Model `face-detector`. */
  readonly detector: Uint8Array;
  /** Model `face-landmarks`. */
  readonly landmarks: Uint8Array;
  /** Model `face-identity`. */
  readonly identity: Uint8Array;
  /** Models `face-judge` and `face-judge-manifest`; a function is asked for them when the judge is first needed. */
  readonly judge: JudgeFiles | (() => Promise<JudgeFiles>);
  /** Model `face-mesh`; without it there are the 68 landmarks alone. */
  readonly mesh?: Uint8Array;
  /** `shape-network.onnx`; without it the shape regressor stays silent. */
  readonly shape?: Uint8Array;
}

/** The networks, ready to look at photos. */
export interface NetworkKit {
  readonly detector: Network;
  readonly landmarker: Network;
  /** FaceMesh, asked by `observe` for more points of the surface. */
  readonly mesh?: Network;
  /** The shape network, for `shapeCode`. */
  readonly shape?: Network;
  /** For tracing the identity network into a loss. */
  readonly identity: IdentityNetwork;
  /** The network's answer, and the inner values that {@link FaceDescription} tells of. */
  readonly embedder: Graph<'embedding' | 'pattern'>;
  /** Opens the judge at first use. */
  readonly judge: () => Promise<Graph<'descriptor'>>;
  /** Tells skin from what lies before it (`loadFaceParser`); `reconstruct` asks it about photos that have no `skin` yet. */
  readonly parser?: FaceParser;
  /** Frees the engine's memory. */
  dispose(): Promise<void>;
}

/**
 * Opens the networks.
 *
 * @throws GanfitError `runtime` when the engine refuses one of the files, `format` when one is damaged.
 */
export async function loadNetworks(files: NetworkFiles, runtime: Runtime): Promise<NetworkKit> {
  const identity = identityNetwork(files.identity);
  const square = (name: string, side: number) => input(name, [1, 3, side, side]);
  const detector = await runtime.load(files.detector);
  const landmarker = await runtime.load(files.landmarks);
  const mesh = files.mesh && (await runtime.load(files.mesh));
  const shape = files.shape && (await runtime.load(files.shape));
  const { embedding, taps } = identify(
    { ...identity, taps: [identity.pattern] },
    square('crop', identity.template.side),
  );
  const embedder = await runtime.compile({ embedding, pattern: taps[identity.pattern] });
  const openJudge = async () => {
    const judge = typeof files.judge === 'function' ? await files.judge() : files.judge;
    return runtime.compile({ descriptor: judgeDescriptor(judge, square('crop', JUDGE_TEMPLATE.side)) });
  };
  let judge: Promise<Graph<'descriptor'>> | undefined;
  return {
    detector,
    landmarker,
    ...(mesh && { mesh }),
    ...(shape && { shape }),
    identity,
    embedder,
    async judge() {
      judge ??= openJudge();
      try {
        return await judge;
      } catch (error) {
        // Files that could not be fetched now may come later.
        judge = undefined;
        throw error;
      }
    },
    async dispose() {
      const extra = [...(mesh ? [mesh] : []), ...(shape ? [shape] : []), ...(judge ? [await judge] : [])];
      const opened = [detector, landmarker, embedder, ...extra];
      await Promise.all(opened.map((network) => network.dispose()));
    },
  };
}

/**
 * What the identity network says about a face.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`, pixels of the photo.
 * @returns The embedding, `[512]`, not normalized; compare by `cosine`.
 */
export async function embedFace(
  kit: NetworkKit,
  image: Image,
  landmarks: Float32Array,
): Promise<Float32Array> {
  return (await describeFace(kit, image, landmarks)).embedding;
}

/** What one pass through the identity network gives. */
export interface FaceDescription {
  /** As {@link embedFace} returns it. */
  readonly embedding: Float32Array;
  /** Inner values that still know where in the face they are, `[128, 7, 7]`: from them the shape is read. */
  readonly pattern: Float32Array;
}

/**
 * The embedding of a face and the inner values before it, in one pass.
 *
 * @param mirrored Describes the mirror image of the crop. Default false.
 */
export async function describeFace(
  kit: NetworkKit,
  image: Image,
  landmarks: Float32Array,
  mirrored = false,
): Promise<FaceDescription> {
  const { side } = kit.identity.template;
  const crop = planes(alignedCrop(image, landmarks, kit.identity.template));
  if (mirrored) for (let row = 0; row < crop.length; row += side) crop.subarray(row, row + side).reverse();
  return kit.embedder.run({ crop });
}

/**
 * What the judge says about a face.
 *
 * @param landmarks iBUG 68 points, `[68, 2]`, pixels of the photo.
 * @returns The descriptor, `[128]`; compare by `distance` with `JUDGE_THRESHOLD`.
 */
export async function judgeFace(
  kit: NetworkKit,
  image: Image,
  landmarks: Float32Array,
): Promise<Float32Array> {
  const crop = toPlanes(alignedCrop(image, landmarks, JUDGE_TEMPLATE), JUDGE_RECIPE);
  return (await (await kit.judge()).run({ crop })).descriptor;
}

/** `[3, H, W]`, RGB, sRGB in [0, 1]. */
function planes(image: FloatImage): Float32Array {
  return toPlanes(image, { order: 'RGB', mean: 0, divisor: 255 });
}
