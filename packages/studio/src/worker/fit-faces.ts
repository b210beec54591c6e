import { type Reconstruction, type ReconstructionStep, reconstruct } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import type { PresetName } from '@ganfit/core/fit';
import type { Image } from '@ganfit/core/image';
import { JUDGE_THRESHOLD, type Observation } from '@ganfit/core/networks';
import type { Kit, WebRuntimes } from '@ganfit/web';
import type { FinishedHead } from '../protocol.ts';
import { paintEvidence, seenShares } from './evidence.ts';
import { fittedPhoto } from './fitted-photo.ts';
import { headGlb } from './head-glb.ts';
import { liveShapes } from './live-shape.ts';
import type { Answer, Report } from './session.ts';

/** A head with what its files need. */
export interface FittedFace extends Pick<Reconstruction, 'parameters' | 'textures' | 'head'> {
  readonly photos: readonly { readonly name: string; readonly face: number }[];
  readonly fit: { readonly preset: string; readonly seed: number };
  readonly glb: Uint8Array<ArrayBuffer>;
}

/** Landmarks that lie further off than this, as a share of the outer-eye distance, mean that the fit went wrong. */
const LARGE_ERROR = 0.06;

/**
 * The chain from observed faces to a head, with what the page shows of it on the way.
 *
 * @throws GanfitError as `reconstruct` does.
 */
export async function fitFaces(
  chosen: readonly { readonly name: string; readonly observation: Observation }[],
  kit: Kit,
  runtimes: WebRuntimes,
  preset: PresetName,
  report: Report,
  signal: AbortSignal,
): Promise<{ face: FittedFace; answer: Answer<FinishedHead> }> {
  const observations = chosen.map(({ observation }) => observation);
  const notes: string[] = [];
  let result: Reconstruction;
  try {
    result = await runChain(observations, kit, preset, report, signal);
  } catch (error) {
    const isCard = kit.runtime !== runtimes.wasm;
    if (!isCard || !(error instanceof GanfitError) || error.code !== 'runtime') throw error;
    // Drivers fail in ways that no test before the fit finds.
    notes.push('The graphics card could not finish the fit; the processor did it instead.');
    result = await runChain(observations, { ...kit, runtime: runtimes.wasm }, preset, report, signal);
  }
  report({ type: 'step', step: { stage: 'write', fraction: 0 } });
  const glb = await headGlb(result.head, kit);
  const face: FittedFace = {
    parameters: result.parameters,
    textures: result.textures,
    head: result.head,
    photos: chosen.map(({ name, observation }) => ({ name, face: observation.face })),
    fit: { preset, seed: 0 },
    glb,
  };
  const evidence = await paintEvidence(result.evidence);
  const { cosine, judgeDistance, landmarkError } = result;
  return {
    face,
    answer: {
      result: {
        glb,
        photos: chosen.map(({ name }, p) => fittedPhoto(name, p, result.parameters, kit.model, result.posed)),
        evidence,
        seen: seenShares(result.evidence as Image, kit.model),
        score: { cosine, judgeDistance, landmarkError, judgeLimit: JUDGE_THRESHOLD },
        seconds: result.seconds,
        notes: [...notes, ...doubts(result)],
      },
      transfer: [evidence],
    },
  };
}

async function runChain(
  observations: readonly Observation[],
  kit: Kit,
  preset: PresetName,
  report: Report,
  signal: AbortSignal,
): Promise<Reconstruction> {
  const shapeOf = liveShapes(kit);
  const steps = reconstruct(observations, kit, { preset, signal });
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    const { stage, fraction, iteration } = next.value;
    const shape = shapeOf(next.value as ReconstructionStep);
    const buffers = shape ? [shape.positions, shape.normals, shape.colors].map(({ buffer }) => buffer) : [];
    const { losses, total, stage: part } = iteration ?? {};
    report(
      {
        type: 'step',
        step: { stage, fraction, part, iteration: iteration?.iteration, losses, total, shape },
      },
      buffers,
    );
    await turn();
  }
}

const channel = new MessageChannel();

/** Lets the worker read its messages: a request to stop arrives only between two turns of its loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(undefined);
  });
}

function doubts({ landmarkError, judgeDistance }: Reconstruction): string[] {
  const notes: string[] = [];
  if (landmarkError > LARGE_ERROR) {
    const percent = (100 * landmarkError).toFixed(1);
    notes.push(
      `The landmarks of the head lie ${percent} % of the eyes’ distance off. Look closely before you use it.`,
    );
  }
  if (judgeDistance > JUDGE_THRESHOLD) {
    notes.push(
      'The judge does not take the head for the person in the photo. A sharper, more frontal photo may help.',
    );
  }
  return notes;
}
