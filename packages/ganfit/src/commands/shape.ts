import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanfitError } from '@ganfit/core/error';
import { buildShapeModel, type ShapeSources, writeShapeModel } from '@ganfit/core/shape';
import { Command } from 'commander';
import { sha256 } from '../digest.ts';

interface BuildFlags {
  readonly ict: string;
  readonly makehuman: string;
  readonly output: string;
}

/** `ganfit shape build`: trains the shape model from ICT-FaceKit and MakeHuman. */
export function shapeCommand(
  print: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Command {
  const command = new Command('shape').description('the 3D shape model');
  command
    .command('build')
    .description('train the shape model anew; the same data give the same bytes')
    .requiredOption('--ict <dir>', 'folder with ict-facekit.safetensors and its LICENSE')
    .requiredOption('--makehuman <dir>', "folder with MakeHuman's 3dobjs/base.obj and targets/ (CC0)")
    .option('-o, --output <dir>', 'folder for shape.safetensors and the licences', 'shape-model')
    .action((flags: BuildFlags) => build(flags, print));
  return command;
}

async function build({ ict, makehuman, output }: BuildFlags, print: (line: string) => void): Promise<void> {
  const sources = await readSources(ict, makehuman);
  let last = '';
  const { model, mirror, parities } = buildShapeModel(sources, {
    progress: (stage, part) => {
      const line = `${stage} ${Math.floor(10 * part) * 10} %`;
      if (line !== last) print(line);
      last = line;
    },
  });
  const bytes = writeShapeModel(model, mirror, parities, {
    licence:
      'Topology and textures: CC0 (MakeHuman). Positions, modes, teeth, gums and tongue: MIT (ICT-FaceKit, USC ICT).',
  });
  await mkdir(join(output, 'licenses'), { recursive: true });
  await copyFile(join(ict, 'LICENSE'), join(output, 'licenses', 'ict-facekit-mit.txt'));
  await copyFile(join(makehuman, 'LICENSE.ASSETS.md'), join(output, 'licenses', 'makehuman-cc0.md'));
  // A stopped run leaves the old file whole.
  const path = join(output, 'shape.safetensors');
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
  print(`${path}: ${model.vertexCount} vertices, ${(bytes.length / 1e6).toFixed(2)} MB`);
  print(`file SHA-256 ${sha256(bytes)}`);
  print(`topology     ${model.topologyDigest}`);
}

async function readSources(ict: string, makehuman: string): Promise<ShapeSources> {
  const read = async (folder: string, name: string): Promise<Buffer> => {
    try {
      return await readFile(join(folder, name));
    } catch (cause) {
      throw new GanfitError(
        'input',
        `shape build: ${join(folder, name)} must be a file that can be read. Check the folder.`,
        { cause },
      );
    }
  };
  const base = await read(makehuman, '3dobjs/base.obj');
  const model = await read(ict, 'ict-facekit.safetensors');
  const names = await readdir(join(makehuman, 'targets'), { recursive: true });
  const targets: Record<string, string> = {};
  for (const name of names.map((path) => path.replaceAll('\\', '/')).sort()) {
    if (!name.endsWith('.target') || name.startsWith('expression/')) continue;
    targets[name] = (await read(join(makehuman, 'targets'), name)).toString('utf8');
  }
  return { ict: new Uint8Array(model), makehumanBase: base.toString('utf8'), makehumanTargets: targets };
}
