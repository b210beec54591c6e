import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Io } from './io.ts';
import { remainingTime, startProgress } from './progress.ts';

function silentIo(terminal?: NodeJS.WriteStream): { io: Io; lines: string[] } {
  const lines: string[] = [];
  const signal = new AbortController().signal;
  return {
    io: { print: (line) => lines.push(line), note: (line) => lines.push(line), terminal, signal },
    lines,
  };
}

test('without a terminal: one plain line per stage, with its time', () => {
  const { io, lines } = silentIo();
  let clock = 0;
  const progress = startProgress(io, 'face.jpg', () => clock);
  progress.step({ label: 'aligning', fraction: 0 });
  clock = 1500;
  progress.step({ label: 'fitting', fraction: 0.2 });
  clock = 2000;
  progress.step({ label: 'fitting', fraction: 0.6 });
  clock = 4000;
  progress.end();
  progress.step({ label: 'writing', fraction: 0.9 });
  progress.drop();
  progress.end();
  expect(lines).toEqual(['face.jpg: aligning, 1.5 s', 'face.jpg: fitting, 2.5 s']);
});

test('on a terminal: a bar with stage and remaining time, cleared at the end', () => {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 100,
    cursorTo: () => true,
    clearLine: () => true,
  }) as unknown as NodeJS.WriteStream;
  const { io, lines } = silentIo(stream);
  let clock = 0;
  const progress = startProgress(io, 'face.jpg', () => clock);
  clock = 3000;
  progress.step({ label: 'fitting', fraction: 0.25 });
  progress.end();
  const shown = String((stream as unknown as PassThrough).read());
  expect(shown).toContain('face.jpg');
  expect(shown).toContain('25 %  fitting  about 9 s left');
  expect(lines).toEqual([]);
});

test('remaining time: a guess is not shown, long ones are minutes', () => {
  expect(remainingTime(400, 0.5)).toBe('');
  expect(remainingTime(60_000, 0.01)).toBe('');
  expect(remainingTime(10_000, 0.5)).toBe('about 10 s left');
  expect(remainingTime(60_000, 0.1)).toBe('about 9 min left');
});
