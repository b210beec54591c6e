/** How the bytes of a GLB are made small. */
export const COMPRESSIONS = ['none', 'meshopt', 'draco'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** How big a head is: `full` is all of it, `small` has fewer triangles and is made for phones. */
export const SIZES = ['full', 'small'] as const;
export type Size = (typeof SIZES)[number];

/** Texels across and down, and quality, that suit a small head. */
export const SMALL_TEXTURE = { size: 512, webpQuality: 84 } as const;

/** How a GLB is made smaller. */
export interface GlbPacking {
  readonly size: Size;
  readonly compress: Compression;
  /** Google's encoder, an instance of `draco3dgltf`; needed for `draco` alone. */
  readonly dracoEncoder?: unknown;
}

/**
 * Makes a GLB smaller by glTF's extensions: fewer triangles, quantised numbers, meshopt or Draco.
 *
 * Programs have to know the extensions that are then required; three.js and Babylon.js do, with their decoders.
 */
export async function compressGlb(glb: Uint8Array, packing: GlbPacking): Promise<Uint8Array> {
  if (packing.size === 'full' && packing.compress === 'none') return glb;
  const { shrinkGlb } = await import('./shrink-glb.ts');
  return shrinkGlb(glb, packing);
}
