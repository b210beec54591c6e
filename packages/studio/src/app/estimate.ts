import { PRESETS, type PresetName } from '@ganfit/core/fit';
import { remember, remembered } from './theme.ts';

/** What a preset is called, and what it is for. */
export interface PresetText {
  readonly name: PresetName;
  readonly title: string;
  readonly text: string;
}

/** Those that a visitor can choose, quickest first; the others are for experiments on the command line. */
const CHOICE: readonly PresetText[] = [
  { name: 'landmarks', title: 'Sketch', text: 'Shape from 68 points alone. For a first look.' },
  { name: 'fast', title: 'Fast', text: 'Shape, light and skin in a few closed steps.' },
  { name: 'balanced', title: 'Balanced', text: 'The same, then eighty steps towards the likeness.' },
  { name: 'best', title: 'Best', text: 'More pixels, more steps, every term of the loss.' },
];

/** The presets on offer. */
export function presetTexts(): readonly PresetText[] {
  return CHOICE;
}

/**
 * Seconds of everything but the fit, of one closed step, and of one iteration at 160 pixels, for a look of the identity network that takes 30 ms;
 * fits that stop early are reckoned in.
 */
const REST = 13;
const START = 0.5;
const ITERATION = 0.3;
const PACE = 30;

/**
 * How long a fit will take, seconds: as long as the last one with this preset and provider, else as this machine's pace lets
 * expect.
 *
 * @param pace Milliseconds of one look of the identity network.
 */
export function expectedSeconds(preset: PresetName, provider: string, pace: number, photos: number): number {
  const known = Number(remembered(keyOf(preset, provider)));
  if (known > 0) return known * (0.5 + 0.5 * photos);
  const { iterations, size, start } = PRESETS[preset];
  const steps = start.skin + start.coarse + start.fine;
  const speed = Math.min(3, Math.max(0.2, pace / PACE)) * (provider === 'webgpu' ? 0.3 : 1);
  return speed * (REST + (steps * START + iterations * ITERATION * (size / 160) ** 2) * photos);
}

/** Remembers how long it took. */
export function learnSeconds(preset: PresetName, provider: string, photos: number, seconds: number): void {
  remember(keyOf(preset, provider), String(seconds / (0.5 + 0.5 * photos)));
}

/** “about 20 s”, “about 2 min”. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 90) {
    const step = seconds < 20 ? 1 : 5;
    return `about ${Math.max(1, Math.round(seconds / step) * step)} s`;
  }
  return `about ${Math.round(seconds / 60)} min`;
}

function keyOf(preset: PresetName, provider: string): string {
  return `ganfit-seconds-${preset}-${provider}`;
}
