/**
 * Room `nn`: what training and fitting share beside the operations themselves: optimizers and losses, all traced and
 * all pure. Tensors go in, tensors come out; it will never run anything nor keep a state.
 *
 * @module @ganfit/core/nn
 */
export { type AdamOptions, type AdamState, adam } from './adam.ts';
export { charbonnier } from './charbonnier.ts';
export { cosineDistance } from './cosine-distance.ts';
