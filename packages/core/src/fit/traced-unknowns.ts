import type { TracedLight } from '../render/shade.ts';
import type { TracedCamera } from '../render/trace-camera.ts';
import {
  add,
  concat,
  constant,
  cos,
  div,
  exp,
  matmul,
  mul,
  neg,
  reshape,
  sin,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
} from '../tensor/index.ts';
import { LIGHT_COUNTS, type LightKind } from './light-vector.ts';
import { UNITS, type UnknownLayout } from './unknowns.ts';

/** One photo's part of the vector, as tensors. */
export interface TracedPhoto {
  /** Coefficients, `[ne]`. */
  readonly expression: Tensor;
  readonly camera: TracedCamera;
  /** Logarithms of scale and distance, `[]` each. */
  readonly logScale: Tensor;
  readonly logDistance: Tensor;
  readonly light: TracedLight;
  /** Its numbers, `[27]` or `[9]`. */
  readonly lightVector: Tensor;
}

/** Inputs that say where one photo's camera and light start: see `PhotoBase`. */
export interface TracedBase {
  /** `[3, 3]`. */
  readonly rotation: Tensor;
  /** Shift (2), log scale, log distance, `[4]`. */
  readonly place: Tensor;
  /** `[27]` or `[9]`. */
  readonly light: Tensor;
  /** Render pixels per photo pixel and principal point, `[3]`, as `windowVector` gives them. */
  readonly window: Tensor;
}

/** Identity coefficients, `[ns]`, of the vector. */
export function traceIdentity(layout: UnknownLayout, x: Tensor): Tensor {
  return slice(x, [0], [layout.identityCount]);
}

/** The texture's latent, `[nt]`, of the vector. */
export function traceLatent(layout: UnknownLayout, x: Tensor): Tensor {
  return slice(x, [layout.identityCount], [layout.shared]);
}

/** Takes one photo's unknowns apart and applies them to its base. */
export function tracePhoto(layout: UnknownLayout, x: Tensor, photo: number, base: TracedBase): TracedPhoto {
  let at = layout.shared + photo * layout.perPhoto;
  const take = (count: number) => {
    at += count;
    return slice(x, [at - count], [at]);
  };
  const expression = take(layout.expressionCount);
  const turn = mul(take(3), UNITS.turn);
  const shift = add(slice(base.place, [0], [2]), mul(take(2), UNITS.shift));
  const logScale = add(slice(base.place, [2], [3]), mul(take(1), UNITS.logScale));
  const logDistance = add(slice(base.place, [3], [4]), mul(take(1), UNITS.logDistance));
  const lightVector = add(base.light, mul(take(LIGHT_COUNTS[layout.lightKind]), UNITS.light));
  const rotation = matmul(traceRotation(turn), base.rotation);
  const distance = exp(logDistance);
  const translation = concat([mul(shift, distance), neg(distance)], 0); // [3]
  const window = slice(base.window, [0], [1]);
  return {
    expression,
    camera: {
      rotation,
      position: neg(reshape(matmul(transpose(rotation), reshape(translation, [3, 1])), [3])),
      focal: reshape(mul(exp(add(logScale, logDistance)), window), []),
      center: slice(base.window, [1], [3]),
    },
    logScale: reshape(logScale, []),
    logDistance: reshape(logDistance, []),
    light: traceLight(lightVector, layout.lightKind),
    lightVector,
  };
}

/** A light of its numbers, as `lightOf` does. */
export function traceLight(vector: Tensor, kind: LightKind): TracedLight {
  if (kind === 'harmonics') return { kind, coefficients: reshape(vector, [9, 3]) };
  const triple = (first: number): Tensor => slice(vector, [first], [first + 3]);
  return { kind, ambient: triple(0), color: triple(3), position: mul(triple(6), 1000) };
}

/** Rodrigues' formula, `[3]` to `[3, 3]`; smooth at zero because the angle is kept off it. */
function traceRotation(turn: Tensor): Tensor {
  const angle = sqrt(add(sum(square(turn)), 1e-12));
  // The matrix of the cross product with the turn, `[9, 3]` times `[3, 1]`.
  const generators = constant(
    [...[0, 0, 0, 0, 0, -1, 0, 1, 0], ...[0, 0, 1, 0, 0, 0, -1, 0, 0], ...[0, -1, 0, 1, 0, 0, 0, 0, 0]],
    [3, 9],
  );
  const cross = reshape(matmul(reshape(turn, [1, 3]), generators), [3, 3]);
  const first = div(sin(angle), angle);
  const second = div(sub(1, cos(angle)), square(angle));
  const eye = constant([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
  return add(add(eye, mul(cross, first)), mul(matmul(cross, cross), second));
}
