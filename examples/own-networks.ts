import { readFile } from 'node:fs/promises';
import { concat, constant, gradients, input, square, sum } from '@ganfit/core/tensor';
import {
  ARCFACE_112,
  chooseFace,
  cosine,
  describeFace,
  type IdentityNetwork,
  identify,
  loadKit,
  observe,
  PRESETS,
  readPhoto,
  reconstruct,
  type TextureModel,
} from 'ganfit';

// Your own identity network and texture model in a fit: npx tsx examples/own-networks.ts network.onnx photo.jpg
const [file, path = 'examples/astronaut.png'] = process.argv.slice(2);
const kit = await loadKit();
const { runtime } = kit;

// 1. Say how the network wants to be fed. The numbers are those of the network that comes along.
const bytes = file ? new Uint8Array(await readFile(file)) : kit.networks.identity.bytes;
const identity: IdentityNetwork = {
  bytes,
  template: ARCFACE_112, // where eyes, nose and mouth lie in its crop, and the crop's side
  recipe: { order: 'BGR', mean: 127.5, divisor: 128 }, // (byte - mean) / divisor
  input: 'input', // names of its input [N, 3, side, side] and output [N, dimensions]
  output: 'output',
  dimensions: 512,
  taps: ['341', '395', '471', '503', '507'], // inner values for the content loss; [] without one
  pattern: '503', // any inner value; only the shape regressor reads it
};

// 2. Check that it can be differentiated: the gradient of its answer must be finite and not zero.
const { side } = identity.template;
const crop = input('crop', [1, 3, side, side]); // RGB, sRGB in [0, 1]
const traced = identify({ ...identity, taps: [identity.pattern] }, crop);
const [slope] = gradients(sum(square(traced.embedding)), [crop]);
const check = await runtime.compile({ slope });
const { slope: numbers } = await check.run({ crop: new Float32Array(3 * side * side).fill(0.5) });
const steepness = Math.hypot(...numbers.subarray(0, 10000));
if (!(steepness > 0 && Number.isFinite(steepness))) throw new Error('The network has no gradient.');
await check.dispose();

// 3. Put it into the kit: once to be traced into the loss, once to look at photos.
const embedder = await runtime.compile({
  embedding: traced.embedding,
  pattern: traced.taps[identity.pattern],
});
const networks = { ...kit.networks, identity, embedder };

// The regressor of the shape was learnt from the network that comes along; it means nothing on another one.
const regressor = file ? undefined : kit.regressor;

// 4. A texture model is a record with one function. This one has the first 60 components of ours.
const ours = kit.texture;
if (!ours) throw new Error('The kit has no texture model.');
const texture: TextureModel = {
  name: 'sixty components',
  latentSize: 60,
  resolutions: ours.resolutions,
  topologyDigest: kit.model.topologyDigest, // textures must lie in this model's UV layout
  linear: true,
  synthesize(latent, options) {
    const [count] = latent.shape;
    const missing = ours.latentSize - 60;
    const rest = constant(new Float32Array(count * missing), [count, missing]);
    return ours.synthesize(concat([latent, rest], 1), options);
  },
};

// 5. Observe with your networks. Landmarks of your own go in the same way: an observation is plain data.
const { image, focal } = await readPhoto(path);
const face = chooseFace(await observe(image, networks, { focal }), undefined, path);
const mirrored = await describeFace(networks, image, face.landmarks, true);
console.log(`the face and its mirror image: cosine ${cosine(face.embedding, mirrored.embedding).toFixed(2)}`);
const observation = { ...face, landmarks: face.landmarks }; // [68, 2], iBUG order, pixels of the photo

const preset = { ...PRESETS.balanced, iterations: 5 };
for await (const step of reconstruct([observation], { ...kit, networks, regressor, texture }, { preset })) {
  if (!step.result) continue;
  const { cosine: likeness, judgeDistance, parameters } = step.result;
  console.log(`${parameters.texture?.length} numbers of skin, cosine ${likeness.toFixed(2)}`);
  console.log(`judge ${judgeDistance.toFixed(2)}, which never saw your network`);
}
await kit.networks.dispose();
