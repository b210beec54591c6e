import { STAGES } from '@ganfit/core/asset';
import type { Progress } from './progress.ts';

/** Share of the whole time that is over when a stage begins, for the bar; measured on two cores. */
const BEGINS: Readonly<Record<string, number>> = {
  observe: 0,
  align: 0.01,
  fit: 0.09,
  texture: 0.47,
  assemble: 0.79,
  compare: 0.8,
  preview: 0.83,
};

const LABELS: Readonly<Record<string, string>> = {
  observe: 'looking for the face',
  align: 'aligning the head',
  fit: 'fitting shape, expression, camera and light',
  texture: 'painting the texture',
  assemble: 'assembling the head',
  compare: 'comparing with the photo',
  preview: 'writing files',
};

/** Moves the bar to a stage, or inside it. */
export function showStage(progress: Progress, stage: string, fraction: number): void {
  const names = ['observe', ...STAGES, 'preview'];
  const begin = BEGINS[stage];
  const end = BEGINS[names[names.indexOf(stage) + 1]] ?? 1;
  progress.step({ label: LABELS[stage], fraction: begin + fraction * (end - begin) });
}
