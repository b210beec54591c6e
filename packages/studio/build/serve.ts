import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStudio } from './build.ts';
import { serveFolder } from './static-server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    host: { type: 'string', default: '127.0.0.1' },
    offline: { type: 'boolean', default: false },
  },
});
const output = resolve(import.meta.dirname, '../dist');
process.stdout.write('Building the studio …\n');
await buildStudio({ output, offline: values.offline });
const { url } = await serveFolder(output, { port: Number(values.port), host: values.host });
process.stdout.write(`The studio is open at ${url} (Ctrl-C ends it). Photos stay on this machine.\n`);
