import { GanfitError } from '../error.ts';
import { identify } from '../networks/identify.ts';
import type { IdentityNetwork } from '../networks/identity.ts';
import { adam } from '../nn/adam.ts';
import { inputSilhouettes } from '../render/antialias.ts';
import { silhouetteCapacity } from '../render/silhouette.ts';
import { traceSrgbDecoding } from '../render/srgb.ts';
import { traceVertexColors } from '../render/texture-lookup.ts';
import { type TracedCamera, traceProjection } from '../render/trace-camera.ts';
import { type TracedAlbedo, traceRender, traceTriangleMask } from '../render/trace-render.ts';
import type { Graph, Runtime } from '../runtime/runtime.ts';
import type { ShapeModel } from '../shape/model.ts';
import {
  add,
  concat,
  constant,
  div,
  gradients,
  input,
  matmul,
  mul,
  reshape,
  scalar,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '../tensor/index.ts';
import type { TextureModel } from '../texture/model.ts';
import type { AlignmentPoints } from './alignment-points.ts';
import { LIGHT_COUNTS } from './light-vector.ts';
import { contentLoss } from './losses/content.ts';
import { cropBySimilarity, identityLoss } from './losses/identity.ts';
import { landmarkDistance, landmarkLoss } from './losses/landmark.ts';
import { occlusionWeights } from './losses/occlusion.ts';
import { pixelLoss } from './losses/pixel.ts';
import { cameraPriorLoss, coefficientPrior, lightPriorLoss } from './losses/prior.ts';
import type { LossWeights, Preset } from './presets.ts';
import { traceWhitenedShape } from './shape-prior.ts';
import { type TracedPhoto, traceIdentity, traceLatent, traceLight, tracePhoto } from './traced-unknowns.ts';
import type { UnknownLayout } from './unknowns.ts';

/** What the step graph is made of. */
export interface StepGraphRecipe {
  readonly model: ShapeModel;
  readonly points: AlignmentPoints;
  readonly layout: UnknownLayout;
  /** Without it each photo's albedo is an input. */
  readonly texture?: TextureModel;
  /** Left out when no term needs it. */
  readonly identity?: IdentityNetwork;
  readonly preset: Preset;
  /** Whether every photo comes with a backdrop, which its identity picture then shows instead of the photo. */
  readonly backdrop?: boolean;
  /** Student's degrees of freedom of the landmarks. */
  readonly freedom: number;
}

/** Terms of the loss, each times its weight. */
export const LOSS_TERMS = [
  'landmark',
  'pixel',
  'identity',
  'randomIdentity',
  'content',
  'prior',
  'texture',
  'light',
] as const satisfies readonly (keyof LossWeights)[];
export type LossTerm = (typeof LOSS_TERMS)[number];

/** Names of the graph's outputs: the state after the step, the terms before it, and each photo's vertices after it. */
export type StepOutput = 'nextX' | 'nextFirst' | 'nextSecond' | LossTerm | `projected${number}`;

/**
 * Compiles one iteration of stage B (paper Eq. 12): forward pass, backward pass, Adam, and the vertices that the next
 * iteration rasterises. Inputs of photo p are named `p<p>.…`, see `photoInputs`; those of the second render `second.…`.
 */
export function compileStep(runtime: Runtime, recipe: StepGraphRecipe): Promise<Graph<StepOutput>> {
  return runtime.compile(traceStep(recipe) as Record<StepOutput, Tensor>);
}

/** Inner values of the identity network on a photo's crop, for {@link contentLoss}: inputs `photo` and `similarity`. */
export function compileTaps(
  runtime: Runtime,
  network: IdentityNetwork,
  size: number,
): Promise<Graph<string>> {
  const crop = cropBySimilarity(
    input('photo', [3, size, size]),
    input('similarity', [4]),
    network.template.side,
  );
  return runtime.compile(identify(network, crop).taps);
}

function traceStep(recipe: StepGraphRecipe): Record<string, Tensor> {
  const { layout, preset } = recipe;
  const { weights } = preset;
  const vector = (name: string) => input(name, [layout.length]);
  const x = vector('x');
  const shape = traceShape(recipe);
  const terms = Object.fromEntries(LOSS_TERMS.map((term) => [term, scalar(0)])) as Record<LossTerm, Tensor>;
  const addTerm = (term: LossTerm, value: Tensor): void => {
    if (weights[term] > 0) terms[term] = add(terms[term], mul(value, weights[term]));
  };
  const albedo = recipe.texture && traceAlbedo(recipe, recipe.texture, traceLatent(layout, x));
  const expressions: Tensor[] = [];
  for (let p = 0; p < layout.photoCount; p++) {
    const inputs = photoInputs(recipe, p);
    const photo = tracePhoto(layout, x, p, inputs.base);
    expressions.push(photo.expression);
    const found = photoTerms(recipe, shape, x, photo, albedo, inputs);
    addTerm('landmark', found.landmark);
    addTerm('pixel', found.pixel);
    // Every photo counts in full, as its pixels do: shared out, the head of several photos resembled none of them as much as that of one.
    addTerm('identity', found.identity);
    addTerm('content', found.content);
    addTerm('prior', found.camera);
    if (recipe.texture) addTerm('light', lightPriorLoss(photo.lightVector));
  }
  if (recipe.texture && recipe.identity && weights.randomIdentity > 0 && albedo) {
    addTerm('randomIdentity', randomIdentity(recipe, recipe.identity, shape, x, albedo));
  }
  addTerm('prior', coefficientPrior([whitenedShape(layout, x), ...expressions]));
  if (layout.latentCount > 0) addTerm('texture', coefficientPrior([traceLatent(layout, x)]));
  const total = LOSS_TERMS.reduce<Tensor>((sum, term) => add(sum, terms[term]), scalar(0));
  const [gradient] = gradients(total, [x]);
  const next = adam(
    { parameter: x, first: vector('first'), second: vector('second') },
    gradient,
    input('step', []),
    { learningRate: input('learningRate', []), scale: vector('scale') },
  );
  const nextX = recipe.texture?.latentPrior === 'sphere' ? onSphere(layout, next.parameter) : next.parameter;
  const outputs: Record<string, Tensor> = {
    ...terms,
    nextX,
    nextFirst: next.first,
    nextSecond: next.second,
  };
  for (let p = 0; p < layout.photoCount; p++) {
    const { base, offsets } = photoInputs(recipe, p);
    const photo = tracePhoto(layout, nextX, p, base);
    const bare = shape.vertices(traceIdentity(layout, nextX), photo.expression);
    const vertices = recipe.backdrop ? add(bare, offsets) : bare;
    outputs[`projected${p}`] = traceProjection(vertices, photo.camera);
  }
  return outputs;
}

/** The shape in standard deviations of its prior, which is fed, as it may depend on the photos. */
function whitenedShape(layout: UnknownLayout, x: Tensor): Tensor {
  const count = layout.identityCount;
  return traceWhitenedShape(
    traceIdentity(layout, x),
    input('priorMean', [count]),
    input('priorWhitening', [count, count]),
  );
}

/** A generator that normalises its input knows no length: the latent goes back to radius sqrt(nt) after each step. */
function onSphere(layout: UnknownLayout, x: Tensor): Tensor {
  const latent = traceLatent(layout, x);
  const length = sqrt(add(sum(square(latent)), 1e-12));
  return concat(
    [
      traceIdentity(layout, x),
      mul(latent, div(Math.sqrt(layout.latentCount), length)),
      slice(x, [layout.shared], [layout.length]),
    ],
    0,
  );
}

/** The skin's colors from the latent: looked up per pixel, or once per vertex as the paper does. */
function traceAlbedo(
  { model, preset }: StepGraphRecipe,
  texture: TextureModel,
  latent: Tensor,
): TracedAlbedo {
  const resolution = nearestResolution(texture, preset.textureSize);
  const planes = texture.synthesize(reshape(latent, [1, texture.latentSize]), { resolution });
  const unit = add(mul(reshape(planes, [3, resolution, resolution]), 0.5), 0.5);
  const { uv, uvTriangles, triangles, vertexCount } = model.parts[0];
  if (preset.texturePath === 'pixel') {
    return { kind: 'pixel', texture: unit, encoding: 'srgb', uv, uvTriangles };
  }
  const places = new Float32Array(2 * vertexCount);
  triangles.forEach((vertex, i) => {
    places.set(uv.subarray(2 * uvTriangles[i], 2 * uvTriangles[i] + 2), 2 * vertex);
  });
  return { kind: 'vertex', colors: traceSrgbDecoding(traceVertexColors(unit, places)) };
}

function nearestResolution({ resolutions }: TextureModel, size: number): number {
  return resolutions.find((edge) => edge >= size) ?? resolutions[resolutions.length - 1];
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
function photoInputs({ model, preset, identity, layout }: StepGraphRecipe, p: number) {
  const { size, silhouettes } = preset;
  const floats = (name: string, shape: readonly number[]) => input(`p${p}.${name}`, shape);
  return {
    base: {
      rotation: floats('rotation', [3, 3]),
      place: floats('place', [4]),
      light: floats('light', [LIGHT_COUNTS[layout.lightKind]]),
      window: floats('window', [3]),
    },
    triangleIds: input(`p${p}.ids`, [size * size], 'int32'),
    silhouettes: silhouettes ? inputSilhouettes(`p${p}.edges`, silhouetteCapacity(size, size)) : undefined,
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
    backdrop: floats('backdrop', [3, size, size]),
    backdropSkin: floats('backdropSkin', [1, size, size]),
    offsets: floats('offsets', [model.parts[0].vertexCount, 3]),
    /** The photo's inner value of the identity network, as large as the render's. */
    tap: (name: string, like: Tensor) => floats(`tap.${name}`, like.shape),
  };
}

function photoTerms(
  { model, layout, preset, freedom, identity, backdrop }: StepGraphRecipe,
  shape: ReturnType<typeof traceShape>,
  x: Tensor,
  photo: TracedPhoto,
  albedo: TracedAlbedo | undefined,
  inputs: ReturnType<typeof photoInputs>,
) {
  const { weights, size, landmarks, occlusion } = preset;
  const { camera, expression } = photo;
  const coefficients = traceIdentity(layout, x);
  const projected = traceProjection(shape.points(coefficients, expression), camera);
  const landmark =
    landmarks === 'student'
      ? landmarkLoss(projected, inputs.targets, freedom)
      : landmarkDistance(projected, inputs.targets, size);
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
  const nothing = { landmark, pixel: none, identity: none, content: none, camera: cameraTerm };
  if (weights.pixel === 0 && weights.identity === 0 && weights.content === 0) return nothing;
  const bare = shape.vertices(coefficients, expression);
  const { image } = traceRender({
    vertices: backdrop ? add(bare, inputs.offsets) : bare,
    triangles: model.parts[0].triangles,
    camera,
    light: photo.light,
    albedo: albedo ?? { kind: 'vertex', colors: inputs.albedo },
    width: size,
    height: size,
    triangleIds: inputs.triangleIds,
    silhouettes: inputs.silhouettes,
    // What the skin does not cover (eyes, hair, clothes) is the photo's own, so that the identity network sees a person.
    background: traceSrgbDecoding(inputs.photo),
  });
  const face = traceTriangleMask(inputs.triangleIds, faceTriangles(model), { width: size, height: size });
  const visible = mul(mul(face, inputs.weights), occlusionWeights(image, inputs.photo, occlusion));
  const terms = { ...nothing, pixel: weights.pixel === 0 ? none : pixelLoss(image, inputs.photo, visible) };
  if (!identity || (weights.identity === 0 && weights.content === 0)) return terms;
  const network = weights.content > 0 ? identity : { ...identity, taps: [] };
  const share = mul(face, inputs.backdropSkin);
  const shown = backdrop ? add(mul(image, share), mul(inputs.backdrop, sub(1, share))) : image;
  const { embedding, taps } = identify(
    network,
    cropBySimilarity(shown, inputs.similarity, identity.template.side),
  );
  return {
    ...terms,
    identity: identityLoss(embedding, inputs.embedding),
    content: contentLoss(
      network.taps.map((name) => taps[name]),
      network.taps.map((name) => inputs.tap(name, taps[name])),
    ),
  };
}

/** Identity on the second render (paper Eq. 7 and 8): same shape and skin; expression, camera and light drawn at random. */
function randomIdentity(
  { model, layout, preset }: StepGraphRecipe,
  identity: IdentityNetwork,
  shape: ReturnType<typeof traceShape>,
  x: Tensor,
  albedo: TracedAlbedo,
): Tensor {
  const { size } = preset;
  const floats = (name: string, dimensions: readonly number[]) => input(`second.${name}`, dimensions);
  const camera: TracedCamera = {
    rotation: floats('rotation', [3, 3]),
    position: floats('position', [3]),
    focal: floats('focal', []),
    center: constant([size / 2, size / 2], [2]),
  };
  const { image } = traceRender({
    vertices: shape.vertices(traceIdentity(layout, x), floats('expression', [layout.expressionCount])),
    triangles: model.parts[0].triangles,
    camera,
    light: traceLight(floats('light', [LIGHT_COUNTS[layout.lightKind]]), layout.lightKind),
    albedo,
    width: size,
    height: size,
    triangleIds: input('second.ids', [size * size], 'int32'),
    background: constant(new Float32Array(3 * size * size).fill(GREY), [3, size, size]),
  });
  const crop = cropBySimilarity(image, floats('similarity', [4]), identity.template.side);
  const { embedding } = identify({ ...identity, taps: [] }, crop);
  return identityLoss(embedding, floats('embedding', [identity.dimensions]));
}

/** Linear grey behind the second render. */
const GREY = 0.2;

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
