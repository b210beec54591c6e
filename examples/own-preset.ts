import { writeFile } from 'node:fs/promises';
import {
  chooseFace,
  GanfitError,
  loadKit,
  type Observation,
  observe,
  overridePreset,
  PLAIN_GLB,
  PRESETS,
  packHead,
  readPhoto,
  reconstruct,
} from 'ganfit';

// One head of several photos of one person, with options of one's own: npx tsx examples/own-preset.ts a.jpg b.jpg
const paths = process.argv.slice(2);
if (paths.length === 0) paths.push('examples/astronaut.png');

const preset = overridePreset(
  { ...PRESETS.balanced, iterations: 10 }, // a preset is data: change what you like
  ['weights.identity=400', 'light=phong'], // or by path, as --set does; wrong names are told
);
const stop = new AbortController();
setTimeout(() => stop.abort(), 300_000).unref();

const kit = await loadKit({ offline: false });
const observations: Observation[] = [];
for (const path of paths) {
  const photo = await readPhoto(path);
  observations.push(chooseFace(await observe(photo.image, kit.networks, photo), undefined, path));
}

try {
  const steps = reconstruct(observations, kit, { preset, combine: 'joint', signal: stop.signal });
  for await (const { parameters, result } of steps) {
    // What is known so far: `identity` is shared, photos[n] holds expression, camera and light of each photo.
    if (parameters) console.log(`first numbers: ${parameters.identity.slice(0, 3).join(' ')}`);
    if (!result) continue;
    const { identity, photos } = result.parameters;
    console.log(`${identity.length} numbers of shape, ${photos.length} of ${paths.length} photos`);
    await writeFile('ganfit-out/several.glb', await packHead(result.head, PLAIN_GLB, kit));
  }
} catch (error) {
  if (error instanceof GanfitError && error.code === 'cancelled') console.log('Stopped in time.');
  else throw error;
}
await kit.networks.dispose();
