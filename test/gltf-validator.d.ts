/** The validator ships no types; this is the part that the tests use. */
declare module 'gltf-validator' {
  interface ValidationReport {
    readonly issues: {
      readonly numErrors: number;
      readonly numWarnings: number;
      readonly messages: readonly {
        readonly code: string;
        /** 0 error, 1 warning, 2 remark, 3 hint. */
        readonly severity: number;
        readonly message: string;
        readonly pointer: string;
      }[];
    };
    readonly info: { readonly totalTriangleCount: number; readonly totalVertexCount: number };
  }
  const validator: { validateBytes(bytes: Uint8Array): Promise<ValidationReport> };
  export = validator;
}
