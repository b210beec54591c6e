import { PRESETS, type PresetName } from '@ganfit/core/fit';
import { remember, remembered } from './theme.ts';

/** What a preset is called, and what it is for. */
export interface PresetText {
  readonly name: PresetName;
  readonly title: string;
  readonly text: string;
}

const TEXTS: Readonly<Record<string, Omit<PresetText, 'name'>>> = {
  landmarks: { title: 'Sketch', text: 'Shape from 68 points alone. For a first look.' },
  fast: { title: 'Fast', text: 'Few steps at low resolution.' },
  default: { title: 'Balanced', text: 'Shape, expression, camera and light together.' },
  balanced: { title: 'Balanced', text: 'Shape, expression, camera, light and skin together.' },
  best: { title: 'Best', text: 'More steps and a second look. Worth it on a graphics card.' },
};

/** The presets, quickest first. */
export function presetTexts(): PresetText[] {
  const names = Object.keys(PRESETS) as PresetName[];
  const work = (name: PresetName) => PRESETS[name].iterations * PRESETS[name].size ** 2;
  const sorted = names.sort((a, b) => work(a) - work(b));
  return sorted.map((name) => ({ name, ...(TEXTS[name] ?? { title: name, text: '' }) }));
}

/** The preset that is chosen when the visitor says nothing. */
export function defaultPreset(): PresetName {
  const names = Object.keys(PRESETS);
  return (names.includes('balanced') ? 'balanced' : 'default') as PresetName;
}

/**
 * Seconds of everything but the fit, and of one iteration at 192 pixels, for a look of the identity network that takes 30 ms;
 * fits that stop early are reckoned in.
 */
const REST = 6;
const ITERATION = 0.18;
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
  const { iterations, size } = PRESETS[preset];
  const speed = Math.min(3, Math.max(0.2, pace / PACE)) * (provider === 'webgpu' ? 0.3 : 1);
  return speed * (REST + iterations * ITERATION * (size / 192) ** 2 * photos);
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
