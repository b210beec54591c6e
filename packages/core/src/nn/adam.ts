import { add, div, exp, mul, type Operand, sqrt, square, sub, type Tensor } from '../tensor/index.ts';

/** A parameter with its running moments, all of one shape. The moments start at zero. */
export interface AdamState {
  readonly parameter: Tensor;
  /** Running mean of the gradient. */
  readonly first: Tensor;
  /** Running mean of the squared gradient. */
  readonly second: Tensor;
}

export interface AdamOptions {
  /** Step size: a number, or a traced `[]` that is fed and so can follow a schedule; 1e-2 by default. */
  readonly learningRate?: Operand;
  /** Factor of the step size for each element, in a shape that broadcasts to the parameter; 1 by default. */
  readonly scale?: Operand;
  /** Decay of the first moment, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the second moment, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the second moment, 1e-8 by default. */
  readonly epsilon?: number;
}

/**
 * Traces one step of Adam (Kingma & Ba 2015, algorithm 1). The state that comes out is fed again as the one that goes in.
 *
 * @param state The parameter and its moments before the step.
 * @param gradient Of the loss by the parameter.
 * @param step Number of this step, counted from 1, float32 `[]`; it corrects the start of the moments at zero.
 * @returns The parameter and its moments after the step.
 */
export function adam(state: AdamState, gradient: Tensor, step: Tensor, options: AdamOptions = {}): AdamState {
  const { learningRate = 1e-2, scale = 1, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const first = add(mul(state.first, beta1), mul(gradient, 1 - beta1));
  const second = add(mul(state.second, beta2), mul(square(gradient), 1 - beta2));
  // 1 - βᵗ, with βᵗ as exp(t ln β) since the exponent is traced.
  const missing = (beta: number) => sub(1, exp(mul(step, Math.log(beta))));
  const deviation = add(sqrt(div(second, missing(beta2))), epsilon);
  const size = mul(mul(learningRate, scale), div(first, missing(beta1)));
  return { parameter: sub(state.parameter, div(size, deviation)), first, second };
}
