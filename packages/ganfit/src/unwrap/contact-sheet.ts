import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeWholeFile } from '../texture/whole-file.ts';
import { fileName } from './photo-list.ts';
import type { TextureEntry } from './records.ts';
import { THUMB } from './texture-files.ts';

const COLUMNS = 6;
const ROWS = 9;

/**
 * Writes sheets of photos beside their textures, and a text file that names them in their order.
 *
 * @param name `accepted` or `rejected`.
 */
export async function writeSheets(
  dataset: string,
  name: string,
  entries: readonly TextureEntry[],
): Promise<void> {
  const perSheet = COLUMNS * ROWS;
  const lines: string[] = [];
  for (let start = 0, sheet = 1; start < entries.length; start += perSheet, sheet++) {
    const part = entries.slice(start, start + perSheet);
    const tiles: { input: Buffer; left: number; top: number }[] = [];
    for (const [i, { id, texture, reason }] of part.entries()) {
      const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)];
      lines.push(
        `${name}-${sheet} row ${row + 1} column ${column + 1}: ${id}${reason ? ` - ${reason}` : ''}`,
      );
      const pictures = [join(dataset, 'thumbs', `${fileName(id)}.jpg`), texture && join(dataset, texture)];
      for (const [k, path] of pictures.entries()) {
        const bytes = path ? await readFile(path).catch(() => undefined) : undefined;
        if (!bytes) continue;
        const input = await sharp(bytes).resize(THUMB, THUMB).toBuffer();
        tiles.push({ input, left: (2 * column + k) * THUMB, top: row * THUMB });
      }
    }
    const height = Math.ceil(part.length / COLUMNS) * THUMB;
    const canvas = { width: 2 * COLUMNS * THUMB, height, channels: 3, background: '#404040' } as const;
    const bytes = await sharp({ create: canvas }).composite(tiles).jpeg({ quality: 85 }).toBuffer();
    await writeWholeFile(join(dataset, 'sheets', `${name}-${sheet}.jpg`), bytes);
  }
  await writeWholeFile(join(dataset, 'sheets', `${name}.txt`), `${lines.join('\n')}\n`);
}
