import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import sharp from 'sharp';
import { type BuildResult, buildStudio } from '../../packages/studio/build/build.ts';
import { type StaticServer, serveFolder } from '../../packages/studio/build/static-server.ts';

// SwiftShader draws without a graphics card.
const FLAGS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

/** The studio, built and served, and a browser to visit it. */
export interface Studio {
  readonly folder: string;
  readonly build: BuildResult;
  readonly server: StaticServer;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openStudioHost(executablePath: string): Promise<Studio> {
  const folder = await mkdtemp(join(tmpdir(), 'ganfit-studio-'));
  const build = await buildStudio({ output: folder });
  const server = await serveFolder(folder, { port: 0 });
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  return {
    folder,
    build,
    server,
    browser,
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One visitor: a fresh profile with the studio open in it. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page's console so far. */
  readonly complaints: string[];
  /** Every address that was asked for. */
  readonly requests: string[];
}

export async function visit(
  studio: Studio,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await studio.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(240_000);
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  context.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { context, page, complaints, requests };
}

/** Waits until the models are loaded. */
export async function untilReady(page: Page): Promise<void> {
  await page.waitForSelector('.status:not([data-state="busy"])');
}

/** Drops files onto the page, as a visitor does with the mouse. */
export async function drop(
  page: Page,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
) {
  const list = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  await page.evaluate(`(() => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of ${JSON.stringify(list)}) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  })()`);
}

/** Makes a head with the quickest preset; ends when it is on the screen. */
export async function makeHead(page: Page): Promise<void> {
  await page.waitForSelector('.face-box[aria-pressed="true"]');
  await page.click('.preset:has(input[value="landmarks"])');
  await page.click('#start-fit');
  await page.waitForSelector('#download-glb');
  await page.waitForTimeout(300);
}

/** Clicks something and gives the file that comes of it. */
export async function download(page: Page, selector: string): Promise<{ name: string; bytes: Uint8Array }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  return { name: file.suggestedFilename(), bytes: new Uint8Array(await readFile(await file.path())) };
}

/** What the viewer shows, RGB. */
export async function shoot(page: Page): Promise<{ width: number; height: number; data: Uint8Array }> {
  await page.waitForTimeout(400);
  const png = await page.locator('.stage-view').screenshot();
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
