import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { Command, Option } from 'commander';
import { encodePng } from '../encode-image.ts';
import { addGlbOptions } from '../glb/options.ts';
import type { GlbSettings } from '../glb/settings.ts';
import { meshFiles } from '../mesh-files.ts';
import { formatOption, type MeshFormat } from '../mesh-formats.ts';
import { headOfFace, readFace } from '../read-face.ts';

interface ExportFlags extends GlbSettings {
  readonly output: string;
  readonly format: readonly MeshFormat[];
  readonly expression: 'neutral' | 'photo';
  readonly shape?: string;
}

/** `ganfit export face.json`: the same head in other formats, without fitting again. */
export function exportCommand(print: (line: string) => void): Command {
  const command = new Command('export')
    .description('write a fitted head in other formats, sizes and profiles')
    .argument('<face>', 'face.json of a result, or its folder')
    .requiredOption('-o, --output <folder>', 'where the files go')
    .addOption(formatOption())
    .addOption(
      new Option('--expression <which>', 'base mesh of the head')
        .choices(['neutral', 'photo'])
        .default('neutral'),
    )
    .option('--shape <file>', 'the shape model of the fit, when it was another one')
    .action(async (path: string, options: ExportFlags) => {
      for (const line of await exportFace(path, options)) print(line);
    });
  return addGlbOptions(command);
}

async function exportFace(path: string, options: ExportFlags): Promise<string[]> {
  const { output, format, expression, shape } = options;
  const face = await readFace(path, shape);
  const head = headOfFace(face, { expression, detail: format.includes('glb') || format.includes('usdz') });
  const origin = { license: face.license, digests: face.document.digests };
  const names = Object.fromEntries(Object.keys(face.textures).map((part) => [part, `${part}.png`]));
  const files = await meshFiles(head, names, format, options, origin);
  if (format.includes('obj')) {
    // OBJ names its pictures, so they have to lie beside it.
    for (const [part, image] of Object.entries(face.textures)) files[`${part}.png`] = await encodePng(image);
  }
  try {
    await mkdir(output, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(output, name), content);
  } catch (cause) {
    throw new GanfitError(
      'input',
      `export: ${output} must be a folder that can be written. Choose another.`,
      {
        cause,
      },
    );
  }
  return Object.entries(files).map(
    ([name, content]) => `${join(output, name)}  ${(content.length / 1e6).toFixed(2)} MB`,
  );
}
