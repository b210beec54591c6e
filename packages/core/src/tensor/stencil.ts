import { GanfitError } from '../error.ts';
import { ints } from './op.ts';

/** How a window moves over a picture. */
export interface StencilOptions {
  /** Distance of neighbouring windows, for both axes or for rows and columns; 1 by default. */
  readonly strides?: number | readonly number[];
  /** Border of zeros, the same on all sides or top, left, bottom, right; 0 by default. */
  readonly pads?: number | readonly number[];
  /** Distance of neighbouring elements inside a window; 1 by default. */
  readonly dilations?: number | readonly number[];
}

/** A window that moves over a picture; a number stands for a square that moves by its own size. */
export interface PoolOptions extends Omit<StencilOptions, 'dilations'> {
  /** Height and width. */
  readonly kernel: number | readonly number[];
}

/** How windows lie on a picture, with nothing left open. */
export interface Stencil {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** Fills in what was left open. */
export function readStencil(where: string, kernel: readonly number[], options: StencilOptions): Stencil {
  const spread = (value: number | readonly number[] | undefined, otherwise: number, length: number) =>
    Array.isArray(value) ? (value as number[]) : Array<number>(length).fill((value as number) ?? otherwise);
  const stencil = {
    kernel,
    strides: spread(options.strides, 1, 2),
    pads: spread(options.pads, 0, 4),
    dilations: spread(options.dilations, 1, 2),
  };
  const { strides, pads, dilations } = stencil;
  if (strides.length !== 2 || dilations.length !== 2 || pads.length !== 4) {
    throw new GanfitError(
      'shape',
      `${where}: a picture has 2 strides, 2 dilations and 4 pads, got [${strides}], [${dilations}] and [${pads}].`,
    );
  }
  return stencil;
}

/** Fills in what was left open of a pooling window: its stride is its size, if not given. */
export function readPool(where: string, options: number | PoolOptions): Stencil {
  const { kernel, strides, pads }: PoolOptions = typeof options === 'number' ? { kernel: options } : options;
  const sides = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  return readStencil(where, sides, { pads, strides: strides ?? sides });
}

/** How many elements a window spans on an axis: 0 is height, 1 is width. */
export function spanOf({ kernel, dilations }: Stencil, axis: number): number {
  return dilations[axis] * (kernel[axis] - 1) + 1;
}

/** Counts the windows that fit on an axis of a given size. */
export function countWindows(where: string, stencil: Stencil, axis: number, size: number): number {
  const room = size + stencil.pads[axis] + stencil.pads[axis + 2] - spanOf(stencil, axis);
  if (room < 0) {
    throw new GanfitError(
      'shape',
      `${where}: a window of ${spanOf(stencil, axis)} must fit into the padded picture, got ${size} pixels with pads [${stencil.pads}].`,
    );
  }
  return Math.floor(room / stencil.strides[axis]) + 1;
}

/** The window as attributes of an ONNX node. */
export function stencilAttributes({ kernel, strides, pads, dilations }: Stencil) {
  return {
    kernel_shape: ints(kernel),
    strides: ints(strides),
    pads: ints(pads),
    dilations: ints(dilations),
  };
}
