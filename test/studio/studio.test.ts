import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import validator from 'gltf-validator';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPhoto } from '../../packages/ganfit/src/image.ts';
import { loadKit } from '../../packages/ganfit/src/kit.ts';
import { pullModels } from '../../packages/ganfit/src/models/cache.ts';
import { serveFolder } from '../../packages/studio/build/static-server.ts';
import { findChromium } from '../three-viewer.ts';
import { type FirstSteps, firstSteps } from './first-steps.ts';
import {
  download,
  drop,
  makeHead,
  openStudioHost,
  type Studio,
  shoot,
  untilReady,
  visit,
} from './studio-visit.ts';

const ASTRONAUT = resolve(import.meta.dirname, '../../examples/astronaut.png');
const astronaut = { name: 'astronaut.png', bytes: new Uint8Array(readFileSync(ASTRONAUT)) };

let studio: Studio | undefined;
let reason = '';

beforeAll(async () => {
  const chromium = findChromium();
  if (!chromium) {
    reason = 'no Chromium; install it or name it in CHROMIUM';
    return;
  }
  process.env['npm_config_fetch_retries'] ??= '1';
  try {
    await pullModels();
  } catch (error) {
    reason = (error as Error).message;
    return;
  }
  studio = await openStudioHost(chromium);
});

afterAll(async () => studio?.close());

/** Skips with the reason, or fails where nothing may be skipped. */
function need(context: { skip: (note: string) => never }): Studio {
  if (studio) return studio;
  if (process.env['GANFIT_REQUIRE_ALL'] === '1') throw new Error(reason);
  return context.skip(reason);
}

/** The whole way in a browser takes its time where other tests run beside it, milliseconds. */
const PATIENCE = 600_000;

type Shot = Awaited<ReturnType<typeof shoot>>;

function colorAt({ width, height, data }: Shot, x: number, y: number): readonly number[] {
  const at = 3 * (Math.round(y * height) * width + Math.round(x * width));
  return [...data.subarray(at, at + 3)];
}

/** Share of pixels between two heights of the picture that differ visibly. */
function changed(a: Shot, b: Shot, top: number, bottom: number): number {
  let count = 0;
  const [from, to] = [top, bottom].map((share) => 3 * a.width * Math.round(share * a.height));
  for (let i = from; i < to; i += 3) if (Math.abs(a.data[i] - b.data[i]) > 24) count++;
  return count / ((to - from) / 3);
}

test(
  'a first visit stays below 25 MB beside the runtime, and asks nobody but its own host',
  async (context) => {
    const { build: built, server, ...rest } = need(context);
    const first = Object.entries(built.sizes).filter(([path]) => !/^(ort|licenses)\/|face-judge/.test(path));
    expect(first.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(25e6);
    const licenses = Object.keys(built.sizes).filter((path) => path.startsWith('licenses/'));
    expect(licenses).toEqual(expect.arrayContaining(['licenses/networks.txt', 'licenses/software.txt']));

    const {
      page,
      requests,
      complaints,
      context: visitor,
    } = await visit({ build: built, server, ...rest }, server.url);
    await untilReady(page);
    await drop(page, [astronaut]);
    await makeHead(page);

    // A head stands in the middle: skin from forehead to chin, nothing in the corners.
    const neutral = await shoot(page);
    const corner = colorAt(neutral, 0.04, 0.06);
    expect(Math.max(...corner) - Math.min(...corner)).toBeLessThan(16);
    for (const [x, y] of [
      [0.47, 0.28],
      [0.44, 0.55],
      [0.47, 0.7],
    ]) {
      const [red, green, blue] = colorAt(neutral, x, y);
      expect(red, `pixel at ${x}, ${y}`).toBeGreaterThan(green + 8);
      expect(green).toBeGreaterThan(blue);
    }

    // The jaw's slider moves the mouth and nothing above the nose.
    await page.click('summary:has-text("Jaw")');
    await page.getByLabel('Jaw open', { exact: true }).fill('1');
    const open = await shoot(page);
    expect(changed(neutral, open, 0.58, 0.85)).toBeGreaterThan(0.01);
    expect(changed(neutral, open, 0.05, 0.38)).toBeLessThan(0.002);

    const glb = await download(page, '#download-glb');
    expect(glb.name).toBe('astronaut.glb');
    const { issues, info } = await validator.validateBytes(glb.bytes);
    expect(issues.messages).toEqual([]);
    expect(info.totalTriangleCount).toBeGreaterThan(20_000);

    const other = async (kind: string) => {
      await page.click('#other-formats');
      const file = await download(page, `[data-kind="${kind}"]`);
      await page.waitForSelector('dialog', { state: 'detached' });
      return file;
    };
    for (const [kind, name, most] of [
      ['small', 'astronaut.small.glb', 1.5e6],
      ['rpm', 'astronaut.rpm.glb', 14e6],
    ] as const) {
      const { name: given, bytes } = await other(kind);
      expect(given).toBe(name);
      expect(bytes.length).toBeLessThan(most);
      const report = await validator.validateBytes(bytes);
      const grave = report.issues.messages.filter(({ severity }) => severity < 2).map(({ code }) => code);
      // Ready Player Me puts skinned meshes below its root; nothing else is warned of.
      expect(new Set(grave)).toEqual(new Set(kind === 'rpm' ? ['NODE_SKINNED_MESH_NON_ROOT'] : []));
    }
    const ply = await other('ply');
    expect(new TextDecoder().decode(ply.bytes.subarray(0, 3))).toBe('ply');
    for (const [kind, wanted] of [
      ['usdz', ['head.usda', 'textures/skin-color.jpg']],
      ['obj', ['head.obj', 'head.mtl', 'skin.png']],
      ['all', ['head.glb', 'head.ply', 'head.obj', 'head.mtl', 'face.json', 'skin.png']],
    ] as const) {
      const { bytes } = await other(kind);
      expect(Object.keys(unzipSync(bytes)), kind).toEqual(expect.arrayContaining([...wanted]));
    }

    // An earlier head comes back from its files, with the same mesh.
    const archive = await other('face');
    await page.click('text=Make another head');
    await drop(page, [archive]);
    await page.waitForSelector('#download-glb');
    const again = await download(page, '#download-glb');
    expect(Math.abs(again.bytes.length - glb.bytes.length)).toBeLessThan(0.01 * glb.bytes.length);
    expect(changed(neutral, await shoot(page), 0, 1)).toBeLessThan(0.02);

    expect(requests.filter((url) => !url.startsWith(server.url) && !/^(blob|data):/.test(url))).toEqual([]);
    expect(complaints).toEqual([]);

    // Offline, with the host gone: the same visitor comes back and makes a head.
    await page.goto('about:blank');
    await visitor.setOffline(true);
    await page.goto(server.url);
    await untilReady(page);
    await page.click('text=Try the astronaut');
    await makeHead(page);
    expect(await page.textContent('.verdict')).toContain('same person');
    expect(complaints).toEqual([]);
    await visitor.close();
  },
  PATIENCE,
);

test(
  'what cannot be fitted is said plainly; huge pictures are no problem',
  async (context) => {
    const host = need(context);
    const { page, context: visitor } = await visit(host, host.server.url);
    await untilReady(page);
    const grey = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#8899aa' } })
      .png()
      .toBuffer();
    await drop(page, [{ name: 'wall.png', bytes: grey }]);
    await page.waitForSelector('text=No face was found');
    expect(await page.isDisabled('#start-fit')).toBe(true);

    await drop(page, [{ name: 'letter.docx', bytes: new TextEncoder().encode('Dear reader') }]);
    await page.waitForSelector('text=Letter.docx must be a picture');

    await drop(page, [{ name: 'other.json', bytes: new TextEncoder().encode('{}') }]);
    await page.waitForSelector('.toast:has-text("Is it a face.json")');

    const face = await sharp(ASTRONAUT).resize(4000, 4000).toBuffer();
    const huge = await sharp({ create: { width: 8000, height: 6000, channels: 3, background: '#777777' } })
      .composite([{ input: face, left: 2000, top: 1000 }])
      .jpeg({ quality: 70 })
      .toBuffer();
    await drop(page, [{ name: 'huge.jpg', bytes: huge }]);
    await page.waitForSelector('.face-box[aria-pressed="true"]');
    const box = await page.locator('.face-box').boundingBox();
    const frame = await page.locator('.photo-frame').boundingBox();
    if (!box || !frame) throw new Error('face and photo must be on the screen');
    const middle = [box.x + box.width / 2 - frame.x, box.y + box.height / 2 - frame.y];
    expect(middle[0] / frame.width).toBeCloseTo((2000 + 4000 * 0.44) / 8000, 1);
    expect(middle[1] / frame.height).toBeCloseTo((1000 + 4000 * 0.23) / 6000, 1);
    // Two photos of one person make one head.
    await drop(page, [astronaut]);
    await page.waitForSelector('text=2 photos, one head');
    await makeHead(page);
    await page.click('role=tab[name="Compare"]');
    await page.click('.segments:has-text("Photo") label:has-text("2")');
    const compared = await shoot(page);
    // The photo lies left of the line, the head right of it; the visitor's photos are both in colour.
    expect(new Set([0.3, 0.45, 0.55, 0.7].map((x) => String(colorAt(compared, x, 0.55)))).size).toBe(4);
    await visitor.close();
  },
  PATIENCE,
);

test(
  'below a path of a plain host: a fit can be cancelled by keyboard, survives a reload, and works offline',
  async (context) => {
    const host = need(context);
    // As GitHub's pages are: the host knows nothing of isolation, so the service worker must bring the threads.
    const bare = await serveFolder(host.folder, { port: 0, path: '/ganfit/', isolate: false });
    const {
      page,
      context: visitor,
      complaints,
    } = await visit(host, bare.url, {
      viewport: { width: 390, height: 780 },
      isMobile: true,
      hasTouch: true,
    });
    await untilReady(page);
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    await page.click('text=Try the astronaut');
    await page.waitForSelector('.face-box[aria-pressed="true"]');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const begin = async () => {
      await page.click('.preset:has(input[value="balanced"])');
      await page.focus('#start-fit');
      await page.keyboard.press('Enter');
      await page.waitForSelector('text=/(step|iteration) [2-9]/');
    };
    await begin();
    expect(await page.locator('.chart path').count()).toBeGreaterThan(3);
    await page.focus('#cancel-fit');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#start-fit:not([disabled])', { timeout: 20_000 });
    await begin();
    await page.reload();
    await untilReady(page);
    await page.waitForSelector('text=Drop a photo here');

    // The second visit needs no host.
    await page.goto('about:blank');
    await visitor.setOffline(true);
    await page.goto(bare.url);
    await untilReady(page);
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    await page.click('text=Try the astronaut');
    await page.waitForSelector('.face-box[aria-pressed="true"]');
    expect(complaints).toEqual([]);
    await visitor.close();
    await bare.close();
  },
  PATIENCE,
);

test(
  'browser and Node agree after twenty closed steps and four of Adam',
  async (context) => {
    const host = need(context);
    const kit = await loadKit();
    const { image } = await readPhoto(ASTRONAUT);
    const node = await firstSteps(image, kit);

    const bundle = await build({
      entryPoints: [join(import.meta.dirname, 'agreement-page.ts')],
      bundle: true,
      format: 'esm',
      write: false,
      external: ['node:*'],
      conditions: ['onnxruntime-web-use-extern-wasm', 'browser'],
      logLevel: 'silent',
    });
    const { page, context: visitor } = await visit(host, `${host.server.url}icon.svg`, {
      serviceWorkers: 'block',
    });
    await page.route('**/agreement.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        headers: {
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Embedder-Policy': 'require-corp',
        },
        body: '<!doctype html><script type="module" src="agreement.js"></script>',
      }),
    );
    await page.route('**/agreement.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: bundle.outputFiles[0].text }),
    );
    await page.goto(`${host.server.url}agreement.html`);
    const paths = Object.keys(host.build.sizes);
    const models = paths.find((path) => /^models\/models-/.test(path));
    const runtime = paths.find((path) => path.startsWith('ort/'))?.replace(/[^/]*$/, '');
    const call = `firstSteps(${JSON.stringify(host.server.url)}, ${JSON.stringify(models)}, ${JSON.stringify(runtime)})`;
    const browser = (await page.evaluate(call)) as FirstSteps;
    await visitor.close();

    // The photo is the same, its landmarks differ by the rounding of two builds of ONNX Runtime (3e-5 pixels).
    expect(browser.photo).toBe(node.photo);
    expect(Math.max(...browser.landmarks.map((x, i) => Math.abs(x - node.landmarks[i])))).toBeLessThan(1e-3);
    expect(browser.closed).toHaveLength(20);
    expect(browser.joint).toHaveLength(4);
    for (const stage of ['closed', 'joint'] as const) {
      const apart = browser[stage].map((total, i) => Math.abs(total - node[stage][i]) / node[stage][i]);
      expect(Math.max(...apart), stage).toBeLessThan(0.01);
    }
    // Adam's steps turn any rounding into a step of full length, in Node alone too, where 3e-5 pixels more or less in the
    // landmarks end in 0.13 mm after nine of them; so the vertices are those before them.
    const squares = browser.vertices.reduce((sum, value, i) => sum + (value - node.vertices[i]) ** 2, 0);
    expect(Math.sqrt(squares / (browser.vertices.length / 3))).toBeLessThan(0.05);
  },
  PATIENCE,
);
