import { embed, type IdentityNetwork } from '@ganfit/core/networks';
import type { Runtime } from '@ganfit/core/runtime';
import { gradients, input, square, sum } from '@ganfit/core/tensor';

/** A graphics card that WebGPU offers. */
export interface GraphicsAdapter {
  /** As the browser names it; browsers may keep it to themselves. */
  readonly name: string;
  /** Whether it is the processor in disguise, which is never faster. */
  readonly isSoftware: boolean;
}

interface WebGpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<WebGpuAdapter | null>;
}

interface WebGpuAdapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly device?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
}

/** The graphics card of this browser, or undefined without WebGPU. */
export async function findAdapter(): Promise<GraphicsAdapter | undefined> {
  const gpu = (navigator as { readonly gpu?: WebGpu }).gpu;
  if (!gpu) return undefined;
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return undefined;
    const { vendor, architecture, device, description } = adapter.info ?? {};
    const name = [vendor, architecture, device, description].filter(Boolean).join(' ') || 'graphics card';
    const isSoftware =
      (adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false) ||
      /swiftshader|llvmpipe|software/i.test(name);
    return { name, isSoftware };
  } catch {
    // A driver that fails here would fail in the fit too.
    return undefined;
  }
}

/**
 * Times the heaviest part of a fit's step, the identity network forward and backward.
 *
 * @returns Milliseconds, the best of three runs after one to warm up.
 */
export async function timeIdentity(runtime: Runtime, identity: IdentityNetwork): Promise<number> {
  const { side } = identity.template;
  const crop = input('crop', [1, 3, side, side]);
  const loss = sum(square(embed(identity, crop)));
  const [gradient] = gradients(loss, [crop]);
  const graph = await runtime.compile({ loss, gradient });
  try {
    const feeds = { crop: Float32Array.from({ length: 3 * side * side }, (_, i) => (i % 7) / 7) };
    await graph.run(feeds);
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      await graph.run(feeds);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  } finally {
    await graph.dispose();
  }
}
