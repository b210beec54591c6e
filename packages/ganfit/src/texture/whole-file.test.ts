import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { appendLine, writeWholeFile } from './whole-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'ganfit-whole-'));
afterAll(() => rmSync(folder, { recursive: true }));
const full = process.platform === 'linux';

describe('writeWholeFile', () => {
  it('leaves the file of before, and nothing else, when the disk is full', async () => {
    const path = join(folder, 'map.jpg');
    await writeWholeFile(path, 'the first');
    // A device that has no room stands in for the disk; elsewhere a part that cannot be written.
    if (full) symlinkSync('/dev/full', `${path}.part`);
    const late = writeWholeFile(full ? path : join(folder, 'none', 'map.jpg'), 'the second');
    await expect(late).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringMatching(
        full ? /map\.jpg must be writable, got a full disk\. Make room/ : /ENOENT/,
      ),
    });
    expect(readFileSync(path, 'utf8')).toBe('the first');
    expect(readdirSync(folder)).toEqual(['map.jpg']);
    await writeWholeFile(path, 'the second');
    expect(readFileSync(path, 'utf8')).toBe('the second');
  });
});

describe('appendLine', () => {
  it('adds to what is there, and tells of a full disk', async () => {
    const path = join(folder, 'index.jsonl');
    writeFileSync(path, '{"a":1}\n');
    await appendLine(path, '{"a":2}');
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"a":2}\n');
    const place = full ? '/dev/full' : join(folder, 'none', 'index.jsonl');
    await expect(appendLine(place, '{}')).rejects.toMatchObject({ code: 'runtime' });
  });
});
