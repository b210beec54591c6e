/**
 * Runs the benchmarks that need no data, one after the other.
 *
 *   npm run bench [-- NAME ...]
 *
 * Figures are ratios against a yardstick of the same run; nothing here fails by time.
 */
const BENCHES: Readonly<Record<string, () => Promise<unknown>>> = {
  engine: () => import('./engine.ts'),
  rasterize: () => import('./rasterize.ts'),
  render: () => import('./render.ts'),
  studio: () => import('./studio.ts'),
};

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  await run();
}

export {};
