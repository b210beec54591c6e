import { spawn } from 'node:child_process';
import { GanfitError } from '@ganfit/core/error';
import type { Image } from '@ganfit/core/image';
import sharp from 'sharp';

/** Pictures that are shown one after the other, all of one size, RGBA. */
export interface Film {
  readonly frames: readonly Image[];
  /** Pictures per second. */
  readonly rate: number;
}

/** An animated WebP that repeats for ever. */
export async function encodeWebp({ frames, rate }: Film): Promise<Uint8Array> {
  const pages = await Promise.all(
    frames.map(({ data, width, height, channels }) =>
      sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 1 }).toBuffer(),
    ),
  );
  return sharp(pages, { join: { animated: true } })
    .webp({ quality: 82, loop: 0, delay: frames.map(() => Math.round(1000 / rate)) })
    .toBuffer();
}

/**
 * An MP4, written by the program `ffmpeg`.
 *
 * @throws GanfitError `input` when there is no ffmpeg or it refuses.
 */
export function writeMp4({ frames, rate }: Film, path: string): Promise<void> {
  const [{ width, height }] = frames;
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgba',
    '-s',
    `${width}x${height}`,
    '-r',
    String(rate),
    '-i',
    '-',
  ];
  const output = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '18', '-movflags', '+faststart', path];
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-loglevel', 'error', '-y', ...input, ...output], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    child.on('error', (cause) =>
      reject(
        new GanfitError(
          'input',
          'render: MP4 needs the program ffmpeg, got none. Install it or write a .webp.',
          {
            cause,
          },
        ),
      ),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new GanfitError('input', `render: ffmpeg must write ${path}, got: ${said.trim()}`));
    });
    // A pipe that closes early is told by the exit code.
    child.stdin.on('error', () => undefined);
    for (const { data } of frames) child.stdin.write(data);
    child.stdin.end();
  });
}
