import { DEFAULT_PRESET, PRESETS, type PresetName } from '@ganfit/core/fit';
import { type Command, Option } from 'commander';

/** What every command that only measures fits takes. */
export interface KitFlags {
  readonly preset: PresetName;
  readonly shape?: string;
  readonly texture?: string;
  readonly parsing?: string;
  readonly mesh?: boolean;
  readonly offline?: boolean;
}

/** What `--parsing` says of itself. */
export const PARSING_MEANS =
  'a face-parsing network of yours, ONNX or TensorFlow Lite: hands, hair and glasses before the face are left out';

/** What `--mesh` says of itself. */
export const MESH_MEANS = "fit MediaPipe's 468 points, too: better on turned heads (fetches 7 MB once)";

/** Adds the options of {@link KitFlags}. */
export function addKitOptions(command: Command, presetMeans = 'how thorough the fit is'): Command {
  return command
    .addOption(
      new Option('--preset <name>', presetMeans).choices(Object.keys(PRESETS)).default(DEFAULT_PRESET),
    )
    .option('--shape <file>', 'another shape model')
    .option('--texture <file>', 'another texture model: `gan`, or a file made by `ganfit texture`')
    .option('--parsing <file>', PARSING_MEANS)
    .option('--mesh', MESH_MEANS)
    .option('--offline', 'never touch the network');
}
