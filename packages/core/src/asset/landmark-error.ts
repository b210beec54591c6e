/**
 * How well landmarks agree: mean distance of the 51 inner points as a share of the outer-eye distance.
 *
 * The jaw line is left out: a detector slides along it.
 *
 * @param found `[68, 2]`, in any unit.
 * @param reference `[68, 2]`, in the same unit; its points 36 and 45 give the outer-eye distance.
 */
export function landmarkError(found: ArrayLike<number>, reference: ArrayLike<number>): number {
  const distance = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number =>
    Math.hypot(a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]);
  let sum = 0;
  for (let i = 17; i < 68; i++) sum += distance(found, i, reference, i);
  return sum / 51 / distance(reference, 36, reference, 45);
}
