import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { type FaceDocument, readFaceJson, writeFaceJson } from './face-json.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/face.schema.json', import.meta.url), 'utf8'),
) as object;

function document(): FaceDocument {
  const stream = randomStream(7, 'face.json');
  const floats = (count: number) => Float32Array.from({ length: count }, () => 3 * stream.normal());
  return {
    generator: 'ganfit 0.1.0',
    model: { name: 'sphere', topologyDigest: 'a'.repeat(64) },
    photos: [
      { name: 'one.jpg', face: 0 },
      { name: 'two.jpg', face: 2 },
    ],
    fit: { preset: 'balanced', seed: 7 },
    parameters: {
      identity: Float32Array.from([...floats(156), 1e-30, 0.1]),
      texture: floats(200),
      tone: [1.1, 0.95, 1 / 3],
      photos: [
        {
          expression: floats(29),
          camera: {
            position: [1.25, 0, 900],
            target: [0, 1, 0],
            roll: -0.01,
            focal: 901.5,
            width: 512,
            height: 640,
          },
          light: { kind: 'phong', ambient: [0.5, 0.4, 0.3], color: [1, 1, 0.9], position: [0, 500, 900] },
        },
        {
          expression: floats(29),
          camera: { position: [0, 0, 900], target: [0, 0, 0], roll: 0, focal: 900, width: 256, height: 256 },
          light: { kind: 'harmonics', coefficients: floats(27) },
        },
      ],
    },
    textures: { skin: { file: 'skin.png', sha256: 'b'.repeat(64) } },
    digests: { shape: 'c'.repeat(64) },
  };
}

test('what was written reads back exactly, float by float', () => {
  const face = document();
  expect(readFaceJson(writeFaceJson(face))).toEqual(face);
});

test('the file obeys the published schema', () => {
  const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
  expect(validate(JSON.parse(writeFaceJson(document()))), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...JSON.parse(writeFaceJson(document())), identity: ['a'] })).toBe(false);
});

test('lists of numbers stay on one line with few digits', () => {
  const line = writeFaceJson(document())
    .split('\n')
    .find((text) => text.includes('"identity"'))!;
  expect(line).toContain('1e-30, 0.1]');
});

test('foreign and broken files are named as such', () => {
  const face = JSON.parse(writeFaceJson(document())) as Record<string, unknown>;
  const read = (change: object) => () => readFaceJson(JSON.stringify({ ...face, ...change }));
  expect(() => readFaceJson('{')).toThrow('readFaceJson: the file must be JSON. Is it a face.json?');
  expect(read({ format: 'other' })).toThrow(
    'readFaceJson: format must be "ganfit-face", got "other". Is it a face.json of this version?',
  );
  expect(read({ version: 2 })).toThrow(
    'readFaceJson: version must be 1, got 2. Is it a face.json of this version?',
  );
  expect(read({ identity: [1, 'x'] })).toThrow(
    'readFaceJson: identity[1] must be a number, got "x". Is it a face.json of this version?',
  );
  expect(read({ photos: undefined })).toThrow(
    'readFaceJson: photos must be a list, got nothing. Is it a face.json of this version?',
  );
});

test('a fit without a texture model has no latent', () => {
  const face = document();
  const { texture: _, ...parameters } = face.parameters;
  const text = writeFaceJson({ ...face, parameters });
  expect(JSON.parse(text)).not.toHaveProperty('latent');
  expect(readFaceJson(text).parameters).not.toHaveProperty('texture');
});
