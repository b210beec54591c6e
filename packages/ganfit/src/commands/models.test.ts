import { expect, test } from 'vitest';
import { MODEL_SOURCES } from '../models/sources.ts';
import { describeModels, modelsCommand, progressLines } from './models.ts';

test('models list: every network with its license, origin and doubts, and that nothing is cached', async () => {
  const text = (await describeModels('/no/such/folder')).join('\n');
  for (const source of MODEL_SOURCES) {
    for (const part of [source.name, source.license, source.origin, source.doubt])
      expect(text).toContain(part);
  }
  expect(text).toMatch(/face-identity {2}\(not cached, 4\.9 MB\)/);
  expect(text).not.toContain('(cached');
});

test('models: the command knows list and pull, and list prints through what it was given', async () => {
  const lines: string[] = [];
  const command = modelsCommand((line) => lines.push(line));
  expect(command.commands.map((child) => child.name())).toEqual(['list', 'pull']);
  await command.parseAsync(['list'], { from: 'user' });
  expect(lines[0]).toMatch(/^face-detector/);
});

test('progress of a download: one line for each tenth', () => {
  const lines: string[] = [];
  const report = progressLines((line) => lines.push(line));
  for (let received = 0; received <= 40e6; received += 1e6) report('p@1.0.0', received, 40e6);
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe('p@1.0.0  40.0 MB of 40.0 MB');
});
