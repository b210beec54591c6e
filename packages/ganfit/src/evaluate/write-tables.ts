import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BarChart, barChart, csvTable, markdownTable, type Table } from '@ganfit/core/evaluate';
import sharp from 'sharp';
import type { Io } from '../io.ts';
import { writeWholeFile } from '../texture/whole-file.ts';

/** What one evaluation writes. */
export interface Results {
  /** Beginning of the files' names. */
  readonly name: string;
  /** Printed and written as Markdown, in this order; each as CSV as well. */
  readonly tables: readonly (Table & { readonly file: string })[];
  readonly charts?: readonly (BarChart & { readonly file: string })[];
}

/** Writes the tables as Markdown and CSV and the charts as SVG and PNG, and prints the Markdown. */
export async function writeResults(folder: string, results: Results, io: Io): Promise<void> {
  const { name, tables, charts = [] } = results;
  await mkdir(folder, { recursive: true });
  const markdown = tables.map(markdownTable).join('\n');
  await writeWholeFile(join(folder, `${name}.md`), markdown);
  for (const table of tables) await writeWholeFile(join(folder, `${table.file}.csv`), csvTable(table));
  for (const chart of charts) {
    const svg = barChart(chart);
    await writeWholeFile(join(folder, `${chart.file}.svg`), svg);
    await writeWholeFile(join(folder, `${chart.file}.png`), await sharp(Buffer.from(svg)).png().toBuffer());
  }
  io.print(markdown.trimEnd());
  io.print('');
  io.print(folder);
}
