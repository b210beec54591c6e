import type { LensTags } from '@ganfit/core/image';

const NAMES: Readonly<Record<number, keyof LensTags>> = {
  37386: 'FocalLength',
  40962: 'PixelXDimension',
  40963: 'PixelYDimension',
  41486: 'FocalPlaneXResolution',
  41488: 'FocalPlaneResolutionUnit',
  41989: 'FocalLengthIn35mmFilm',
};

const EXIF_FOLDER = 0x8769;

/**
 * What a JPEG, PNG or WebP says about its lens. The browser itself reads only the orientation.
 *
 * @param bytes The beginning of the file is enough; 256 kB hold the block of every usual camera.
 * @returns Nothing where the file says nothing: a broken block is common and harmless.
 */
export function readLensTags(bytes: Uint8Array): LensTags {
  try {
    const block = exifBlock(bytes);
    return block ? lensTags(block) : {};
  } catch {
    return {};
  }
}

/** The TIFF structure inside the file, from its byte order mark on. */
function exifBlock(bytes: Uint8Array): DataView | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  const from = (at: number) => {
    const start = text(at, 4) === 'Exif' ? at + 6 : at;
    return new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  };
  if (view.getUint16(0) === 0xffd8) {
    for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      if (view.getUint8(at + 1) === 0xe1 && text(at + 4, 4) === 'Exif') return from(at + 4);
      // The picture itself begins: no block will follow.
      if (view.getUint8(at + 1) === 0xda) return undefined;
    }
  } else if (text(1, 3) === 'PNG') {
    for (let at = 8; ; at += 12 + view.getUint32(at)) if (text(at + 4, 4) === 'eXIf') return from(at + 8);
  } else if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') {
    for (let at = 12; ; at += 8 + 2 * Math.ceil(view.getUint32(at + 4, true) / 2)) {
      if (text(at, 4) === 'EXIF') return from(at + 8);
    }
  }
  return undefined;
}

function lensTags(view: DataView): LensTags {
  const little = view.getUint16(0) === 0x4949;
  const tags: Partial<Record<keyof LensTags, number>> = {};
  const readFolder = (start: number) => {
    const count = view.getUint16(start, little);
    for (let entry = 0, at = start + 2; entry < count; entry++, at += 12) {
      const tag = view.getUint16(at, little);
      if (tag === EXIF_FOLDER) readFolder(view.getUint32(at + 8, little));
      const name = NAMES[tag];
      if (name) tags[name] = readNumber(view, at, little);
    }
  };
  readFolder(view.getUint32(4, little));
  return tags;
}

/** SHORT, LONG and RATIONAL, the types that these tags have. */
function readNumber(view: DataView, at: number, little: boolean): number {
  const type = view.getUint16(at + 2, little);
  if (type === 3) return view.getUint16(at + 8, little);
  const value = view.getUint32(at + 8, little);
  return type === 5 ? view.getUint32(value, little) / view.getUint32(value + 4, little) : value;
}
