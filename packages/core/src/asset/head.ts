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
  /** 0 mirror … 1 chalk; multiplies `roughnessTexture`. */
  readonly roughness: number;
  /** Roughness over the UV, one linear channel. */
  readonly roughnessTexture?: Image;
  /** Fine relief in tangent space: red to the right, green up, blue out, 128 is zero. */
  readonly normalTexture?: Image;
  /** Thin surfaces without an inside. */
  readonly doubleSided?: boolean;
}

/** The displacement of one part at weight 1 of one named shape. */
export interface HeadMorph {
  /** ARKit name, `jawOpen` …, a viseme, `viseme_aa` …, or one of the extra shapes, `mouthOpen` … */
  readonly name: string;
  /** `[V, 3]`, millimetres; exactly zero where the shape does not reach. */
  readonly positions: Float32Array;
  /** Change of the unit normals, `[V, 3]`; exactly zero where it cannot be seen. */
  readonly normals: Float32Array;
}

/** A bone. At rest it stands upright: its axes are those of the head. */
export interface HeadJoint {
  /** `Neck`, `Head`, `LeftEye` or `RightEye`. */
  readonly name: string;
  /** Row of the joint that it hangs on, or -1. */
  readonly parent: number;
  /** What it turns about, millimetres. */
  readonly position: readonly [number, number, number];
}

/** Which joints carry each vertex of a part. */
export interface HeadBinding {
  /** Rows of the head's joints, `[V, 4]`; 0 where the weight is 0. */
  readonly joints: Uint8Array;
  /** `[V, 4]`, rows sum to one. */
  readonly weights: Float32Array;
}

/** One surface with its own material. */
export interface HeadPart {
  /** `skin`, `eyeLeft`, `teeth` …, as the shape model names it; `lashes`, which no model has. */
  readonly name: string;
  /** Vertices of this part alone (indices from 0), with UV: seams duplicate no vertex here. */
  readonly mesh: Mesh & Required<Pick<Mesh, 'uv' | 'uvTriangles'>>;
  /** Unit vertex normals, `[V, 3]`, computed across seams. */
  readonly normals: Float32Array;
  readonly material: HeadMaterial;
  /** Only the shapes that move this part: ARKit's, visemes, extra ones. */
  readonly morphs: readonly HeadMorph[];
  readonly binding: HeadBinding;
}

/** A head ready to be written: millimetres, +Y up, +Z towards the viewer. */
export interface Head {
  /** The skin first. */
  readonly parts: readonly HeadPart[];
  /** Parents first. */
  readonly joints: readonly HeadJoint[];
  /** True when the skin is a texture model's own, free of any light: the fitted light shades it in full. */
  readonly delit?: boolean;
  /**
   * Present when the skin has a tone of its own and brightness and colour of a photo are its light's: what the skin is beside
   * the one that the light was fitted with, a factor of linear RGB. Absent when the skin has the photo's tone.
   */
  readonly tone?: readonly [number, number, number];
  /** Whether the base mesh shows the neutral identity or the photo's expression. */
  readonly expression: 'neutral' | 'photo';
  /** The shape model it was made with. */
  readonly model: { readonly name: string; readonly topologyDigest: string };
}
