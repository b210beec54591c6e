import {
  findAdapter,
  type GraphicsAdapter,
  type Kit,
  timeIdentity,
  type WebProvider,
  type WebRuntimes,
} from '@ganfit/web';
import type { Opened } from '../protocol.ts';

/** Where a fit may compute, before anything was measured. */
export interface ProviderChoice {
  readonly adapter?: GraphicsAdapter;
  /** The runtime to open. */
  readonly wanted: WebProvider;
  /** The provider that is faster here. */
  decide(runtimes: WebRuntimes, kit: Kit): Promise<Pick<Opened, 'provider' | 'measured'>>;
}

/**
 * Finds out whether there is a graphics card worth measuring.
 *
 * @param asked What the visitor asked for, or what was measured before.
 */
export async function chooseProvider(asked?: WebProvider): Promise<ProviderChoice> {
  const adapter = await findAdapter();
  const isWorth = adapter !== undefined && (asked === 'webgpu' || (asked !== 'wasm' && !adapter.isSoftware));
  return {
    adapter,
    wanted: isWorth ? 'webgpu' : 'wasm',
    async decide({ wasm, webgpu }, { networks }) {
      if (!webgpu) return { provider: 'wasm' };
      if (asked === 'webgpu') return { provider: 'webgpu' };
      const processor = await timeIdentity(wasm, networks.identity);
      try {
        const card = await timeIdentity(webgpu, networks.identity);
        return {
          provider: card < processor ? 'webgpu' : 'wasm',
          measured: { wasm: processor, webgpu: card },
        };
      } catch {
        // A card that cannot run the network is as good as none.
        return { provider: 'wasm' };
      }
    },
  };
}
