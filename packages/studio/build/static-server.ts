import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { PAGE_HEADERS } from '../src/page-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};

/** How a folder is served. */
export interface ServeOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Default: this machine alone. */
  readonly host?: string;
  /** Where on the host the folder appears; begins and ends with a slash. Default `/`. */
  readonly path?: string;
  /** Whether the server itself isolates the page, so that threads work at once. Default true. */
  readonly isolate?: boolean;
}

/** A running server. */
export interface StaticServer {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder of files, as any web server would. */
export async function serveFolder(
  folder: string,
  { port, host = '127.0.0.1', path: base = '/', isolate = true }: ServeOptions,
): Promise<StaticServer> {
  const server: Server = createServer(async (request, response) => {
    const asked = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (!asked.startsWith(base)) {
      response.writeHead(404).end('not found');
      return;
    }
    const path = `/${asked.slice(base.length)}`;
    // Normalized with its leading slash, a path cannot climb out of the folder.
    const file = join(folder, normalize(path.endsWith('/') ? `${path}index.html` : path));
    const size = await stat(file).then(
      (entry) => (entry.isFile() ? entry.size : undefined),
      () => undefined,
    );
    if (size === undefined) {
      response.writeHead(404).end('not found');
      return;
    }
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Length': size,
      'Cache-Control': 'no-cache',
      ...(isolate && PAGE_HEADERS),
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host === '127.0.0.1' ? 'localhost' : host}:${actual}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
