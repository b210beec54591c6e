import { GLB_PROFILES } from '@ganfit/core/formats';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { COMPRESSIONS, SIZES, TEXTURE_FORMATS, TEXTURE_SIZES } from './settings.ts';

/** Adds what a user can ask of a GLB; the values have the names of `GlbSettings`. */
export function addGlbOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--profile <name>', 'names and bones of the GLB; rpm as Ready Player Me had them')
        .choices(GLB_PROFILES)
        .default('default'),
    )
    .addOption(
      new Option('--size <which>', 'all of the head, or a small one for phones')
        .choices(SIZES)
        .default('full'),
    )
    .addOption(
      new Option('--texture-size <texels>', `largest texture, ${TEXTURE_SIZES.join(', ')}`).argParser(
        textureSize,
      ),
    )
    .addOption(
      new Option('--texture-format <kind>', 'pictures in the GLB (default: jpeg, small: webp)').choices(
        TEXTURE_FORMATS,
      ),
    )
    .addOption(
      new Option('--compress <how>', 'of the GLB (default: none, small: meshopt)').choices(COMPRESSIONS),
    );
}

function textureSize(text: string): number {
  const size = TEXTURE_SIZES.find((candidate) => String(candidate) === text);
  if (!size) throw new InvalidArgumentError(`It must be one of ${TEXTURE_SIZES.join(', ')}.`);
  return size;
}
