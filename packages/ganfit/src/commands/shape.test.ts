import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shapeCommand } from './shape.ts';

test('a folder without the data gets one clear sentence and leaves nothing behind', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'shape-'));
  const run = shapeCommand(() => {}).parseAsync(
    ['build', '--ict', empty, '--makehuman', empty, '-o', join(empty, 'out')],
    { from: 'user' },
  );
  await expect(run).rejects.toThrow(/base\.obj must be a file that can be read\. Check the folder\./);
  expect(await readdir(empty)).toEqual([]);
});
