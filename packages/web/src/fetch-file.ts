import { GanfitError } from '@ganfit/core/error';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** How a file is fetched. */
export interface FetchFileOptions {
  /** What the bytes must hash to, lower-case hexadecimal. */
  readonly sha256?: string;
  /** Called with the bytes that have arrived so far. */
  readonly onProgress?: (received: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Fetches a file whole and checks what arrived. The digest is computed in plain code, because `crypto.subtle` is missing on
 * pages that were not served securely.
 *
 * @throws GanfitError `runtime` when the server cannot be reached or lacks the file, `format` when it is another file.
 */
export async function fetchFile(
  url: string,
  options: FetchFileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const name = url.split('/').pop();
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const response = await fetch(url, { signal: options.signal });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    bytes = await readBody(response, options.onProgress);
  } catch (cause) {
    throw new GanfitError(
      'runtime',
      `fetch: ${name} must come from the server of this page, got: ${(cause as Error).message}. ` +
        'Check the connection and try again.',
      { cause },
    );
  }
  if (options.sha256 && bytesToHex(sha256(bytes)) !== options.sha256) {
    throw new GanfitError(
      'format',
      `fetch: ${name} must have the digest ${options.sha256.slice(0, 12)}…, got another file. Reload the page.`,
    );
  }
  return bytes;
}

async function readBody(
  response: Response,
  onProgress: ((received: number) => void) | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body || !onProgress) return new Uint8Array(await response.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    received += value.length;
    onProgress(received);
  }
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
