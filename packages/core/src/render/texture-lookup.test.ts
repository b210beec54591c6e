import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { randomStream } from '../random/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { gradients, input, mul, sum } from '../tensor/index.ts';
import { traceTexture } from './texture-lookup.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 2 });
const [C, H, W, N] = [2, 5, 4, 40];
const random = randomStream(5);
const texels = Float32Array.from({ length: C * H * W }, () => random.normal());
/** Coordinates inside, on texel centres, on borders and outside. */
const uv = Float32Array.from({ length: 2 * N }, (_, i) => {
  const n = i % N;
  const size = i < N ? W : H;
  if (n < 10) return ((n % size) + 0.5) / size;
  return n < 14 ? n % 2 : random.uniform() * 1.4 - 0.2;
});
const weights = Float32Array.from({ length: C * N }, () => random.normal());

/** The same in plain numbers: value, and each texel's weight. */
function look(u: number, v: number) {
  const x = Math.min(Math.max(u * W - 0.5, 0), W - 1);
  const y = Math.min(Math.max(v * H - 0.5, 0), H - 1);
  const tent = (at: number, size: number) =>
    Array.from({ length: size }, (_, k) => Math.max(0, 1 - Math.abs(at - k)));
  return { columns: tent(x, W), rows: tent(y, H) };
}

test('values and gradients are those of the four nearest texels', async () => {
  const [texture, place, weight] = [
    input('texture', [C, H, W]),
    input('uv', [2, N]),
    input('weight', [C, N]),
  ];
  const colors = traceTexture(texture, place);
  const loss = sum(mul(colors, weight));
  const [byTexture, byPlace] = gradients(loss, [texture, place]);
  const graph = await runtime.compile({ colors, byTexture, byPlace, loss });
  const feeds = { texture: texels, uv, weight: weights };
  const result = await graph.run(feeds);
  const slopes = new Float64Array(texels.length);
  for (let n = 0; n < N; n++) {
    const { columns, rows } = look(uv[n], uv[N + n]);
    for (let c = 0; c < C; c++) {
      let value = 0;
      for (let i = 0; i < H * W; i++) {
        const share = columns[i % W] * rows[Math.floor(i / W)];
        value += share * texels[c * H * W + i];
        slopes[c * H * W + i] += share * weights[c * N + n];
      }
      expect(result.colors[c * N + n]).toBeCloseTo(value, 4);
    }
  }
  slopes.forEach((slope, i) => {
    expect(result.byTexture[i]).toBeCloseTo(slope, 4);
  });

  // Along u and v: away from texel centres the look-up is linear, and constant outside.
  let probed = 0;
  for (let k = 20; k < 2 * N; k += 5) {
    const at = (uv[k] * (k < N ? W : H) - 0.5) % 1;
    if (k % N < 14 || Math.abs(Math.abs(at) - 0.5) > 0.4) continue;
    const step = (sign: number) => uv.map((value, i) => (i === k ? value + sign * 1e-3 : value));
    const [above, below] = [
      await graph.run({ ...feeds, uv: step(1) }),
      await graph.run({ ...feeds, uv: step(-1) }),
    ];
    probed++;
    const numeric = (above.loss[0] - below.loss[0]) / 2e-3;
    expect(Math.abs(numeric - result.byPlace[k])).toBeLessThan(1e-2 * Math.max(1, Math.abs(numeric)));
  }
  expect(probed).toBeGreaterThan(4);
  await graph.dispose();
});
