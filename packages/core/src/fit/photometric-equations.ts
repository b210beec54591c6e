import type { AlignmentPoints } from './alignment-points.ts';
import type { ArrowSystem } from './arrow-system.ts';
import { cameraPrior } from './camera-prior.ts';
import { CAMERA_UNKNOWNS } from './landmark-residuals.ts';
import { LIGHT_PRIOR } from './light-prior.ts';
import { LIGHT_ENTRIES, type PhotometricProblem } from './photometric-problem.ts';
import type { PhotometricState } from './photometric-state.ts';
import { whitenShape } from './shape-prior.ts';

/** Adds the product of the weighted Jacobian, whose last column is the residual, to the normal equations. */
export function addProduct(system: ArrowSystem, p: number, product: Float32Array, columns: number): void {
  const { shared, own } = system;
  const block = system.photos[p];
  const last = columns - 1;
  for (let i = 0; i < shared; i++) {
    for (let j = 0; j <= i; j++) system.matrix[i * shared + j] += product[i * columns + j];
    for (let j = 0; j < own; j++) block.coupling[i * own + j] += product[i * columns + shared + j];
    system.gradient[i] += product[i * columns + last];
  }
  for (let i = 0; i < own; i++) {
    const row = (shared + i) * columns;
    for (let j = 0; j <= i; j++) block.matrix[i * own + j] += product[row + shared + j];
    block.gradient[i] += product[row + last];
  }
}

/** Adds a share of the landmarks' equations, which know neither skin nor light. */
export function addLandmarks(
  system: ArrowSystem,
  small: ArrowSystem,
  { identityCount }: AlignmentPoints,
  latentCount: number,
  share: number,
): void {
  const { shared, own } = system;
  for (let i = 0; i < identityCount; i++) {
    for (let j = 0; j <= i; j++) system.matrix[i * shared + j] += share * small.matrix[i * identityCount + j];
    system.gradient[i] += share * small.gradient[i];
  }
  if (shared !== identityCount + latentCount) throw new Error('photometric: layouts differ');
  small.photos.forEach((from, p) => {
    const to = system.photos[p];
    for (let i = 0; i < small.own; i++) {
      for (let j = 0; j <= i; j++) to.matrix[i * own + j] += share * from.matrix[i * small.own + j];
      to.gradient[i] += share * from.gradient[i];
    }
    for (let i = 0; i < identityCount; i++) {
      for (let j = 0; j < small.own; j++)
        to.coupling[i * own + j] += share * from.coupling[i * small.own + j];
    }
  });
}

/** Adds the equations of all priors. */
export function addPriors(
  system: ArrowSystem,
  state: PhotometricState,
  { observations, points, prior }: PhotometricProblem,
): void {
  const { shared, own } = system;
  const count = points.identityCount;
  const offsets = whitenShape(prior, state.identity);
  for (let row = 0; row < count; row++) {
    const whitening = prior.whitening.subarray(row * count, (row + 1) * count);
    for (let i = 0; i < count; i++) {
      if (whitening[i] === 0) continue;
      system.gradient[i] += whitening[i] * offsets[row];
      for (let j = 0; j <= i; j++) system.matrix[i * shared + j] += whitening[i] * whitening[j];
    }
  }
  state.latent.forEach((value, k) => {
    system.matrix[(count + k) * (shared + 1)] += 1;
    system.gradient[count + k] += value;
  });
  const { mean, whitening } = LIGHT_PRIOR;
  state.photos.forEach((photo, p) => {
    const block = system.photos[p];
    const add = (at: number, offset: number, deviation: number): void => {
      block.matrix[at * own + at] += 1 / deviation ** 2;
      block.gradient[at] += offset / deviation ** 2;
    };
    const camera = cameraPrior(observations[p]);
    add(5, photo.logDistance - Math.log(camera.distance), camera.distanceDeviation);
    add(6, photo.logFocal - Math.log(camera.focal), camera.focalDeviation);
    photo.expression.forEach((c, k) => {
      add(CAMERA_UNKNOWNS + k, c, 1);
    });
    const first = CAMERA_UNKNOWNS + points.expressionCount;
    for (let row = 0; row < LIGHT_ENTRIES; row++) {
      let offset = 0;
      for (let j = 0; j < LIGHT_ENTRIES; j++) {
        offset += whitening[row * LIGHT_ENTRIES + j] * (photo.light[j] - mean[j]);
      }
      for (let i = 0; i < LIGHT_ENTRIES; i++) {
        const a = whitening[row * LIGHT_ENTRIES + i];
        if (a === 0) continue;
        block.gradient[first + i] += a * offset;
        for (let j = 0; j <= i; j++) {
          block.matrix[(first + i) * own + first + j] += a * whitening[row * LIGHT_ENTRIES + j];
        }
      }
    }
  });
}

/** Cuts everything but skin and light off the system. */
export function freezeShape(
  system: ArrowSystem,
  { identityCount, expressionCount }: AlignmentPoints,
  latents: number,
): void {
  const { shared, own } = system;
  for (let i = 0; i < identityCount + latents; i++) {
    for (let j = 0; j < Math.min(identityCount, i + 1); j++) {
      system.matrix[i * shared + j] = i === j ? 1 : 0;
    }
    if (i < identityCount) system.gradient[i] = 0;
  }
  const held = CAMERA_UNKNOWNS + expressionCount;
  for (const block of system.photos) {
    for (let i = 0; i < own; i++) {
      for (let j = 0; j < Math.min(held, i + 1); j++) block.matrix[i * own + j] = i === j ? 1 : 0;
      if (i < held) block.gradient[i] = 0;
    }
    for (let i = 0; i < shared; i++) {
      for (let j = 0; j < own; j++) {
        if (i < identityCount || j < held) block.coupling[i * own + j] = 0;
      }
    }
  }
}
