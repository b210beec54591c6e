import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

/** Where distributions put it; `CHROMIUM` names another one. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

// SwiftShader draws without a graphics card; the rest keeps the browser from calling home.
const FLAGS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Pixels of a drawing, RGB bytes. */
export interface Shot {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** The PNG itself. */
  readonly png: Uint8Array;
}

/** How to draw the head. */
export interface View {
  readonly weights?: Readonly<Record<string, number>>;
  /** Euler angles of bones, radians; the others stand as in the file. */
  readonly bones?: Readonly<Record<string, readonly number[]>>;
  readonly yaw?: number;
  /** Metres from the origin. Default 1. */
  readonly distance?: number;
  /** Metres above the origin, of camera and target. Default 0. */
  readonly height?: number;
  /** Point that the camera looks at, metres; replaces `height`. */
  readonly at?: readonly number[];
}

/** What three.js found in a GLB. */
export interface GlbContent {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly meshes: readonly { readonly name: string; readonly morphs: readonly string[] }[];
}

/** three.js in a headless Chromium: 512 x 512 pixels, 30 degrees of view. */
export interface ThreeViewer {
  readonly load: (glb: Uint8Array) => Promise<GlbContent>;
  readonly draw: (view?: View) => Promise<Shot>;
  /** Errors and warnings of the page's console so far. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** The browser's path, or undefined with nothing installed. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  return named ?? PLACES.find((path) => existsSync(path));
}

/**
 * Opens the viewer; nothing is fetched from any network.
 *
 * @param page A script beside this one that defines `loadGlb` and `drawHead`: that of three.js or of Babylon.js.
 */
export async function openThreeViewer(executablePath: string, page = 'three-page.js'): Promise<ThreeViewer> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, page)],
    bundle: true,
    format: 'esm',
    // In one file the modules of Babylon.js, which import each other in circles, would start in the wrong order.
    splitting: true,
    outdir: '/',
    entryNames: 'page',
    write: false,
    logLevel: 'silent',
  });
  const scripts = new Map(bundle.outputFiles.map(({ path, text }) => [basename(path), text]));
  const profile = await mkdtemp(join(tmpdir(), 'ganfit-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: FLAGS,
  });
  const tab = await context.newPage();
  const complaints: string[] = [];
  tab.on('console', (message) => {
    // Drawing without a card is slow, and Chromium says so.
    if (['error', 'warning'].includes(message.type()) && !/GPU stall|swiftshader/i.test(message.text()))
      complaints.push(message.text());
  });
  tab.on('pageerror', (error) => complaints.push(String(error)));
  let glb: Uint8Array = new Uint8Array();
  await tab.route('http://viewer.test/**', (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === '/') {
      return route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><link rel="icon" href="data:,"><body style="margin:0"><script type="module" src="/page.js"></script>',
      });
    }
    const script = scripts.get(basename(path));
    if (script) return route.fulfill({ contentType: 'text/javascript', body: script });
    return route.fulfill({ contentType: 'model/gltf-binary', body: Buffer.from(glb) });
  });
  await tab.goto('http://viewer.test/');
  let loads = 0;
  return {
    complaints,
    async load(bytes) {
      glb = bytes;
      const expression = `loadGlb('/head-${loads++}.glb')`;
      return tab.evaluate(expression) as Promise<GlbContent>;
    },
    async draw(view = {}) {
      const url = (await tab.evaluate(`drawHead(${JSON.stringify(view)})`)) as string;
      const png = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
      const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, data, png };
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
