import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';

/** Where the files of a data set of scans and videos lie, relative to its folder; `{subject}` and `*` are filled in. */
export interface MiccLayout {
  /** False for patterns that nobody has tried on the real data set. */
  readonly verified: boolean;
  readonly subjects: { readonly from: number; readonly to: number; readonly digits: number };
  /** Scans of one subject, OBJ; one pattern each. */
  readonly scans: readonly string[];
  /** Their landmarks, in the same order: 68 lines of `x y z` in the scan's unit. */
  readonly landmarks: readonly string[];
  /** Per condition: a video file, or the frames as pictures. */
  readonly videos: Readonly<Record<string, string>>;
  /** Millimetres per unit of the scans. */
  readonly millimetres: number;
  /** Subjects with another crop, millimetres. */
  readonly crops: Readonly<Record<string, number>>;
}

/**
 * Reads a layout; what the file leaves out is as in the one that comes along.
 *
 * @throws GanfitError `input` when it is no JSON file.
 */
export async function readLayout(path?: string): Promise<MiccLayout> {
  const own = JSON.parse(
    await readFile(new URL('./micc-layout.json', import.meta.url), 'utf8'),
  ) as MiccLayout;
  if (path === undefined) return own;
  try {
    return { ...own, ...(JSON.parse(await readFile(path, 'utf8')) as Partial<MiccLayout>) };
  } catch (cause) {
    throw new GanfitError('input', `micc: ${path} must be a JSON file, got ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** The subjects' numbers as they stand in file names. */
export function subjectsOf({ subjects: { from, to, digits } }: MiccLayout): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(digits, '0'));
}

/** Files that a pattern names, sorted; `*` stands for anything within one folder's or file's name. */
export async function filesOf(root: string, pattern: string, subject: string): Promise<string[]> {
  let places = [root];
  for (const part of pattern.replaceAll('{subject}', subject).split('/')) {
    if (!part.includes('*')) {
      places = places.map((place) => join(place, part));
      continue;
    }
    const wanted = new RegExp(`^${part.split('*').map(escapeText).join('.*')}$`);
    const found = await Promise.all(
      places.map(async (place) => {
        const names = await readdir(place).catch(() => [] as string[]);
        return names.filter((name) => wanted.test(name)).map((name) => join(place, name));
      }),
    );
    places = found.flat();
  }
  return places.sort();
}

function escapeText(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
