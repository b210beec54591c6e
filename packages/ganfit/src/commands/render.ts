import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Head, PORTRAIT_LIGHTS, type PortraitLight, poseHead, renderPortrait } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import type { Image } from '@ganfit/core/image';
import { Command, InvalidArgumentError, Option } from 'commander';
import { encodePng } from '../encode-image.ts';
import { encodeWebp, type Film, writeMp4 } from '../film.ts';
import { headOfFace, readFace } from '../read-face.ts';
import { wholeNumber } from './whole-number.ts';

interface RenderFlags {
  readonly output: string;
  readonly pixels: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly light: PortraitLight;
  readonly pose: Readonly<Record<string, number>>;
  readonly expression: 'neutral' | 'photo';
  readonly background?: readonly [number, number, number];
  readonly clay?: boolean;
  readonly frames: number;
  readonly rate: number;
  readonly shape?: string;
}

/** `ganfit render face.json`: a picture, or a turntable when the output is a film. */
export function renderCommand(print: (line: string) => void): Command {
  return new Command('render')
    .description('take a picture of a fitted head, or a turntable: relit, turned and with another expression')
    .argument('<face>', 'face.json of a result, or its folder')
    .option('-o, --output <file>', '.png for a picture, .webp or .mp4 for a turntable', 'head.png')
    .option('--pose <shapes>', 'shapes and weights, as in jawOpen=0.5,mouthSmile=0.8', weights, {})
    .option('--yaw <degrees>', "of the camera, towards the subject's left", degrees, 0)
    .option('--pitch <degrees>', 'of the camera, upwards', degrees, 0)
    .addOption(new Option('--light <name>', 'what lights it').choices(PORTRAIT_LIGHTS).default('studio'))
    .option('--pixels <number>', 'across and down', wholeNumber, 768)
    .option('--background <color>', 'as in #e8e8ec (default: transparent, films: grey)', color)
    .option('--clay', 'shape without colours')
    .addOption(
      new Option('--expression <which>', 'what the pose starts from')
        .choices(['neutral', 'photo'])
        .default('neutral'),
    )
    .option('--frames <number>', 'pictures of a turntable', wholeNumber, 48)
    .option('--rate <number>', 'pictures per second', wholeNumber, 16)
    .option('--shape <file>', 'the shape model of the fit, when it was another one')
    .action(async (path: string, flags: RenderFlags) => {
      const { expression } = flags;
      const head = poseHead(headOfFace(await readFace(path, flags.shape), { expression }), flags.pose);
      const what = await takePictures(head, flags);
      print(`${flags.output}  ${what}`);
    });
}

async function takePictures(head: Head, flags: RenderFlags): Promise<string> {
  const kind = extname(flags.output).toLowerCase();
  if (kind === '.png') {
    await save(flags.output, await encodePng(shoot(head, flags, flags.yaw, flags.background)));
    return 'a picture';
  }
  if (kind !== '.webp' && kind !== '.mp4') {
    throw new GanfitError(
      'input',
      `render: the output must end in .png, .webp or .mp4, got ${flags.output}. Choose another name.`,
    );
  }
  const frames: Image[] = [];
  const background = flags.background ?? [226, 226, 230];
  for (let n = 0; n < flags.frames; n++) {
    frames.push(shoot(head, flags, flags.yaw + (360 * n) / flags.frames, background));
    // Signals arrive only when the loop of events turns.
    await new Promise((turn) => setImmediate(turn));
  }
  const film: Film = { frames, rate: flags.rate };
  if (kind === '.mp4') await writeMp4(film, flags.output);
  else await save(flags.output, await encodeWebp(film));
  return `a turntable of ${flags.frames} pictures`;
}

function shoot(head: Head, flags: RenderFlags, yaw: number, background: RenderFlags['background']): Image {
  const { pitch, light, pixels: size, clay } = flags;
  const radians = Math.PI / 180;
  return renderPortrait(head, { size, yaw: yaw * radians, pitch: pitch * radians, light, background, clay });
}

async function save(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw new GanfitError('input', `render: ${path} must be a file that can be written. Check the folder.`, {
      cause,
    });
  }
}

function degrees(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function weights(text: string): Record<string, number> {
  const entries = text.split(',').map((item) => {
    const [name, value = '1'] = item.split('=').map((side) => side.trim());
    return [name, degrees(value)] as const;
  });
  return Object.fromEntries(entries);
}

function color(text: string): [number, number, number] {
  const [, hex] = /^#?([0-9a-f]{6})$/i.exec(text) ?? [];
  if (!hex) throw new InvalidArgumentError('It must be six hexadecimal digits.');
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
}
