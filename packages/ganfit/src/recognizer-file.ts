import { readFile } from 'node:fs/promises';
import { GanfitError } from '@ganfit/core/error';
import { ARCFACE_112, type IdentityNetwork } from '@ganfit/core/networks';
import { readModel } from '@ganfit/core/onnx';

/** What `FILE.json` beside a recognizer may say; what it leaves out is as ArcFace's networks want it. */
interface RecognizerNotes {
  readonly order?: 'RGB' | 'BGR';
  readonly mean?: number;
  readonly divisor?: number;
  /** Names of inner values for the content loss. */
  readonly taps?: readonly string[];
}

const ARCFACE: Required<RecognizerNotes> = { order: 'RGB', mean: 127.5, divisor: 127.5, taps: [] };

/**
 * Reads a recognition network of the user's: one input `[N, 3, 112, 112]` cropped by ArcFace's five points, one output `[N, D]`.
 * A file of its name with `.json` behind it may name `order`, `mean`, `divisor` and `taps`.
 *
 * @throws GanfitError `input` when it cannot be read or has another form, `format` when it is no ONNX file.
 */
export async function readRecognizer(path: string): Promise<IdentityNetwork> {
  const bytes = await readFile(path).catch((cause) => {
    throw new GanfitError('input', `recognizer: ${path} must be a file that can be read. Check the path.`, {
      cause,
    });
  });
  const { inputs, outputs } = readModel(new Uint8Array(bytes));
  const { side } = ARCFACE_112;
  const [crop] = inputs;
  const dimensions = Number(outputs[0]?.shape.at(-1));
  const fits = inputs.length === 1 && crop.shape.slice(1).join() === [3, side, side].join() && dimensions > 1;
  if (!fits) {
    const seen = [...inputs, ...outputs].map(({ name, shape }) => `${name} [${shape}]`).join(', ');
    throw new GanfitError(
      'input',
      `recognizer: ${path} must take one [N, 3, ${side}, ${side}] and give [N, D], got ${seen}. Another crop needs a few lines ` +
        'of code, see docs/your-own-networks.md.',
    );
  }
  const { order, mean, divisor, taps } = { ...ARCFACE, ...(await readNotes(`${path}.json`)) };
  const output = outputs[0].name;
  return {
    bytes: new Uint8Array(bytes),
    template: ARCFACE_112,
    recipe: { order, mean, divisor },
    input: crop.name,
    output,
    dimensions,
    taps,
    pattern: output,
  };
}

async function readNotes(path: string): Promise<RecognizerNotes> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const known = Object.keys(ARCFACE);
  try {
    const notes = JSON.parse(text) as RecognizerNotes;
    const other = Object.keys(notes).find((key) => !known.includes(key));
    if (other === undefined) return notes;
    throw new Error(`"${other}"`);
  } catch (cause) {
    throw new GanfitError(
      'input',
      `recognizer: ${path} must be JSON with ${known.join(', ')} alone, got ${(cause as Error).message}.`,
      { cause },
    );
  }
}
