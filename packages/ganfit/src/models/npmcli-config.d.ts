declare module '@npmcli/config' {
  /** The part of npm's own configuration reader that we use. */
  class Config {
    constructor(options: Record<string, unknown>);
    load(): Promise<void>;
    /** Every setting, in the form that npm's client packages take. */
    readonly flat: Record<string, unknown>;
  }
  export = Config;
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: Record<string, unknown>;
  export = definitions;
}
