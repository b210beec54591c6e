import { mkdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { writeMixRegions } from '@ganfit/core/texture';
import { Command, Option } from 'commander';
import sharp from 'sharp';
import type { Io } from '../io.ts';
import { readShape } from '../shape-file.ts';
import { findTextures } from '../texture/texture-set.ts';
import { writeWholeFile } from '../texture/whole-file.ts';

interface PackFlags {
  readonly output: string;
  readonly resolution: number;
  readonly quality: number;
  readonly shape?: string;
}

/** Edge of the masks: their borders are soft. */
const MASK_SIZE = 256;

/** `ganfit texture pack`: the textures to train on as small files, for a machine with a GPU. */
export function packCommand(io: Io): Command {
  return new Command('pack')
    .description(
      'copy the textures of a data set that may be trained on as small WebP files, to carry elsewhere',
    )
    .argument('<dataset>', 'folder of `ganfit texture unwrap`, or of pictures')
    .requiredOption('-o, --output <dir>', 'folder for the copies')
    .addOption(new Option('--resolution <n>', 'edge of the copies').default(512).argParser(Number))
    .addOption(new Option('--quality <n>', 'quality of the copies, 1 to 100').default(90).argParser(Number))
    .option('--shape <file>', 'the shape model that the textures belong to, if it is not ours')
    .action(async (dataset: string, flags: PackFlags) => {
      const { paths, topologyDigest } = await findTextures(dataset);
      await mkdir(flags.output, { recursive: true });
      let total = 0;
      for (const path of paths) {
        if (io.signal.aborted) break;
        const bytes = await sharp(path)
          .resize(flags.resolution, flags.resolution, { fit: 'fill' })
          .webp({ quality: flags.quality, smartSubsample: true, effort: 4 })
          .toBuffer();
        total += bytes.length;
        await writeWholeFile(join(flags.output, `${parse(path).name}.webp`), bytes);
      }
      const { model } = await readShape(flags.shape);
      if (topologyDigest === '' || topologyDigest === model.topologyDigest) {
        await writeWholeFile(join(flags.output, 'regions.safetensors'), writeMixRegions(model, MASK_SIZE));
      } else {
        io.note(
          'texture pack: the UV layout is not that of the shape model, so no parts are marked for mixing',
        );
      }
      io.print(
        `${paths.length} textures, ${(total / 1e6).toFixed(1)} MB, UV layout ${topologyDigest || 'unknown'}`,
      );
    });
}
