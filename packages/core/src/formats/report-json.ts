/** One term of the objective when the fit ended. */
export interface ReportLoss {
  /** Unweighted value. */
  readonly value: number;
  /** Part of the whole weighted sum, in [0, 1]. */
  readonly share: number;
}

/** How a fit went: `report.json`. */
export interface FitReport {
  /** Program and version. */
  readonly generator: string;
  readonly photo: {
    readonly name: string;
    /** Pixels, upright. */
    readonly width: number;
    readonly height: number;
    /** Which face was fitted, left to right from 0, and how many there are. */
    readonly face: number;
    readonly faces: number;
  };
  /** With several photos of one person: how well the head shows each of them, in the order of `face.json`. */
  readonly photos?: readonly {
    readonly name: string;
    readonly landmarks: { readonly error: number };
    readonly identity: { readonly cosine: number; readonly judge: { readonly distance: number } };
  }[];
  readonly fit: {
    readonly preset: string;
    readonly seed: number;
    readonly expression: 'neutral' | 'photo';
  };
  /** Wall time of each stage and of the whole, `total`. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly losses: Readonly<Record<string, ReportLoss>>;
  /** Absent, like `identity`, when the fit stopped before there was a head. */
  readonly landmarks?: {
    /** Mean distance of the 51 inner points to the detected ones, as a share of the outer-eye distance. */
    readonly error: number;
  };
  readonly identity?: {
    /** Photo against render, by the network that the fit optimises; 1 is the same. */
    readonly cosine: number;
    /** Photo against render, by a network that the fit never sees; below 0.6 is the same person for it. */
    readonly judge: { readonly distance: number };
  };
  /** SHA-256 of every model, network and input that took part, by name. */
  readonly digests: Readonly<Record<string, string>>;
  /** Sentences that a user should read. */
  readonly notes: readonly string[];
  /** Why the fit is not to be used; absent when it went well. */
  readonly failure?: string;
}

const FORMAT = 'ganfit-report';
const VERSION = 1;

/** Writes `report.json`; its schema is `schemas/report.schema.json`. */
export function writeReportJson(report: FitReport): string {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value;
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...report }, rounded, 2)}\n`;
}
