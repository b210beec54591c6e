/**
 * The 95 % interval of a share that was counted (Wilson 1927): unlike count ± deviation it stays in [0, 1] and is not empty when
 * nothing was counted.
 *
 * @param count Of those that are counted.
 * @param total Of all; at least 1.
 * @returns Lower and upper end, 0 … 1.
 */
export function wilsonInterval(count: number, total: number): [number, number] {
  const z = 1.959964;
  const share = count / total;
  const middle = share + z ** 2 / (2 * total);
  const reach = z * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  const scale = 1 + z ** 2 / total;
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
}
