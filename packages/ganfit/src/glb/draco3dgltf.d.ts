declare module 'draco3dgltf' {
  /** The parts of Google's Draco that glTF needs; each call makes a WebAssembly module. */
  const draco: {
    createEncoderModule(): Promise<unknown>;
    createDecoderModule(): Promise<unknown>;
  };
  export = draco;
}
