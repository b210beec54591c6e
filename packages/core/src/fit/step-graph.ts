import { GanfitError } from '../error.ts';
import type { IdentityNetwork } from '../networks/identity.ts';
import { adam } from '../nn/adam.ts';
import { traceSrgbDecoding } from '../render/srgb.ts';
import { traceProjection } from '../render/trace-camera.ts';
import { traceRender, traceTriangleMask } from '../render/trace-render.ts';
import type { Graph, Runtime } from '../runtime/runtime.ts';
import type { ShapeModel } from '../shape/model.ts';
import {
  add,
  concat,
  constant,
  exp,
  gradients,
  input,
  matmul,
  mul,
  reshape,
  scalar,
  slice,
  type Tensor,
} from '../tensor/index.ts';
import type { AlbedoModel } from './albedo-model.ts';
import type { AlignmentPoints } from './alignment-points.ts';
import { identityLoss } from './losses/identity.ts';
import { landmarkLoss } from './losses/landmark.ts';
import { pixelLoss } from './losses/pixel.ts';
import { cameraPriorLoss, coefficientPrior } from './losses/prior.ts';
import type { LossWeights } from './presets.ts';
import { traceWhitenedShape } from './shape-prior.ts';
import { type TracedPhoto, traceAlbedo, traceIdentity, tracePhoto } from './traced-unknowns.ts';
import type { UnknownLayout } from './unknowns.ts';

/** What the step graph is made of. */
export interface StepGraphRecipe {
  readonly model: ShapeModel;
  readonly points: AlignmentPoints;
  readonly layout: UnknownLayout;
  /** Without it each photo's albedo is an input. */
  readonly albedo?: AlbedoModel;
  /** Left out when its weight is zero. */
  readonly identity?: IdentityNetwork;
  readonly weights: LossWeights;
  /** Student's degrees of freedom of the landmarks. */
  readonly freedom: number;
  /** Pixels across and down the render. */
  readonly size: number;
}

/** Terms of the loss, each times its weight. */
export const LOSS_TERMS = ['landmark', 'pixel', 'identity', 'prior'] as const;
export type LossTerm = (typeof LOSS_TERMS)[number];

/** Names of the graph's outputs: the state after the step, the terms before it, and each photo's vertices after it. */
export type StepOutput = 'nextX' | 'nextFirst' | 'nextSecond' | LossTerm | `projected${number}`;

/**
 * Compiles one iteration of stage B (paper Eq. 12): forward pass, backward pass, Adam, and the vertices that the next
 * iteration rasterises. Inputs of photo p are named `p<p>.…`, see `photoInputs`.
 */
export function compileStep(runtime: Runtime, recipe: StepGraphRecipe): Promise<Graph<StepOutput>> {
  return runtime.compile(traceStep(recipe) as Record<StepOutput, Tensor>);
}

function traceStep(recipe: StepGraphRecipe): Record<string, Tensor> {
  const { layout, weights } = recipe;
  const vector = (name: string) => input(name, [layout.length]);
  const x = vector('x');
  const shape = traceShape(recipe);
  const terms: Record<LossTerm, Tensor> = {
    landmark: scalar(0),
    pixel: scalar(0),
    identity: scalar(0),
    prior: scalar(0),
  };
  const photos: TracedPhoto[] = [];
  const share = 1 / layout.photoCount;
  for (let p = 0; p < layout.photoCount; p++) {
    const inputs = photoInputs(recipe, p);
    const photo = tracePhoto(layout, x, p, inputs.base);
    photos.push(photo);
    const found = photoTerms(recipe, shape, x, photo, inputs);
    terms.landmark = add(terms.landmark, mul(found.landmark, weights.landmark));
    terms.pixel = add(terms.pixel, mul(found.pixel, weights.pixel));
    terms.identity = add(terms.identity, mul(found.identity, weights.identity * share));
    terms.prior = add(terms.prior, mul(found.camera, weights.prior));
  }
  terms.prior = add(terms.prior, mul(coefficientPrior(whitenedShared(layout, x), photos), weights.prior));
  const total = LOSS_TERMS.reduce<Tensor>((sum, term) => add(sum, terms[term]), scalar(0));
  const [gradient] = gradients(total, [x]);
  const next = adam(
    { parameter: x, first: vector('first'), second: vector('second') },
    gradient,
    input('step', []),
    {
      learningRate: input('learningRate', []),
      scale: vector('scale'),
    },
  );
  const outputs: Record<string, Tensor> = {
    ...terms,
    nextX: next.parameter,
    nextFirst: next.first,
    nextSecond: next.second,
  };
  for (let p = 0; p < layout.photoCount; p++) {
    const photo = tracePhoto(layout, next.parameter, p, photoInputs(recipe, p).base);
    const vertices = shape.vertices(traceIdentity(layout, next.parameter), photo.expression);
    outputs[`projected${p}`] = traceProjection(vertices, photo.camera);
  }
  return outputs;
}

/** What the photos share in standard deviations of its prior; that of the shape is fed, as it may depend on the photos. */
function whitenedShared(layout: UnknownLayout, x: Tensor): Tensor {
  const count = layout.identityCount;
  const shape = traceWhitenedShape(
    traceIdentity(layout, x),
    input('priorMean', [count]),
    input('priorWhitening', [count, count]),
  );
  return layout.shared === count ? shape : concat([shape, slice(x, [count], [layout.shared])], 0);
}

/** Bases of skin and landmarks as constants, used by every photo. */
function traceShape({ model, points }: StepGraphRecipe) {
  const length = 3 * model.parts[0].vertexCount;
  const rows = (basis: ShapeModel['identity']) => {
    const data = new Float32Array(basis.count * length);
    for (let k = 0; k < basis.count; k++) {
      const start = k * 3 * model.vertexCount;
      data.set(basis.data.subarray(start, start + length), k * length);
    }
    return constant(data, [basis.count, length]);
  };
  const blend = (mean: Tensor, identityRows: Tensor, expressionRows: Tensor) => (p: Tensor, e: Tensor) => {
    const row = (c: Tensor, basis: Tensor) => matmul(reshape(c, [1, c.shape[0]]), basis);
    const sum = add(add(row(p, identityRows), row(e, expressionRows)), mean);
    return reshape(sum, [mean.shape[1] / 3, 3]);
  };
  const [identityModes, expressionModes] = pointModes(points);
  return {
    vertices: blend(
      constant(model.mean.slice(0, length), [1, length]),
      rows(model.identity),
      rows(model.expression),
    ),
    points: blend(
      constant(Float32Array.from(points.mean), [1, 3 * points.count]),
      identityModes,
      expressionModes,
    ),
  };
}

/** `[M, K, 3]` as rows of modes, `[ns, 3 M]` and `[ne, 3 M]`. */
function pointModes({ count, identityCount, expressionCount, modes }: AlignmentPoints): [Tensor, Tensor] {
  const total = identityCount + expressionCount;
  const data = new Float32Array(modes.length);
  for (let m = 0; m < count; m++) {
    for (let k = 0; k < total; k++) {
      for (let axis = 0; axis < 3; axis++) {
        data[(k * count + m) * 3 + axis] = modes[(m * total + k) * 3 + axis];
      }
    }
  }
  const all = constant(data, [total, 3 * count]);
  return [slice(all, [0], [identityCount]), slice(all, [identityCount], [total])];
}

/** Declares the inputs of one photo. */
function photoInputs({ model, size, identity }: StepGraphRecipe, p: number) {
  const floats = (name: string, shape: readonly number[]) => input(`p${p}.${name}`, shape);
  return {
    base: {
      rotation: floats('rotation', [3, 3]),
      place: floats('place', [4]),
      light: floats('light', [9, 3]),
      window: floats('window', [3]),
    },
    triangleIds: input(`p${p}.ids`, [size * size], 'int32'),
    photo: floats('photo', [3, size, size]),
    weights: floats('weights', [1, size, size]),
    albedo: floats('albedo', [model.parts[0].vertexCount, 3]),
    targets: {
      points: input(`p${p}.points`, [68], 'int32'),
      places: floats('places', [68, 2]),
      whitening: floats('whitening', [68, 2, 2]),
    },
    similarity: floats('similarity', [4]),
    embedding: floats('embedding', [identity?.dimensions ?? 1]),
    cameraPrior: floats('cameraPrior', [4]),
  };
}

function photoTerms(
  { model, layout, weights, freedom, size, identity, albedo }: StepGraphRecipe,
  shape: ReturnType<typeof traceShape>,
  x: Tensor,
  photo: TracedPhoto,
  inputs: ReturnType<typeof photoInputs>,
) {
  const { camera, expression } = photo;
  const coefficients = traceIdentity(layout, x);
  const projected = traceProjection(shape.points(coefficients, expression), camera);
  const landmark = landmarkLoss(projected, inputs.targets, freedom);
  const [focal, distance, focalPrecision, distancePrecision] = [0, 1, 2, 3].map((k) =>
    reshape(slice(inputs.cameraPrior, [k], [k + 1]), []),
  );
  const cameraTerm = cameraPriorLoss(
    add(photo.logScale, photo.logDistance),
    photo.logDistance,
    [focal, distance],
    [focalPrecision, distancePrecision],
  );
  const none = scalar(0);
  if (weights.pixel === 0 && weights.identity === 0) {
    return { landmark, pixel: none, identity: none, camera: cameraTerm };
  }
  const picture = traceRender({
    vertices: shape.vertices(coefficients, expression),
    triangles: model.parts[0].triangles,
    camera,
    light: { kind: 'harmonics', coefficients: photo.light },
    albedo: {
      kind: 'vertex',
      colors: albedo ? traceAlbedoModel(albedo, traceAlbedo(layout, x)) : inputs.albedo,
    },
    width: size,
    height: size,
    triangleIds: inputs.triangleIds,
    // What the skin does not cover (eyes, hair, clothes) is the photo's own, so that the identity network sees a person.
    background: traceSrgbDecoding(inputs.photo),
  });
  const face = traceTriangleMask(inputs.triangleIds, faceTriangles(model), { width: size, height: size });
  return {
    landmark,
    pixel: weights.pixel === 0 ? none : pixelLoss(picture.image, inputs.photo, mul(face, inputs.weights)),
    identity:
      identity && weights.identity > 0
        ? identityLoss(identity, picture.image, inputs.similarity, inputs.embedding)
        : none,
    camera: cameraTerm,
  };
}

/** Linear colors of the skin's vertices, `[S, 3]`. */
function traceAlbedoModel({ count, mean, modes }: AlbedoModel, coefficients: Tensor): Tensor {
  const rows = matmul(reshape(coefficients, [1, count]), constant(modes, [count, mean.length]));
  return reshape(exp(add(rows, constant(mean, [1, mean.length]))), [mean.length / 3, 3]);
}

/** Weight of each skin triangle in the pixel loss: the least of its corners in the region `face`. */
export function faceTriangles(model: ShapeModel): Float32Array {
  const { triangles } = model.parts[0];
  const face = model.regions['face'];
  if (!face) {
    throw new GanfitError(
      'format',
      'fit: the shape model must have a region "face", got none. Import it with its regions.',
    );
  }
  return Float32Array.from({ length: triangles.length / 3 }, (_, t) => {
    const corner = (k: number) => face[triangles[3 * t + k]];
    return Math.min(corner(0), corner(1), corner(2)) / 255;
  });
}
