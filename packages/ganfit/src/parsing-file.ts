import { readFile } from 'node:fs/promises';
import { GanfitError } from '@ganfit/core/error';
import { type FaceParser, loadFaceParser, type ParsingNotes } from '@ganfit/core/networks';
import type { Runtime } from '@ganfit/core/runtime';
import { sha256 } from './digest.ts';

/**
 * Reads a face-parsing network of the user's, as `loadFaceParser` takes it. A file of its name with `.json` behind it may hold the
 * `ParsingNotes`.
 *
 * @throws GanfitError `input` when it cannot be read or is no such network.
 */
export async function readParser(
  path: string,
  runtime: Runtime,
): Promise<{ readonly parser: FaceParser; readonly digest: string }> {
  const bytes = await readFile(path).catch((cause) => {
    throw new GanfitError('input', `parsing: ${path} must be a file that can be read. Check the path.`, {
      cause,
    });
  });
  const notes = await readNotes(`${path}.json`);
  const parser = await loadFaceParser(bytes, runtime, notes, path).catch((cause) => {
    if (cause instanceof GanfitError && cause.code === 'input') throw cause;
    const reason = (cause as Error).message.replace(/\s+/g, ' ').slice(0, 200);
    throw new GanfitError(
      'input',
      `parsing: ${path} must be an ONNX or TensorFlow Lite network that runs, got: ${reason}`,
      {
        cause,
      },
    );
  });
  return { parser, digest: sha256(bytes) };
}

async function readNotes(path: string): Promise<ParsingNotes> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const refuse = (got: string, cause?: unknown): never => {
    const message = `parsing: ${path} must be a JSON object with ${Object.keys(FORMS).join(', ')} alone, got ${got}. See docs/your-own-networks.md.`;
    throw new GanfitError('input', message, { cause });
  };
  let notes: Record<string, unknown>;
  try {
    notes = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    return refuse((cause as Error).message, cause);
  }
  if (typeof notes !== 'object' || notes === null || Array.isArray(notes)) return refuse(text.slice(0, 40));
  for (const [key, value] of Object.entries(notes)) {
    const fits = FORMS[key as keyof ParsingNotes];
    if (!fits?.(value)) refuse(`"${key}": ${JSON.stringify(value)}`);
  }
  return notes;
}

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const areNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(isNumber);
const perChannel = (value: unknown): boolean =>
  isNumber(value) || (areNumbers(value) && (value as unknown[]).length === 3);

/** What each note must look like. */
const FORMS: Readonly<Record<keyof ParsingNotes, (value: unknown) => boolean>> = {
  skin: areNumbers,
  order: (value) => value === 'RGB' || value === 'BGR',
  mean: perChannel,
  divisor: perChannel,
  side: (value) => Number.isInteger(value) && Number(value) >= 16 && Number(value) <= 2048,
  crop: (value) => isNumber(value) && Number(value) >= 2 && Number(value) <= 12,
  output: (value) => typeof value === 'string',
};
