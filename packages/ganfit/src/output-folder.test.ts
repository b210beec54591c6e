import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutputFolder } from './output-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ganfit-output-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('a result appears whole, and nothing else stays', async () => {
  const output = await openOutputFolder(join(root, 'a/b'));
  const folder = await output.place(await output.claim('x/face.jpg'), {
    'face.json': '{}',
    'head.glb': 'new',
  });
  await output.close();
  expect(folder).toBe(join(root, 'a/b/face'));
  expect(readdirSync(join(root, 'a/b'))).toEqual(['face']);
  expect(readdirSync(folder).sort()).toEqual(['face.json', 'head.glb']);
});

test('equal base names get a suffix within one call, whatever their folder, case and type', async () => {
  const output = await openOutputFolder(root);
  const photos = ['a.jpg', 'sub/a.png', 'A.jpg', 'a-2.jpg', '.hidden', 'two.dots.jpg'];
  const names: string[] = [];
  for (const photo of photos) names.push(await output.claim(photo));
  expect(names).toEqual(['a', 'a-2', 'A-3', 'a-2-2', 'hidden', 'two.dots']);
  await output.close();
});

test('an earlier result is replaced; what others put beside it stays', async () => {
  const old = join(root, 'face');
  mkdirSync(old);
  const face = { textures: { skin: { file: 'skin.png' } } };
  writeFileSync(join(old, 'face.json'), JSON.stringify(face));
  for (const file of ['head.glb', 'head.obj', 'skin.png', 'mine.blend'])
    writeFileSync(join(old, file), 'old');
  const output = await openOutputFolder(root);
  await output.place(await output.claim('face.png'), { 'face.json': '{}', 'head.glb': 'new' });
  await output.close();
  expect(readdirSync(old).sort()).toEqual(['face.json', 'head.glb', 'mine.blend']);
  expect(readFileSync(join(old, 'head.glb'), 'utf8')).toBe('new');
  expect(readdirSync(root)).toEqual(['face']);
});

test("nobody's own folder is replaced", async () => {
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/mine.txt'), 'mine');
  const output = await openOutputFolder(root);
  await expect(output.claim('src.jpg')).rejects.toThrow(
    `output: ${join(root, 'src')} must be free or an earlier result, got a folder of other files. ` +
      'Choose another folder with -o.',
  );
  await output.close();
  expect(readdirSync(join(root, 'src'))).toEqual(['mine.txt']);
});

test('when writing fails the earlier result stays as it was, and no scratch is left', async () => {
  const output = await openOutputFolder(root);
  const name = await output.claim('face.png');
  await output.place(name, { 'face.json': '{}', 'head.glb': 'old' });
  // A file name that no file system takes makes the second write fail half way.
  await expect(output.place(name, { 'face.json': '{}', 'no/such/folder': 'x' })).rejects.toThrow(
    `output: ${root} must be a folder that can be written, got no such place. Choose another one with -o.`,
  );
  await output.close();
  expect(readdirSync(root)).toEqual(['face']);
  expect(readFileSync(join(root, 'face/head.glb'), 'utf8')).toBe('old');
});

test('a folder that cannot be made is the user’s to change', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(openOutputFolder(join(root, 'file/deeper'))).rejects.toThrow(
    `output: ${join(root, 'file/deeper')} must be a folder that can be written, got a file. ` +
      'Choose another one with -o.',
  );
  await expect(openOutputFolder(join(root, 'file'))).rejects.toThrow('got a file.');
});

test('folders that were made for nothing are taken back; others stay', async () => {
  mkdirSync(join(root, 'was-here'));
  const output = await openOutputFolder(join(root, 'was-here/made/deeper'));
  await output.close();
  expect(existsSync(join(root, 'was-here'))).toBe(true);
  expect(existsSync(join(root, 'was-here/made'))).toBe(false);
});

test.runIf(existsSync('/proc/self'))('a place where nothing can be made is refused at once', async () => {
  await expect(openOutputFolder('/proc/ganfit/deeper')).rejects.toThrow('got no such place.');
});
