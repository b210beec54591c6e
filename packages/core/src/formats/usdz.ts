import { strToU8, type Zippable, zipSync } from 'fflate';
import type { Head, HeadMaterial, HeadPart } from '../asset/head.ts';
import { splitRows, splitSeams } from '../asset/split-seams.ts';
import { GanfitError } from '../error.ts';
import type { Image } from '../image/image.ts';
import type { EncodedImage, TextureEncoder, TextureUse } from './glb-material.ts';
import { METERS } from './glb-mesh.ts';
import { CONSENT_NOTICE } from './glb-origin.ts';

/** What a USDZ needs beside the head. */
export interface UsdzOptions {
  /** Compresses a texture, as JPEG or PNG: the format knows no other. */
  readonly encode: TextureEncoder;
  /** Program and version. */
  readonly generator: string;
  /** Who holds which rights, in one line. */
  readonly copyright?: string;
}

/**
 * Writes a head's base mesh as USDZ, in metres: one `Mesh` and one `UsdPreviewSurface` per part. Expressions stay behind, because
 * what opens these files on a phone does not play with them.
 *
 * The archive follows the USDZ file format specification (Pixar, version 1.3): stored, the layer first, every file's bytes at a
 * multiple of 64.
 *
 * @throws GanfitError `format` when the encoder gives WebP.
 */
export async function writeUsdz(head: Head, options: UsdzOptions): Promise<Uint8Array> {
  const textures: Record<string, Uint8Array> = {};
  const materials: string[] = [];
  for (const { name, material } of head.parts) {
    materials.push(await writeMaterial(identifier(name), material, options.encode, textures));
  }
  const layer = `#usda 1.0
(
  customLayerData = {
    string copyright = ${text(options.copyright ?? '')}
    string creator = ${text(options.generator)}
    string notice = ${text(CONSENT_NOTICE)}
  }
  defaultPrim = "Head"
  metersPerUnit = 1
  upAxis = "Y"
)

def Xform "Head" (
  kind = "component"
)
{
${head.parts.map(writePart).join('\n')}
  def Scope "Materials"
  {
${materials.join('\n')}
  }
}
`;
  return archive({ 'head.usda': strToU8(layer), ...textures });
}

function writePart({ name, mesh, normals, material }: HeadPart): string {
  const split = splitSeams(mesh);
  const points = splitRows(split, mesh.vertices, 3).map((value) => value * METERS);
  const bounds = [Math.min, Math.max].map((pick) =>
    tuple(
      [0, 1, 2].map((axis) =>
        points.reduce((best, v, i) => (i % 3 === axis ? pick(best, v) : best), points[axis]),
      ),
    ),
  );
  // V counts from the bottom in USD; ours counts from the top, as in glTF.
  const st = Float32Array.from(split.uv, (value, i) => (i % 2 === 0 ? value : 1 - value));
  // Programs do not agree on `doubleSided`, so thin surfaces have a back of their own.
  const triangles = [...split.triangles];
  if (material.doubleSided) triangles.push(...[...split.triangles].reverse());
  return `  def Mesh "${identifier(name)}" (
    prepend apiSchemas = ["MaterialBindingAPI"]
  )
  {
    float3[] extent = [${bounds.join(', ')}]
    int[] faceVertexCounts = [${Array(triangles.length / 3)
      .fill(3)
      .join(', ')}]
    int[] faceVertexIndices = [${triangles.join(', ')}]
    rel material:binding = </Head/Materials/${identifier(name)}>
    normal3f[] normals = [${rows(splitRows(split, normals, 3), 3, 4)}] (
      interpolation = "vertex"
    )
    point3f[] points = [${rows(points, 3, 6)}]
    texCoord2f[] primvars:st = [${rows(st, 2, 6)}] (
      interpolation = "vertex"
    )
    uniform token subdivisionScheme = "none"
  }`;
}

/** The material, and its pictures into `files`. */
async function writeMaterial(
  name: string,
  { color, roughness, texture, roughnessTexture, normalTexture }: HeadMaterial,
  encode: TextureEncoder,
  files: Record<string, Uint8Array>,
): Promise<string> {
  const path = `/Head/Materials/${name}`;
  const shaders: string[] = [];
  const read = async (image: Image, use: TextureUse, scale: readonly number[], bias: readonly number[]) => {
    const encoded = await encode(image, use);
    const file = `textures/${name}-${use}.${extensionOf(encoded)}`;
    files[file] = encoded.bytes;
    shaders.push(`      def Shader "${use}"
      {
        uniform token info:id = "UsdUVTexture"
        asset inputs:file = @${file}@
        float4 inputs:bias = ${tuple(bias)}
        float4 inputs:scale = ${tuple(scale)}
        token inputs:sourceColorSpace = "${use === 'color' ? 'sRGB' : 'raw'}"
        float2 inputs:st.connect = <${path}/uv.outputs:result>
        token inputs:wrapS = "clamp"
        token inputs:wrapT = "clamp"
        float outputs:r
        float3 outputs:rgb
      }`);
  };
  const inputs = ['float inputs:metallic = 0'];
  if (texture) {
    await read(texture, 'color', [...color, 1], [0, 0, 0, 0]);
    inputs.push(`color3f inputs:diffuseColor.connect = <${path}/color.outputs:rgb>`);
  } else inputs.push(`color3f inputs:diffuseColor = ${tuple(color)}`);
  if (roughnessTexture) {
    await read(roughnessTexture, 'roughness', [roughness, roughness, roughness, 1], [0, 0, 0, 0]);
    inputs.push(`float inputs:roughness.connect = <${path}/roughness.outputs:r>`);
  } else inputs.push(`float inputs:roughness = ${roughness}`);
  if (normalTexture) {
    await read(normalTexture, 'normal', [2, 2, 2, 1], [-1, -1, -1, 0]);
    inputs.push(`normal3f inputs:normal.connect = <${path}/normal.outputs:rgb>`);
  }
  if (shaders.length > 0) {
    shaders.push(`      def Shader "uv"
      {
        uniform token info:id = "UsdPrimvarReader_float2"
        string inputs:varname = "st"
        float2 outputs:result
      }`);
  }
  return `    def Material "${name}"
    {
      token outputs:surface.connect = <${path}/surface.outputs:surface>

      def Shader "surface"
      {
        uniform token info:id = "UsdPreviewSurface"
        ${inputs.join('\n        ')}
        token outputs:surface
      }
${shaders.join('\n')}
    }`;
}

function extensionOf({ mimeType }: EncodedImage): string {
  if (mimeType === 'image/webp') {
    throw new GanfitError('format', 'writeUsdz: textures must be JPEG or PNG, got WebP. Encode them so.');
  }
  return mimeType === 'image/png' ? 'png' : 'jpg';
}

/** Fixed bytes of a local header, and of an extra field's own. */
const [HEADER, FIELD] = [30, 4];
/** The extra field that Pixar's tools pad with. */
const PADDING = 0x1986;

/** A stored archive whose files begin at multiples of 64 bytes, so that they can be mapped into memory. */
function archive(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries: Zippable = {};
  let end = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const begin = end + HEADER + name.length + FIELD;
    const padding = (64 - (begin % 64)) % 64;
    entries[name] = [bytes, { level: 0, extra: { [PADDING]: new Uint8Array(padding) } }];
    end = begin + padding + bytes.length;
  }
  // The same head gives the same bytes.
  return zipSync(entries, { mtime: new Date(2000, 0, 1) });
}

/** USD allows letters, digits and the underscore. */
function identifier(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
}

function text(value: string): string {
  return JSON.stringify(value);
}

function tuple(values: readonly number[]): string {
  return `(${values.map((value) => Number(value.toFixed(6))).join(', ')})`;
}

function rows(values: Float32Array, width: number, digits: number): string {
  const out: string[] = [];
  for (let i = 0; i < values.length; i += width) {
    out.push(
      `(${Array.from(values.subarray(i, i + width), (value) => Number(value.toFixed(digits))).join(', ')})`,
    );
  }
  return out.join(', ');
}
