import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseFace, loadKit, observe, PLAIN_GLB, readPhoto, reconstruct, resultFiles } from 'ganfit';

// A photo goes in, a folder of files comes out: npx tsx examples/from-node.ts me.jpg my-head
const [path = 'examples/astronaut.png', folder = 'ganfit-out/from-node'] = process.argv.slice(2);

const kit = await loadKit(); // models and networks: once for many photos
const photo = await readPhoto(path);
const face = chooseFace(await observe(photo.image, kit.networks, photo)); // the largest one

for await (const step of reconstruct([face], kit, { preset: 'fast' })) {
  const { iteration } = step;
  if (iteration) console.log(`${iteration.stage} ${iteration.iteration}: loss ${iteration.total.toFixed(1)}`);
  else console.log(`${step.stage}: ${Math.round(100 * step.fraction)} %`);
  if (!step.result) continue;

  const { landmarkError, judgeDistance } = step.result;
  console.log(`landmarks ${(100 * landmarkError).toFixed(1)} %, judge ${judgeDistance.toFixed(2)}`);
  const files = await resultFiles(path, face, step.result, kit, {
    ...PLAIN_GLB, // or { profile: 'rpm', size: 'small' }
    formats: ['glb', 'obj'],
    preset: 'fast', // these two are written into face.json
    seed: 0,
  });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}
await kit.networks.dispose();
