import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { GanfitError } from '@ganfit/core/error';
import { decodePhoto, type Photo } from './image.ts';

const run = promisify(execFile);

const VIDEOS = new Set(['.mp4', '.m4v', '.mov', '.webm', '.mkv', '.avi', '.mpg', '.mpeg', '.ogv', '.wmv']);

/** A frame as a PNG of 4096 pixels a side stays below this, bytes. */
const LARGEST_FRAME = 256e6;

/** Whether a file is a video, by its name. */
export function isVideo(path: string): boolean {
  return VIDEOS.has(extname(path).toLowerCase());
}

/** The middles of `count` equal parts of a video, seconds. */
export function frameTimes(duration: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => ((i + 0.5) * duration) / count);
}

/**
 * Takes frames of a video, evenly spread (the paper takes five), by the programs ffprobe and ffmpeg.
 *
 * @param count How many.
 * @param tools Names of the two programs.
 * @throws GanfitError `input` when ffmpeg is not installed, or the file is no video.
 */
export async function videoFrames(
  path: string,
  count: number,
  signal?: AbortSignal,
  tools: { readonly probe: string; readonly read: string } = { probe: 'ffprobe', read: 'ffmpeg' },
): Promise<Photo[]> {
  const probe = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path];
  const { stdout } = await call(tools.probe, probe, path, signal);
  const duration = Number.parseFloat(new TextDecoder().decode(stdout));
  if (!(duration > 0)) {
    throw new GanfitError('input', `video: ${path} must have a length, got ${duration}. Convert it to MP4.`);
  }
  const photos: Photo[] = [];
  for (const time of frameTimes(duration, count)) {
    const read = ['-v', 'error', '-ss', time.toFixed(3), '-i', path, '-frames:v', '1'];
    const frame = await call(tools.read, [...read, '-f', 'image2pipe', '-c:v', 'png', '-'], path, signal);
    photos.push(await decodePhoto(new Uint8Array(frame.stdout), `${path} at ${time.toFixed(1)} s`));
  }
  return photos;
}

async function call(program: string, args: readonly string[], path: string, signal?: AbortSignal) {
  try {
    return await run(program, args, { encoding: 'buffer', maxBuffer: LARGEST_FRAME, signal });
  } catch (cause) {
    if (signal?.aborted) throw new GanfitError('cancelled', 'video: stopped.', { cause });
    const { code, stderr } = cause as { code?: string | number; stderr?: Uint8Array };
    if (code === 'ENOENT') {
      throw new GanfitError(
        'input',
        `video: reading ${path} needs the program ${program}, got none. Install ffmpeg (https://ffmpeg.org), or take some ` +
          'frames yourself and pass them with --same-person.',
        { cause },
      );
    }
    const said = stderr ? new TextDecoder().decode(stderr).trim().split('\n').at(-1) : undefined;
    throw new GanfitError(
      'input',
      `video: ${path} must be a video that ffmpeg reads, got "${said || (cause as Error).message}".`,
      { cause },
    );
  }
}
