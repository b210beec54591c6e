import { floatOf, inputOf, knownInput, type Reader, type Reading, refuse } from './import-node.ts';
import { castTarget } from './import-numbers.ts';
import type { Tensor } from './op.ts';
import {
  abs,
  add,
  and,
  cast,
  clip,
  cos,
  div,
  equal,
  exp,
  floor,
  greater,
  leakyRelu,
  less,
  log,
  maximum,
  minimum,
  mul,
  neg,
  not,
  or,
  pow,
  prelu,
  reciprocal,
  relu,
  reshape,
  sigmoid,
  sin,
  sqrt,
  sub,
  tanh,
  where,
} from './ops/index.ts';

const unary =
  (op: (x: Tensor) => Tensor): Reader =>
  (reading) =>
    op(inputOf(reading, 0));

const binary =
  (op: (a: Tensor, b: Tensor) => Tensor): Reader =>
  (reading) =>
    op(inputOf(reading, 0), inputOf(reading, 1));

/** Any number of inputs, combined from the left. */
const variadic =
  (op: (a: Tensor, b: Tensor) => Tensor): Reader =>
  (reading) =>
    reading.inputs.map((_, i) => inputOf(reading, i)).reduce(op);

/** A bound of Clip: an attribute until opset 10, an optional input since. */
function bound(reading: Reading, name: string, index: number, fallback: number): number {
  return knownInput(reading, index)?.[0] ?? floatOf(reading, name, fallback);
}

/** How ONNX nodes that act on each element alone are traced, by node type. */
export const ELEMENTWISE: Readonly<Record<string, Reader>> = {
  Abs: unary(abs),
  Add: binary(add),
  And: binary(and),
  Cast: (reading) => cast(inputOf(reading, 0), castTarget(reading)),
  Clip: (reading) => {
    const x = inputOf(reading, 0);
    const min = bound(reading, 'min', 1, Number.NEGATIVE_INFINITY);
    const max = bound(reading, 'max', 2, Number.POSITIVE_INFINITY);
    if (min === 0 && max === Number.POSITIVE_INFINITY) return relu(x);
    return clip(x, min, max);
  },
  Cos: unary(cos),
  Div: binary(div),
  Dropout: unary((x) => x),
  Elu: (reading) => {
    const [x, alpha] = [inputOf(reading, 0), floatOf(reading, 'alpha', 1)];
    // The exponential is kept from overflow on the side that is thrown away.
    return where(greater(x, 0), x, mul(sub(exp(minimum(x, 0)), 1), alpha));
  },
  Equal: binary(equal),
  Exp: unary(exp),
  Floor: unary(floor),
  Greater: binary(greater),
  HardSigmoid: (reading) => {
    const [alpha, beta] = [floatOf(reading, 'alpha', 0.2), floatOf(reading, 'beta', 0.5)];
    return clip(add(mul(inputOf(reading, 0), alpha), beta), 0, 1);
  },
  HardSwish: unary((x) => mul(x, clip(add(mul(x, 1 / 6), 0.5), 0, 1))),
  Identity: unary((x) => x),
  LeakyRelu: (reading) => leakyRelu(inputOf(reading, 0), floatOf(reading, 'alpha', 0.01)),
  Less: binary(less),
  Log: unary(log),
  Max: variadic(maximum),
  Min: variadic(minimum),
  Mul: binary(mul),
  Neg: unary(neg),
  Not: unary(not),
  Or: binary(or),
  Pow: (reading) => {
    const exponent = knownInput(reading, 1) ?? [];
    if (exponent.length !== 1) refuse(reading.node, 'have one constant exponent', `${exponent.length}`);
    return pow(inputOf(reading, 0), exponent[0]);
  },
  PRelu: (reading) => {
    const [x, slope] = [inputOf(reading, 0), inputOf(reading, 1)];
    // Some exporters give the slopes as a bare list, one for each channel.
    const channels = slope.shape.length === 1 && x.shape.length > 2 && slope.shape[0] === x.shape[1];
    return prelu(x, channels ? reshape(slope, [slope.shape[0], ...x.shape.slice(2).map(() => 1)]) : slope);
  },
  Reciprocal: unary(reciprocal),
  Relu: unary(relu),
  Sigmoid: unary(sigmoid),
  Sin: unary(sin),
  // log(1 + e^x), kept from overflow.
  Softplus: unary((x) => add(relu(x), log(add(exp(neg(abs(x))), 1)))),
  Sqrt: unary(sqrt),
  Sub: binary(sub),
  Sum: variadic(add),
  Tanh: unary(tanh),
  Where: (reading) => where(inputOf(reading, 0), inputOf(reading, 1), inputOf(reading, 2)),
};
