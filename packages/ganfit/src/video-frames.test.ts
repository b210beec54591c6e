import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeFfmpeg } from './fake-ffmpeg.ts';
import { frameTimes, isVideo, videoFrames } from './video-frames.ts';

const folder = mkdtempSync(join(tmpdir(), 'ganfit-video-'));

function hasFfmpeg(): boolean {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('frameTimes: evenly spread, never at the very ends', () => {
  expect(frameTimes(10, 5)).toEqual([1, 3, 5, 7, 9]);
  expect([isVideo('a/CLIP.MP4'), isVideo('a.jpg')]).toEqual([true, false]);
});

test('videoFrames: without ffmpeg it says what to install', async () => {
  const none = { probe: join(folder, 'none'), read: join(folder, 'none') };
  await expect(videoFrames('clip.mp4', 5, undefined, none)).rejects.toThrow(
    /needs the program .*Install ffmpeg/,
  );
});

test('videoFrames: asks for the middles of equal parts, and takes what the program writes', async () => {
  const tools = await fakeFfmpeg(folder, { seconds: 8 });
  const frames = await videoFrames('clip.mp4', 4, undefined, tools);
  // The grey of a frame is its time.
  expect(frames.map(({ image }) => image.data[0])).toEqual([10, 30, 50, 70]);
  const silent = await fakeFfmpeg(folder, { seconds: 0 });
  await expect(videoFrames('clip.mp4', 4, undefined, silent)).rejects.toThrow('must have a length, got 0');
});

const real = hasFfmpeg() ? test : undefined;

real?.('videoFrames: frames come in order, from a real video', async () => {
  const clip = join(folder, 'clip.mp4');
  // Black fades to white over two seconds.
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'color=white:s=64x48:d=2:r=25', '-vf', 'fade=in:0:50'],
    ...['-c:v', 'mpeg4', '-q:v', '3', clip],
  ]);
  const frames = await videoFrames(clip, 4);
  expect(frames.map(({ image }) => [image.width, image.height])).toEqual(Array(4).fill([64, 48]));
  const levels = frames.map(({ image }) => image.data[3 * (24 * 64 + 32)]);
  expect(levels).toEqual([...levels].sort((a, b) => a - b));
  expect(levels[0]).toBeGreaterThan(20);
  expect(levels[3] - levels[0]).toBeGreaterThan(120);
});

real?.('videoFrames: what is no video is refused in one sentence', async () => {
  const text = join(folder, 'text.mp4');
  writeFileSync(text, 'hello');
  await expect(videoFrames(text, 5)).rejects.toThrow(/must be a video that ffmpeg reads/);
});
