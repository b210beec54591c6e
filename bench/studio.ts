/**
 * The studio against Node: seconds of each preset in Chromium (WASM, as many threads as the machine has) beside the same chain
 * in Node, the time that the studio foretold, and the longest task of the page's main thread while fitting.
 *
 *   npm run bench -- studio [PRESET ...]
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reconstruct } from '@ganfit/core/asset';
import { PRESETS, type PresetName } from '@ganfit/core/fit';
import { observe } from '@ganfit/core/networks';
import { readPhoto } from '../packages/ganfit/src/image.ts';
import { loadKit } from '../packages/ganfit/src/kit.ts';
import { drop, openStudioHost, untilReady, visit } from '../test/studio/studio-visit.ts';
import { findChromium } from '../test/three-viewer.ts';

const ASTRONAUT = resolve(import.meta.dirname, '../examples/astronaut.png');

/** Seconds of every stage in Node. */
async function inNode(preset: PresetName): Promise<number> {
  const kit = await loadKit();
  const { image } = await readPhoto(ASTRONAUT);
  const observations = await observe(image, kit.networks);
  const start = performance.now();
  const steps = reconstruct(observations, kit, { preset });
  while (!(await steps.next()).done);
  return (performance.now() - start) / 1000;
}

const named = process.argv.slice(3);
const presets = (Object.keys(PRESETS) as PresetName[]).filter(
  (name) => named.length === 0 || named.includes(name),
);
const chromium = findChromium();
if (!chromium) throw new Error('no Chromium; install it or name it in CHROMIUM');
const studio = await openStudioHost(chromium);
const { page } = await visit(studio, studio.server.url);
await untilReady(page);
console.log(`${await page.textContent('.status')}; ${await page.getAttribute('.status', 'title')}`);
await page.evaluate(`(() => {
  globalThis.tasks = [];
  new PerformanceObserver((list) => {
    for (const { duration, startTime } of list.getEntries()) tasks.push({ duration, startTime });
  }).observe({ entryTypes: ['longtask'] });
})()`);

for (const preset of presets) {
  await drop(page, [{ name: 'astronaut.png', bytes: new Uint8Array(readFileSync(ASTRONAUT)) }]);
  await page.waitForSelector('.face-box[aria-pressed="true"]');
  const foretold = await page.textContent(`.preset:has(input[value="${preset}"]) .time`);
  await page.click(`.preset:has(input[value="${preset}"])`);
  const start = Number(await page.evaluate('performance.now()'));
  await page.click('#start-fit');
  // The last stage begins when the fit itself is over and the head is about to be opened.
  await page.waitForSelector('li[data-stage="write"].now', { timeout: 600_000, state: 'attached' });
  const end = Number(await page.evaluate('performance.now()'));
  await page.waitForSelector('#download-glb', { timeout: 600_000 });
  const shown = Number(await page.evaluate('performance.now()'));
  const tasks = (await page.evaluate('tasks')) as { duration: number; startTime: number }[];
  const during = tasks.filter(({ startTime }) => startTime > start && startTime < end);
  const longest = during.reduce((most, { duration }) => Math.max(most, duration), 0);
  const node = await inNode(preset);
  const browser = (end - start) / 1000;
  console.log(
    `${preset.padEnd(10)} browser ${browser.toFixed(1)} s, Node ${node.toFixed(1)} s, ratio ${(browser / node).toFixed(2)}; ` +
      `foretold “${foretold}”; head on the screen ${((shown - end) / 1000).toFixed(1)} s later; ` +
      `${during.length} tasks over 50 ms while fitting, the longest ${longest.toFixed(0)} ms`,
  );
  await page.click('text=Make another head');
}
await studio.close();
