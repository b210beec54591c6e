import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { listPhotos, readIds } from '../unwrap/photo-list.ts';

/** A photo of somebody, and what is known of the person. */
export interface PersonPhoto {
  /** As `listPhotos` names it. */
  readonly id: string;
  readonly path: string;
  /** The same for all photos of one person. */
  readonly person: string;
  /** `female`, `male` … as the list says; undefined when it does not. */
  readonly sex?: string;
  /** Years; from a year of birth it is the age in the year that `ages` was asked for. */
  readonly age?: number;
  /** When the list has such a column. */
  readonly glasses?: boolean;
}

/**
 * Lists photos with what `info.csv` beside or above them says: columns `file` or `face_id`, `gender` or `face_gender`,
 * `face_age` or `birth_year`, `glasses` (0 or 1). Photos whose names agree up to the first underscore show the same person.
 *
 * @param places Photos and folders.
 * @param only A file of ids; others are left out.
 * @param year For ages from years of birth.
 * @throws GanfitError `input` when a place does not exist or nothing is left.
 */
export async function listPeople(
  places: readonly string[],
  only?: string,
  year = 2024,
): Promise<PersonPhoto[]> {
  const wanted = only === undefined ? () => true : await readIds(only);
  const photos = (await listPhotos(places)).filter(({ id }) => wanted(id));
  if (photos.length === 0) {
    throw new GanfitError(
      'input',
      `people: ${places.join(', ')} must hold photos, got none that are wanted.`,
    );
  }
  const lists = new Map<string, Promise<Map<string, Record<string, string>>>>();
  const list = (folder: string) => {
    if (!lists.has(folder)) lists.set(folder, readList(join(folder, 'info.csv')));
    return lists.get(folder)!;
  };
  return Promise.all(
    photos.map(async ({ id, path }): Promise<PersonPhoto> => {
      const name = basename(path);
      const key = name.replace(/[_.].*$/, '');
      const folder = dirname(path);
      const [own, above] = [await list(folder), await list(dirname(folder))];
      const row = own.get(name) ?? own.get(key) ?? above.get(name) ?? above.get(key) ?? {};
      const age = Number(row['face_age'] || Number.NaN);
      const born = Number(row['birth_year'] || Number.NaN);
      const known = Number.isFinite(age) ? age : year - born;
      return {
        id,
        path,
        person: `${id.split('/')[0]}/${key}`,
        sex: row['gender'] || row['face_gender'] || undefined,
        age: Number.isFinite(known) ? known : undefined,
        glasses: row['glasses'] === undefined || row['glasses'] === '' ? undefined : row['glasses'] === '1',
      };
    }),
  );
}

/** Rows of a CSV file with a header, by their first column; empty when there is no file. */
async function readList(path: string): Promise<Map<string, Record<string, string>>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const columns = header.split(',').map((name) => name.trim());
  return new Map(
    lines.map((line) => {
      const cells = line.split(',').map((cell) => cell.trim());
      return [cells[0], Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? '']))];
    }),
  );
}

/** The age bands of the tables. */
export function ageBand(age: number | undefined): string | undefined {
  if (age === undefined) return undefined;
  return age < 40 ? 'under 40' : age < 60 ? '40 to 59' : '60 and over';
}

/** The bands of skin tone of the tables, by the typology angle. */
export function toneBand(angle: number): string | undefined {
  if (Number.isNaN(angle)) return undefined;
  return angle > 41 ? 'light (over 41°)' : angle > 10 ? 'intermediate (10 to 41°)' : 'dark (under 10°)';
}
