/**
 * A table of a FlatBuffers file: numbered fields, each of which may be left out. All offsets are read where they are asked
 * for, so opening a file costs nothing. Reads beyond the file throw RangeError; whoever opens the file turns it into words.
 */
export interface Table {
  readonly view: DataView;
  /** Byte where the table begins. */
  readonly at: number;
}

/** The table that a file begins with. */
export function rootTable(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { view, at: view.getUint32(0, true) };
}

/** A whole number of 8 or 32 bits, signed; `fallback` when it is left out. */
export function intField(table: Table, field: number, bits: 8 | 32, fallback = 0): number {
  const at = fieldAt(table, field);
  if (at === undefined) return fallback;
  return bits === 8 ? table.view.getInt8(at) : table.view.getInt32(at, true);
}

export function floatField(table: Table, field: number, fallback: number): number {
  const at = fieldAt(table, field);
  return at === undefined ? fallback : table.view.getFloat32(at, true);
}

export function tableField(table: Table, field: number): Table | undefined {
  const at = fieldAt(table, field);
  return at === undefined ? undefined : { view: table.view, at: at + table.view.getUint32(at, true) };
}

export function tablesField(table: Table, field: number): Table[] {
  const { view } = table;
  return elements(table, field, 4).map((at) => ({ view, at: at + view.getUint32(at, true) }));
}

export function intsField(table: Table, field: number): number[] {
  return elements(table, field, 4).map((at) => table.view.getInt32(at, true));
}

/** A view of the field's bytes, empty when it is left out. */
export function bytesField({ view, at }: Table, field: number): Uint8Array {
  const place = fieldAt({ view, at }, field);
  if (place === undefined) return new Uint8Array();
  const start = place + view.getUint32(place, true);
  const length = view.getUint32(start, true);
  if (start + 4 + length > view.byteLength) throw new RangeError('a vector reaches beyond the file');
  return new Uint8Array(view.buffer, view.byteOffset + start + 4, length);
}

export function textField(table: Table, field: number): string {
  return new TextDecoder().decode(bytesField(table, field));
}

/** Where the elements of a vector begin. */
function elements({ view, at }: Table, field: number, size: number): number[] {
  const place = fieldAt({ view, at }, field);
  if (place === undefined) return [];
  const start = place + view.getUint32(place, true);
  const length = view.getUint32(start, true);
  if (start + 4 + size * length > view.byteLength) throw new RangeError('a vector reaches beyond the file');
  return Array.from({ length }, (_, i) => start + 4 + size * i);
}

/** Where a field lies; the table's own list of fields says it. */
function fieldAt({ view, at }: Table, field: number): number | undefined {
  const list = at - view.getInt32(at, true);
  const entry = 4 + 2 * field;
  if (entry >= view.getUint16(list, true)) return undefined;
  const offset = view.getUint16(list + entry, true);
  return offset === 0 ? undefined : at + offset;
}
