/**
 * A lossy WebP without what browsers add to it: they write a colour profile, which glTF does not know. The picture is sRGB and
 * opaque, so nothing is lost.
 *
 * @returns The bytes as they came when they are not a lossy WebP.
 */
export function plainWebp(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 20 || name(0) !== 'RIFF' || name(8) !== 'WEBP') return bytes;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (name(at) === 'VP8 ') {
      const out = new Uint8Array(12 + end - at);
      out.set(bytes.subarray(0, 12));
      out.set(bytes.subarray(at, end), 12);
      new DataView(out.buffer).setUint32(4, out.length - 8, true);
      return out;
    }
    at = end;
  }
  return bytes;
}
