import type { Image } from '../image/image.ts';
import type { Mesh } from '../mesh/mesh.ts';

/** How a part reflects light: the metallic-roughness model of glTF 2 with metallic 0. */
export interface HeadMaterial {
  /** As written into files. */
  readonly name: string;
  /** Linear RGB in [0, 1]; multiplies the texture. */
  readonly color: readonly [number, number, number];
  /** Base colour, sRGB bytes, laid out by the part's UV. */
  readonly texture?: Image;
  /** 0 mirror … 1 chalk. */
  readonly roughness: number;
}

/** The displacement of one part at weight 1 of one named shape. */
export interface HeadMorph {
  /** ARKit name, `jawOpen` … */
  readonly name: string;
  /** `[V, 3]`, millimetres; exactly zero where the shape does not reach. */
  readonly positions: Float32Array;
  /** Change of the unit normals, `[V, 3]`; exactly zero where it cannot be seen. */
  readonly normals: Float32Array;
}

/** One surface with its own material. */
export interface HeadPart {
  /** `skin`, `eyeLeft`, `teeth` …, as the shape model names it. */
  readonly name: string;
  /** Vertices of this part alone (indices from 0), with UV: seams duplicate no vertex here. */
  readonly mesh: Mesh & Required<Pick<Mesh, 'uv' | 'uvTriangles'>>;
  /** Unit vertex normals, `[V, 3]`, computed across seams. */
  readonly normals: Float32Array;
  readonly material: HeadMaterial;
  /** Only the shapes that move this part, in the model's order. */
  readonly morphs: readonly HeadMorph[];
}

/** A head ready to be written: millimetres, +Y up, +Z towards the viewer. */
export interface Head {
  /** The skin first. */
  readonly parts: readonly HeadPart[];
  /** Whether the base mesh shows the neutral identity or the photo's expression. */
  readonly expression: 'neutral' | 'photo';
  /** The shape model it was made with. */
  readonly model: { readonly name: string; readonly topologyDigest: string };
}
