import { type PlacedHead, placeHead, type Reconstruction } from '@ganfit/core/asset';
import type { Preset, PresetName } from '@ganfit/core/fit';
import { chooseFace, type Observation, observe } from '@ganfit/core/networks';
import { bestPhoto } from '../combine-photos.ts';
import { readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import type { Kit } from '../kit.ts';
import { type ManyPhotos, photoHead } from '../photo-head.ts';
import { compare, describeHead, type Portrait } from './compare-likeness.ts';
import type { PersonFit } from './evaluate-people.ts';
import { fitStages } from './fit-stages.ts';

/** How several photos are fitted together. */
export const TOGETHER = ['joint', 'average'] as const;
export type Together = (typeof TOGETHER)[number];

/** Several photos of one person fitted together, beside the fits of each alone. */
export interface PersonTogether {
  readonly person: string;
  /** Of the photos that took part, each fitted alone. */
  readonly alone: readonly PersonFit[];
  /** Of a photo that took no part; only where there are three. */
  readonly apart?: PersonFit;
  /** The photo that `--combine best` takes, a number of `alone`. */
  readonly chosen: number;
  /** The head of all photos in the pose of each; empty when nobody asked for it. */
  readonly joint: readonly Portrait[];
  /** The same, averaged after every step (Eq. 13); empty when nobody asked for it. */
  readonly average: readonly Portrait[];
  /** The same heads put into every photo of the person by one procedure, `placeHead`; the photo apart is the last one. */
  readonly placed: {
    /** Of each photo's own head. */
    readonly alone: readonly (readonly Portrait[])[];
    readonly joint: readonly Portrait[];
    readonly average: readonly Portrait[];
  };
}

/**
 * Fits all photos of each person together who has several, as `ganfit fit --same-person` does. Of three and more photos the last one
 * takes no part and is what heads are compared with.
 *
 * @param fits Of single photos, made with `keep`; those of degraded ones are left out.
 * @param onFit Called with each finished fit, for people to look at.
 */
export async function fitTogether(
  fits: readonly PersonFit[],
  kit: Kit,
  { preset, ways }: { readonly preset: PresetName | Preset; readonly ways: readonly Together[] },
  io: Io,
  onFit: (name: string, observations: readonly Observation[], result: Reconstruction) => Promise<void>,
): Promise<PersonTogether[]> {
  const people = new Map<string, PersonFit[]>();
  for (const fit of fits) {
    if (fit.condition !== 'as it is') continue;
    people.set(fit.photo.person, [...(people.get(fit.photo.person) ?? []), fit]);
  }
  const found: PersonTogether[] = [];
  for (const [person, own] of people) {
    if (own.length < 2) continue;
    const apart = own.length > 2 ? own[own.length - 1] : undefined;
    const alone = apart ? own.slice(0, -1) : own;
    const every: Observation[] = [];
    for (const { photo } of own) {
      const { image, focal } = await readPhoto(photo.path);
      every.push(chooseFace(await observe(image, kit.networks, { focal }), undefined, photo.id));
    }
    const observations = every.slice(0, alone.length);
    const together = async (combine: Together) => {
      if (!ways.includes(combine)) return { fitted: [], placed: [] };
      const { result } = await fitStages(observations, kit, {
        preset,
        combine,
        whole: true,
        signal: io.signal,
      });
      if (!result) return { fitted: [], placed: [] };
      await onFit(`${person}, ${combine}`, observations, result);
      return {
        fitted: await describePoses(observations, result, kit),
        placed: await describePlaced(every, result, kit),
      };
    };
    const joint = await together('joint');
    const average = await together('average');
    const singles: Portrait[][] = [];
    for (const { result } of alone) singles.push(result ? await describePlaced(every, result, kit) : []);
    found.push({
      person,
      alone,
      apart,
      chosen: bestPhoto(observations, kit),
      joint: joint.fitted,
      average: average.fitted,
      placed: { alone: singles, joint: joint.placed, average: average.placed },
    });
    const judges = (list: readonly Portrait[]) =>
      list.map((head, p) => compare(head, own[p].real).judge.toFixed(3)).join(', ');
    const rows = [...singles.map((list, p) => [`photo ${p + 1} alone`, list] as const)];
    const several = [['jointly', joint.placed] as const, ['averaged', average.placed] as const];
    const shown = [...rows, ...several].filter(([, list]) => list.length > 0);
    io.note(
      `${person}, judge in every photo: ${shown.map(([name, list]) => `${name} ${judges(list)}`).join('; ')}`,
    );
  }
  return found;
}

/** One head put into each photo, alone over plain grey. */
async function describePlaced(
  observations: readonly Observation[],
  result: PlacedHead,
  kit: Kit,
): Promise<Portrait[]> {
  const portraits: Portrait[] = [];
  for (const observation of observations) {
    const placed = await placeHead(result, observation, kit);
    portraits.push((await describeHead(observation, placed, kit)).alone);
  }
  return portraits;
}

/** One head in the pose, expression and light of each of its photos, alone over plain grey. */
async function describePoses(
  observations: readonly Observation[],
  result: ManyPhotos,
  kit: Kit,
): Promise<Portrait[]> {
  const portraits: Portrait[] = [];
  for (const [p, observation] of observations.entries()) {
    portraits.push((await describeHead(observation, photoHead(result, p, kit.model), kit)).alone);
  }
  return portraits;
}
