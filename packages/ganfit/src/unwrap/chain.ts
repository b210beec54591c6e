import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { landmarkError } from '@ganfit/core/asset';
import { GanfitError } from '@ganfit/core/error';
import { align, alignmentPoints, LANDMARK_TRUST, PRESETS, projectLandmarks } from '@ganfit/core/fit';
import { chooseFace, faceSize, loadNetworks, type Observation, observe } from '@ganfit/core/networks';
import { cameraPose } from '@ganfit/core/render';
import { evaluateShape, type ShapeModel } from '@ganfit/core/shape';
import {
  addPerson,
  cylinderLayout,
  finishTexture,
  imageOfTexture,
  type MeanSums,
  meanSums,
  measurePhoto,
  measureSkin,
  measureTexture,
  mouthOpening,
  OPEN_MOUTH,
  outsideOpenings,
  type PersonSkin,
  type PhotoBalance,
  type PhotoQuality,
  personSkin,
  personTone,
  rejection,
  toneCorrection,
  unwrap,
} from '@ganfit/core/texture';
import sharp from 'sharp';
import { sha256 } from '../digest.ts';
import { decodePhoto } from '../image.ts';
import { networkFiles } from '../models/network-files.ts';
import { nodeRuntime } from '../runtime.ts';
import { readShape } from '../shape-file.ts';
import { writeWholeFile } from '../texture/whole-file.ts';
import { fileName } from './photo-list.ts';
import { type FitRecord, type Job, parametersFromJson, type Reply, type WorkerSetup } from './records.ts';
import { readRaw, writeConfidence, writeRaw, writeTexture, writeThumb } from './texture-files.ts';

/** A photo once its light is known, or why it is no use. */
interface Person {
  readonly quality: Partial<PhotoQuality>;
  readonly reason?: string;
  /** Missing when the photo alone was reason enough. */
  readonly person?: PersonSkin;
}

/** One worker's half of the command: does jobs one after the other. */
export type Chain = (job: Job) => Promise<Reply>;

/**
 * Loads model and networks, and gives the function that does the work.
 *
 * @throws GanfitError as `readShape` and `networkFiles` do.
 */
export async function openChain(setup: WorkerSetup): Promise<Chain> {
  // Many workers share the machine; each one is a single thread.
  sharp.concurrency(1);
  const model = laidOut((await readShape(setup.shape)).model, setup);
  const networks = await loadNetworks(await networkFiles(setup), nodeRuntime({ threads: 1 }));
  const points = alignmentPoints(model);
  const noise = LANDMARK_TRUST[PRESETS.unwrap.landmarkTrust];
  const { dataset, size } = setup;
  let mean: Float32Array | undefined;
  let sums = meanSums(model, size);

  const fitPhoto = async (id: string, path: string): Promise<Reply> => {
    const bytes = await readFile(path);
    const base = { id, source: sha256(bytes), quality: {}, mouth: 0, mouthOpen: false };
    let record: FitRecord;
    try {
      const photo = await decodePhoto(bytes, path);
      const faces = await observe(photo.image, networks, photo);
      const face = chooseFace(faces, undefined, path);
      await writeThumb(join(dataset, 'thumbs', `${fileName(id)}.jpg`), face);
      const { parameters } = align(model, [face], { points, noise });
      const [own] = parameters.photos;
      const projected = projectLandmarks(points, own, parameters.identity);
      const unwrapped = unwrap(
        photo.image,
        own.camera,
        evaluateShape(model, parameters.identity, own.expression),
        model,
        {
          size,
          landmarks: { projected, detected: face.landmarks },
          trust: outsideOpenings(face.landmarks),
        },
      );
      await writeRaw(join(dataset, 'raw', `${fileName(id)}.png`), unwrapped);
      const mouth = mouthOpening(face.landmarks);
      const quality = {
        ...seenBefore(faces, face),
        ...headAngles(own.camera),
        landmarkError: landmarkError(projected, face.landmarks),
      };
      record = {
        ...base,
        quality,
        mouth,
        mouthOpen: mouth > OPEN_MOUTH,
        parameters,
        reason: rejection(quality),
      };
    } catch (error) {
      if (!(error instanceof GanfitError) || error.code === 'cancelled') throw error;
      record = { ...base, reason: error.message };
    }
    await writeWholeFile(
      join(dataset, 'fits', `${fileName(id)}.json`),
      JSON.stringify(record, (_, value: unknown) =>
        value instanceof Float32Array ? Array.from(value, (x) => Number(x.toPrecision(7))) : value,
      ),
    );
    return { reason: record.reason };
  };

  const readPerson = async (id: string): Promise<Person> => {
    const record = JSON.parse(
      await readFile(join(dataset, 'fits', `${fileName(id)}.json`), 'utf8'),
    ) as FitRecord;
    if (!record.parameters) throw new Error(`unwrap: ${id} was never fitted`);
    const unwrapped = await readRaw(join(dataset, 'raw', `${fileName(id)}.png`));
    // What the photo alone tells comes first: light and completion are most of the work.
    const photo = { ...record.quality, ...measurePhoto(unwrapped, model) };
    const early = rejection(photo);
    if (early !== undefined) return { quality: photo, reason: early };
    const parameters = parametersFromJson(record.parameters);
    const vertices = evaluateShape(model, parameters.identity, parameters.photos[0].expression);
    const person = personSkin(unwrapped, vertices, model, mean);
    const quality = { ...photo, ...measureSkin(person, model) };
    // Judged against a mean that is not known yet the face's own features count as deviations.
    const reason = rejection(mean ? quality : { ...quality, deviation: undefined });
    return { quality, reason, person };
  };

  const finish = async (id: string, group: string, balance: PhotoBalance): Promise<Reply> => {
    const { quality, reason, person } = await readPerson(id);
    if (!mean) throw new Error('unwrap: the mean must be known before a texture is finished');
    if (reason !== undefined || !person) return { entry: { quality, accepted: false, reason } };
    const tone = personTone(person);
    const cast = toneCorrection(balance, { group, tone });
    for (let i = 0; i < person.colors.length; i++) person.colors[i] *= Math.exp(-cast[i % 3]);
    const result = finishTexture(person, mean, model);
    const finished = { ...quality, ...measureTexture(result.color, mean, size, model) };
    const fault = rejection(finished);
    const name = fileName(id);
    await writeTexture(join(dataset, 'textures', `${name}.jpg`), imageOfTexture(result.color, size));
    await writeConfidence(join(dataset, 'textures', `${name}.conf.png`), result);
    const light = person.light.light.kind === 'harmonics' ? [...person.light.light.coefficients] : [];
    return {
      entry: {
        quality: finished,
        accepted: fault === undefined,
        reason: fault,
        texture: `textures/${name}.jpg`,
        confidence: `textures/${name}.conf.png`,
        light: light.map((value) => Number(value.toFixed(4))),
        tone: tone.map((value, k) => Number((value - cast[k]).toFixed(4))),
      },
    };
  };

  return async (job) => {
    switch (job.kind) {
      case 'fit':
        return fitPhoto(job.id, job.path);
      case 'mean': {
        const { person, reason } = await readPerson(job.id);
        if (reason !== undefined || !person) return { reason };
        addPerson(sums, person);
        return { tone: personTone(person) };
      }
      case 'sums':
        await writeSums(job.path, sums);
        sums = meanSums(model, size);
        return {};
      case 'take-mean':
        mean = job.path === undefined ? undefined : floats(await readFile(job.path));
        return {};
      case 'finish':
        return finish(job.id, job.group, job.balance);
    }
  };
}

/** The model with the texture coordinates that the data set has. */
export function laidOut(model: ShapeModel, { layout }: WorkerSetup): ShapeModel {
  return layout === 'cylinder' ? cylinderLayout(model) : model;
}

function seenBefore(faces: readonly Observation[], face: Observation) {
  const sizes = faces.filter((other) => other !== face).map((other) => faceSize(other.box));
  const { landmarks, box } = face;
  return {
    score: box.score,
    eyeDistance: Math.hypot(landmarks[90] - landmarks[72], landmarks[91] - landmarks[73]),
    secondFace: Math.max(0, ...sizes) / faceSize(box),
  };
}

function headAngles(camera: Parameters<typeof cameraPose>[0]): { yaw: number; pitch: number } {
  const [x, y, z] = cameraPose(camera).rotation.slice(6);
  const degrees = 180 / Math.PI;
  return { yaw: Math.atan2(x, z) * degrees, pitch: Math.atan2(y, Math.hypot(x, z)) * degrees };
}

/** Sums of one worker as a file: texels, then the tone as eight words. */
async function writeSums(path: string, { texels, tone }: MeanSums): Promise<void> {
  await writeWholeFile(path, Buffer.concat([Buffer.from(texels.buffer), Buffer.from(tone.buffer)]));
}

/** And back. */
export async function readSums(path: string, model: ShapeModel, size: number): Promise<MeanSums> {
  const bytes = await readFile(path);
  const sums = meanSums(model, size);
  const end = sums.texels.byteLength;
  sums.texels.set(floats(bytes.subarray(0, end)));
  sums.tone.set(new Float64Array(Uint8Array.from(bytes.subarray(end)).buffer));
  return sums;
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
