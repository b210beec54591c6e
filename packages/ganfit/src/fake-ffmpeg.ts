import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/**
 * Two programs that stand for ffprobe and ffmpeg in tests, so that these need no video on the machine: the first tells a length,
 * the second writes a PNG, whatever time it is asked for.
 *
 * @param folder Where they are put, in a folder of their own.
 * @param clip Its length, and the picture of all its frames; without one a frame is grey, ten bytes brighter each second.
 */
export async function fakeFfmpeg(
  folder: string,
  { seconds, picture }: { readonly seconds: number; readonly picture?: string },
): Promise<{ readonly folder: string; readonly probe: string; readonly read: string }> {
  const place = mkdtempSync(join(folder, 'ffmpeg-'));
  const write = (name: string, lines: readonly string[]): string => {
    const path = join(place, name);
    writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
    return path;
  };
  if (!picture) {
    for (let tenths = 0; tenths < 10 * seconds; tenths++) {
      const shade = { r: tenths, g: tenths, b: tenths };
      const frame = sharp({ create: { width: 8, height: 8, channels: 3, background: shade } });
      await frame.png().toFile(join(place, `${(tenths / 10).toFixed(3)}.png`));
    }
  }
  // Arguments: -v error -ss TIME -i FILE …
  const frame = picture ? `"${picture}"` : `"${place}/$4.png"`;
  return {
    folder: place,
    probe: write('ffprobe', [`echo ${seconds}`]),
    read: write('ffmpeg', [`cat ${frame}`]),
  };
}
