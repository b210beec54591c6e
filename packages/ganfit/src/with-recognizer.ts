import { embedFace, type IdentityNetwork, identify, type Observation } from '@ganfit/core/networks';
import { input } from '@ganfit/core/tensor';
import type { Kit } from './kit.ts';

/**
 * A kit whose fits optimise another recognition network. The regressor of the shape is left out: it was learnt from the inner
 * values of the usual one.
 */
export async function withRecognizer(kit: Kit, identity: IdentityNetwork): Promise<Kit> {
  const { side } = identity.template;
  const values = identify({ ...identity, taps: [identity.pattern] }, input('crop', [1, 3, side, side]));
  const embedder = await kit.runtime.compile({
    embedding: values.embedding,
    pattern: values.taps[identity.pattern],
  });
  return { ...kit, networks: { ...kit.networks, identity, embedder }, regressor: undefined };
}

/** The same face as another recognition network sees it. */
export async function seenBy(kit: Kit, observation: Observation): Promise<Observation> {
  const { image, face, box, landmarks, focal } = observation;
  const embedding = await embedFace(kit.networks, image, landmarks);
  return { image, face, box, landmarks, focal, embedding };
}
