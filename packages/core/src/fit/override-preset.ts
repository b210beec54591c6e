import { GanfitError } from '../error.ts';
import { PRESETS, type Preset } from './presets.ts';

/** Options that take one of a few words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  texturePath: ['pixel', 'vertex'],
  light: ['phong', 'harmonics'],
  landmarks: ['student', 'distance'],
  landmarkTrust: ['shape', 'texture'],
  backdrop: ['head', 'photo'],
  shapePrior: ['regressed', 'model'],
  detail: ['photo', 'none'],
};

/**
 * Changes options of a preset by their paths, such as `weights.pixel=0` or `light=phong`.
 *
 * @param settings `path=value` each.
 * @throws GanfitError `input` naming the setting that is none, or whose value does not fit.
 */
export function overridePreset(preset: Preset, settings: readonly string[]): Preset {
  const copy = structuredClone(preset) as unknown as Record<string, unknown>;
  for (const setting of settings) {
    const [path, text = ''] = setting.split(/=(.*)/s);
    const keys = path.split('.');
    let owner = copy;
    let pattern = PRESETS.balanced as unknown as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) {
      owner = record(owner[key]);
      pattern = record(pattern[key]);
    }
    const last = keys[keys.length - 1];
    if (!Object.hasOwn(pattern, last)) {
      throw new GanfitError(
        'input',
        `set: ${path} must be an option, got none of that name. Options: ${optionPaths().join(', ')}.`,
      );
    }
    owner[last] = parse(path, pattern[last], text);
  }
  return copy as unknown as Preset;
}

/** Every path that {@link overridePreset} takes. */
export function optionPaths(): string[] {
  const walk = (value: unknown, prefix: string): string[] =>
    Object.entries(record(value)).flatMap(([key, item]) =>
      typeof item === 'object' && !Array.isArray(item) ? walk(item, `${prefix}${key}.`) : [`${prefix}${key}`],
    );
  return walk(PRESETS.balanced, '');
}

function parse(path: string, pattern: unknown, text: string): unknown {
  if (typeof pattern === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (typeof pattern === 'string' && WORDS[path]?.includes(text)) return text;
  if (typeof pattern === 'number' && /^\d*\.?\d+(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (Array.isArray(pattern) && /^(\d+(,\d+)*)?$/.test(text)) return text ? text.split(',').map(Number) : [];
  const wanted =
    WORDS[path]?.join(' or ') ?? (typeof pattern === 'boolean' ? 'true or false' : 'a number from 0');
  throw new GanfitError('input', `set: ${path} must be ${wanted}, got "${text}".`);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
