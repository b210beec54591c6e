import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import Config from '@npmcli/config';
import definitions from '@npmcli/config/lib/definitions/index.js';
import pacote from 'pacote';
import { Parser } from 'tar';

/** Reads some files of one exact package version. A test hands in its own. */
export type PackageReader = (request: PackageRequest) => Promise<Map<string, Uint8Array>>;

export interface PackageRequest {
  /** `name@version`. */
  readonly spec: string;
  /** Paths inside the package. */
  readonly paths: readonly string[];
  /** Called with the number of bytes that have arrived so far. */
  readonly onBytes?: (received: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The user's npm settings: registries, logins, proxies and certificates from the environment and every `.npmrc`.
 * The command line is withheld, because npm would read our own options (`--offline`) as its own.
 */
async function npmSettings(): Promise<Record<string, unknown>> {
  const execPath = process.env['npm_execpath'];
  const npmPath = execPath
    ? dirname(dirname(execPath))
    : resolve(dirname(process.execPath), '../lib/node_modules/npm');
  const config = new Config({ ...definitions, npmPath, argv: [process.execPath, 'npm'], warn: false });
  await config.load();
  return config.flat;
}

/**
 * Downloads a package with npm's own client and keeps only the wanted files, in memory. Nothing is installed, no
 * script of the package runs.
 *
 * @returns The files that were found, by path.
 */
export async function readNpmPackage(request: PackageRequest): Promise<Map<string, Uint8Array>> {
  const { spec, paths, onBytes, signal } = request;
  const read = async (tarball: Readable) => {
    // pacote may call this again after a corrupt download, so everything starts here.
    const files = new Map<string, Uint8Array>();
    let received = 0;
    await new Promise<void>((done, failed) => {
      const parser = new Parser({
        strict: true,
        filter: (path) => paths.includes(inside(path)),
        onReadEntry(entry) {
          const parts: Uint8Array[] = [];
          entry.on('data', (part) => parts.push(Uint8Array.from(part)));
          entry.on('end', () => files.set(inside(entry.path), new Uint8Array(Buffer.concat(parts))));
        },
      });
      const stop = () => {
        failed(signal?.reason);
        tarball.destroy();
      };
      signal?.addEventListener('abort', stop, { once: true });
      tarball.on('data', (part: Uint8Array) => {
        received += part.length;
        onBytes?.(received);
      });
      tarball.on('error', failed);
      parser.on('error', failed);
      parser.on('end', done);
      tarball.pipe(parser as unknown as NodeJS.WritableStream);
    });
    return files;
  };
  // Without npm's own cache nothing is written to the disk: there is nothing half to leave, and nothing too much.
  const settings = await npmSettings();
  const retry = { ...(settings['retry'] as object), ...PATIENCE };
  return await pacote.tarball.stream(spec, read, { ...settings, retry, cache: undefined });
}

/** npm waits up to a minute for a registry that does not answer; someone without a network should know sooner, ms. */
const PATIENCE = { minTimeout: 1000, maxTimeout: 3000 };

/** Drops the first folder, which npm calls `package` but does not have to. */
function inside(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}
