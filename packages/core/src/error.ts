/**
 * What went wrong, in the one word that callers branch on.
 *
 * - `shape`: tensors do not fit together (a programmer's or a model file's fault).
 * - `format`: bytes are not what they claim to be.
 * - `input`: the user's data or options cannot be used.
 * - `runtime`: the ONNX runtime, the network or the disk refused.
 * - `cancelled`: the caller asked to stop.
 */
export type ErrorCode = 'shape' | 'format' | 'input' | 'runtime' | 'cancelled';

/** The only error class: `where: what must hold, got what came. What to do.` */
export class GanfitError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GanfitError';
    this.code = code;
  }
}

/** Throws when a condition that only a bug of ours can break does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
