/** A small writer of TensorFlow Lite files, so that tests know what is in them. */

/** A field of a table: nothing, a number of 8 or 32 bits, text, bytes, whole numbers, a table, or tables. */
export type Field =
  | undefined
  | { readonly byte: number }
  | { readonly int: number }
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly ints: readonly number[] }
  | { readonly table: readonly Field[] }
  | { readonly tables: readonly (readonly Field[])[] };

/** Writes a FlatBuffers file with the given root table; what a table points to follows it. */
function flatbuffer(root: readonly Field[], identifier: string): Uint8Array {
  const out: number[] = [0, 0, 0, 0, ...new TextEncoder().encode(identifier)];
  const put = (at: number, value: number, size: number) => {
    for (let k = 0; k < size; k++)
      out[at + k] = Math.floor((value < 0 ? value + 2 ** 32 : value) / 256 ** k) % 256;
  };
  const align = () => {
    while (out.length % 4) out.push(0);
  };
  const pointTo = (at: number) => put(at, out.length - at, 4);
  const vector = (length: number, bytes: ArrayLike<number>) => {
    const at = out.length;
    out.push(0, 0, 0, 0);
    put(at, length, 4);
    for (let i = 0; i < bytes.length; i++) out.push(bytes[i]);
  };
  const writeTable = (fields: readonly Field[]): void => {
    align();
    // Every field takes four bytes, which keeps offsets simple.
    const list = out.length;
    for (let i = 0; i < 4 + 2 * fields.length; i++) out.push(0);
    align();
    const table = out.length;
    put(list, 4 + 2 * fields.length, 2);
    put(list + 2, 4 + 4 * fields.length, 2);
    for (let i = 0; i < 4 + 4 * fields.length; i++) out.push(0);
    put(table, table - list, 4);
    if (pointers.length) put(pointers.at(-1)!, table - pointers.pop()!, 4);
    fields.forEach((field, i) => {
      if (!field) return;
      const at = table + 4 + 4 * i;
      put(list + 4 + 2 * i, at - table, 2);
      if ('byte' in field) put(at, field.byte, 1);
      else if ('int' in field) put(at, field.int, 4);
      else if ('text' in field || 'bytes' in field) {
        align();
        pointTo(at);
        const bytes = 'text' in field ? new TextEncoder().encode(field.text) : field.bytes;
        vector(bytes.length, bytes);
      } else if ('ints' in field) {
        align();
        pointTo(at);
        vector(field.ints.length, new Uint8Array(Int32Array.from(field.ints).buffer));
      } else if ('table' in field) {
        pointers.push(at);
        writeTable(field.table);
      } else {
        align();
        pointTo(at);
        const start = out.length + 4;
        vector(field.tables.length, new Uint8Array(4 * field.tables.length));
        field.tables.forEach((inner, k) => {
          pointers.push(start + 4 * k);
          writeTable(inner);
        });
      }
    });
  };
  const pointers = [0];
  writeTable(root);
  return Uint8Array.from(out);
}

/** A tensor of a file that a test writes. */
export interface TestTensor {
  readonly shape: readonly number[];
  /** Number in the schema: 0 float32, 1 float16, 2 int32, 9 int8. Default 0. */
  readonly type?: number;
  readonly data?: Float32Array | Uint16Array | Int32Array;
}

/** One operation: its number in the schema (or its name, when it is custom), indices of tensors, fields of its options. */
export interface TestOperator {
  readonly code: number | string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: readonly Field[];
  readonly custom?: Int32Array;
}

/** Writes a TensorFlow Lite file whose first tensor is the input and whose last one is the output. */
export function tfliteFile(tensors: readonly TestTensor[], operators: readonly TestOperator[]): Uint8Array {
  const bytesOf = (data: Float32Array | Uint16Array | Int32Array) => new Uint8Array(data.buffer);
  return flatbuffer(
    [
      { int: 3 },
      {
        tables: operators.map(({ code }) =>
          typeof code === 'string'
            ? [{ byte: 32 }, { text: code }, undefined, { int: 32 }]
            : [{ byte: Math.min(code, 127) }, undefined, undefined, { int: code }],
        ),
      },
      {
        tables: [
          [
            {
              tables: tensors.map(({ shape, type = 0, data }, i) => [
                { ints: shape },
                { byte: type },
                { int: data ? i + 1 : 0 },
                { text: `t${i}` },
              ]),
            },
            { ints: [0] },
            { ints: [tensors.length - 1] },
            {
              tables: operators.map(({ inputs, outputs, options, custom }, i): Field[] => [
                { int: i },
                { ints: inputs },
                { ints: outputs },
                undefined,
                options && { table: options },
                custom && { bytes: bytesOf(custom) },
              ]),
            },
          ],
        ],
      },
      undefined,
      { tables: [[], ...tensors.map(({ data }): Field[] => (data ? [{ bytes: bytesOf(data) }] : []))] },
    ],
    'TFL3',
  );
}
