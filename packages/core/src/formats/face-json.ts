import { GanfitError } from '../error.ts';
import type { EyePose, FitParameters, PhotoParameters } from '../fit/parameters.ts';
import type { Camera } from '../render/camera.ts';
import type { Light } from '../render/light.ts';

/** A picture that lies beside the file. */
export interface FaceTexture {
  /** File name, in the same folder. */
  readonly file: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
}

/** Everything that a fit found and what it was made with: `face.json`. */
export interface FaceDocument {
  /** Program and version. */
  readonly generator: string;
  /** The shape model that the coefficients belong to. */
  readonly model: { readonly name: string; readonly topologyDigest: string };
  /** One per photo, in the order of `parameters.photos`. */
  readonly photos: readonly { readonly name: string; readonly face: number }[];
  /** How the fit ran. */
  readonly fit: { readonly preset: string; readonly seed: number };
  readonly parameters: FitParameters;
  /** Base colours that no model can regenerate, by part. */
  readonly textures: Readonly<Record<string, FaceTexture>>;
  /** SHA-256 of every model and network that took part, by name. */
  readonly digests: Readonly<Record<string, string>>;
}

const FORMAT = 'ganfit-face';
const VERSION = 1;

/** Writes `face.json`; its schema is `schemas/face.schema.json`. Every float32 is written so that it reads back exactly. */
export function writeFaceJson(document: FaceDocument): string {
  const { generator, model, fit, parameters, textures, digests } = document;
  const photos = parameters.photos.map(({ expression, camera, light, eyes }, i) => ({
    ...document.photos[i],
    expression: numbers(expression),
    camera,
    light: light.kind === 'phong' ? light : { ...light, coefficients: numbers(light.coefficients) },
    ...(eyes ? { eyes } : {}),
  }));
  const json = {
    format: FORMAT,
    version: VERSION,
    generator,
    model: { name: model.name, topologyDigest: model.topologyDigest },
    fit,
    identity: numbers(parameters.identity),
    ...(parameters.texture ? { latent: numbers(parameters.texture) } : {}),
    ...(parameters.tone ? { tone: parameters.tone } : {}),
    photos,
    textures,
    digests,
  };
  return `${oneLinePerList(JSON.stringify(json, null, 2))}\n`;
}

/**
 * Reads `face.json`.
 *
 * @throws GanfitError `format` when it is not one, or is of a later version.
 */
export function readFaceJson(text: string): FaceDocument {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GanfitError('format', 'readFaceJson: the file must be JSON. Is it a face.json?', { cause });
  }
  const root = object(json, 'the file');
  if (root['format'] !== FORMAT) {
    throw wrong('format', `"${FORMAT}"`, root['format']);
  }
  if (root['version'] !== VERSION) {
    throw wrong('version', String(VERSION), root['version']);
  }
  const photos = list(root['photos'], 'photos').map((photo, i) => object(photo, `photos[${i}]`));
  const model = object(root['model'], 'model');
  const fit = object(root['fit'], 'fit');
  return {
    generator: string(root['generator'], 'generator'),
    model: {
      name: string(model['name'], 'model.name'),
      topologyDigest: string(model['topologyDigest'], 'model.topologyDigest'),
    },
    photos: photos.map((photo, i) => ({
      name: string(photo['name'], `photos[${i}].name`),
      face: number(photo['face'], `photos[${i}].face`),
    })),
    fit: { preset: string(fit['preset'], 'fit.preset'), seed: number(fit['seed'], 'fit.seed') },
    parameters: {
      identity: floats(root['identity'], 'identity'),
      ...(root['latent'] === undefined ? {} : { texture: floats(root['latent'], 'latent') }),
      ...(root['tone'] === undefined ? {} : { tone: triple(root['tone'], 'tone') }),
      photos: photos.map((photo, i) => readPhoto(photo, `photos[${i}]`)),
    },
    textures: record(root['textures'], 'textures', (value, where) => {
      const texture = object(value, where);
      return {
        file: string(texture['file'], `${where}.file`),
        sha256: string(texture['sha256'], `${where}.sha256`),
      };
    }),
    digests: record(root['digests'], 'digests', string),
  };
}

function readPhoto(photo: Record<string, unknown>, where: string): PhotoParameters {
  return {
    expression: floats(photo['expression'], `${where}.expression`),
    camera: readCamera(object(photo['camera'], `${where}.camera`), `${where}.camera`),
    light: readLight(object(photo['light'], `${where}.light`), `${where}.light`),
    ...(photo['eyes'] === undefined ? {} : { eyes: readEyes(object(photo['eyes'], `${where}.eyes`), where) }),
  };
}

function readEyes(eyes: Record<string, unknown>, photo: string): EyePose {
  const pair = (key: string): readonly [number, number] => {
    const values = list(eyes[key], `${photo}.eyes.${key}`).map((value) =>
      number(value, `${photo}.eyes.${key}`),
    );
    if (values.length !== 2) throw wrong(`${photo}.eyes.${key}`, 'two numbers', values.length);
    return [values[0], values[1]];
  };
  return { gaze: pair('gaze'), blink: pair('blink'), squint: pair('squint') };
}

function readCamera(camera: Record<string, unknown>, where: string): Camera {
  const scalar = (key: string): number => number(camera[key], `${where}.${key}`);
  return {
    position: triple(camera['position'], `${where}.position`),
    target: triple(camera['target'], `${where}.target`),
    roll: scalar('roll'),
    focal: scalar('focal'),
    width: scalar('width'),
    height: scalar('height'),
  };
}

function readLight(light: Record<string, unknown>, where: string): Light {
  if (light['kind'] === 'harmonics') {
    return { kind: 'harmonics', coefficients: floats(light['coefficients'], `${where}.coefficients`, 27) };
  }
  if (light['kind'] !== 'phong') throw wrong(`${where}.kind`, '"phong" or "harmonics"', light['kind']);
  const part = (key: string): [number, number, number] => triple(light[key], `${where}.${key}`);
  return { kind: 'phong', ambient: part('ambient'), color: part('color'), position: part('position') };
}

/** The shortest decimals that are the same float32. */
function numbers(values: Float32Array): number[] {
  return Array.from(values, (value) => {
    for (let digits = 6; digits < 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return short;
    }
    return Number(value.toPrecision(9));
  });
}

/** A list of numbers stays on one line: a file of 200 coefficients is read by people too. */
function oneLinePerList(json: string): string {
  return json.replace(/\[[-\d.,e+\s]*\]/g, (list) =>
    list.replace(/\s+/g, ' ').replace(/\[ | \]/g, (b) => b.trim()),
  );
}

function wrong(where: string, wanted: string, got: unknown): GanfitError {
  const shown = JSON.stringify(got)?.slice(0, 40) ?? 'nothing';
  return new GanfitError(
    'format',
    `readFaceJson: ${where} must be ${wanted}, got ${shown}. Is it a face.json of this version?`,
  );
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(where, 'an object', value);
  return value as Record<string, unknown>;
}

function record<T>(
  value: unknown,
  where: string,
  read: (value: unknown, where: string) => T,
): Readonly<Record<string, T>> {
  const entries = Object.entries(object(value, where));
  return Object.fromEntries(entries.map(([key, item]) => [key, read(item, `${where}.${key}`)]));
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw wrong(where, 'a list', value);
  return value;
}

function string(value: unknown, where: string): string {
  if (typeof value !== 'string') throw wrong(where, 'a text', value);
  return value;
}

function number(value: unknown, where: string): number {
  if (typeof value !== 'number') throw wrong(where, 'a number', value);
  return value;
}

function floats(value: unknown, where: string, length?: number): Float32Array {
  const items = list(value, where);
  if (length !== undefined && items.length !== length) {
    throw wrong(where, `a list of ${length} numbers`, items);
  }
  return Float32Array.from(items, (item, i) => number(item, `${where}[${i}]`));
}

function triple(value: unknown, where: string): [number, number, number] {
  const items = list(value, where);
  if (items.length !== 3) throw wrong(where, 'a list of 3 numbers', items);
  return [0, 1, 2].map((i) => number(items[i], `${where}[${i}]`)) as [number, number, number];
}
