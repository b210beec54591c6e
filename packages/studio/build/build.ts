import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import sharp from 'sharp';
import { modelFiles } from '../../ganfit/src/models/cache.ts';
import { MODEL_SOURCES } from '../../ganfit/src/models/sources.ts';
import { readRegressor, readShapeNetwork } from '../../ganfit/src/regressor-file.ts';
import { readShape } from '../../ganfit/src/shape-file.ts';
import { readTexture } from '../../ganfit/src/texture-file.ts';
import { VERSION } from '../../ganfit/src/version.ts';
import type { ModelEntry, ModelManifest } from '../../web/src/model-manifest.ts';
import { networkTerms, softwareTerms } from './terms.ts';

const STUDIO = resolve(import.meta.dirname, '..');
const REPOSITORY = resolve(STUDIO, '../..');
const require = createRequire(import.meta.url);

/** How the studio is built. */
export interface BuildOptions {
  /** Folder that is made anew. */
  readonly output: string;
  /** Never touch the network: the model cache must hold everything. Default false. */
  readonly offline?: boolean;
}

/** What a build wrote. */
export interface BuildResult {
  /** Sizes in bytes of every file, by its path in the output folder. */
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * Builds the studio as plain files that any web server can host, below any path: page, scripts, runtime, models, licences.
 * Names of all that can change hold a digest, so that everything but the page and the service worker can be cached for ever.
 *
 * @throws GanfitError as `modelFiles` when a network is missing and cannot be fetched.
 */
export async function buildStudio({ output, offline = false }: BuildOptions): Promise<BuildResult> {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const sizes: Record<string, number> = {};
  const put = async (path: string, content: Uint8Array | string) => {
    await mkdir(dirname(join(output, path)), { recursive: true });
    await writeFile(join(output, path), content);
    sizes[path] = Buffer.byteLength(content);
  };

  const runtimeFolder = await copyRuntime(put);
  const models = await copyModels(put, offline);

  const worker = await bundle(output, 'src/worker/worker.ts', {
    MODELS: models,
    RUNTIME_FILES: runtimeFolder,
  });
  const painter = await bundle(output, 'src/painter/painter.ts', {});
  const app = await bundle(output, 'src/app/app.ts', {
    WORKER: worker.entry,
    PAINTER: painter.entry,
    VERSION,
  });
  const style = await bundle(output, 'src/page/style.css', {});
  for (const file of [...worker.files, ...painter.files, ...app.files, ...style.files])
    sizes[file.path] = file.bytes;

  const example = await readFile(join(REPOSITORY, 'examples/astronaut.png'));
  await put('astronaut.png', example);
  await put('sample.webp', await sampleStrip(join(REPOSITORY, 'docs/img/astronaut.webp')));
  const icon = await readFile(join(STUDIO, 'src/page/icon.svg'));
  await put('icon.svg', icon);
  await put('studio.webmanifest', await readFile(join(STUDIO, 'src/page/studio.webmanifest')));
  const page = await readFile(join(STUDIO, 'src/page/index.html'), 'utf8');
  await put('index.html', page.replace('{{style}}', style.entry).replace('{{app}}', app.entry));

  await copyTerms(put, [worker.meta, painter.meta, app.meta]);

  // The page's own files are cached when the service worker is installed, the others when they are first used.
  const own = Object.keys(sizes).filter((path) => !/^(ort|models|licenses)\//.test(path));
  const version = digest(JSON.stringify(await Promise.all(own.map((p) => readFile(join(output, p), 'hex')))));
  const service = await bundle(
    output,
    'src/service-worker/service-worker.ts',
    {
      DATA: Object.keys(sizes).filter((path) => !own.includes(path)),
      FILES: ['./', ...own.filter((path) => path !== 'index.html')],
      VERSION: version,
    },
    'service-worker.js',
  );
  for (const file of service.files) sizes[file.path] = file.bytes;
  return { sizes };
}

type Put = (path: string, content: Uint8Array | string) => Promise<void>;

/** The four tiles of a preview sheet without the white between them. */
async function sampleStrip(path: string): Promise<Uint8Array> {
  const { width = 0, height = 0 } = await sharp(path).metadata();
  const gap = Math.ceil((width * 8) / (4 * 480 + 5 * 8));
  const side = height - 2 * gap - 4;
  const step = (width - gap) / 4;
  const tiles = [0, 1, 2, 3].map(async (i) => ({
    input: await sharp(path)
      .extract({ left: Math.round(gap + i * step) + 2, top: gap + 2, width: side, height: side })
      .toBuffer(),
    left: i * side,
    top: 0,
  }));
  return sharp({ create: { width: 4 * side, height: side, channels: 3, background: '#888888' } })
    .composite(await Promise.all(tiles))
    .webp({ quality: 88 })
    .toBuffer();
}

/** The page uses no optional network. */
const NETWORKS = MODEL_SOURCES.filter(({ optional }) => !optional);

/** onnxruntime-web, once for the processor alone and once with WebGPU. */
async function copyRuntime(put: Put): Promise<string> {
  const folder = dirname(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
  const { version } = JSON.parse(await readFile(join(folder, '../package.json'), 'utf8')) as {
    version: string;
  };
  const names = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'];
  for (const name of names.flatMap((stem) => [`${stem}.mjs`, `${stem}.wasm`])) {
    await put(`ort/${version}/${name}`, await readFile(join(folder, name)));
  }
  return `ort/${version}/`;
}

/** The shape model and the networks, with a manifest of them all; returns the manifest's name. */
async function copyModels(put: Put, offline: boolean): Promise<string> {
  const models: Record<string, ModelEntry> = {};
  const add = async (name: string, file: string, bytes: Uint8Array, license: string) => {
    const sha256 = digest(bytes);
    const url = file.replace(/(\.[^.]+)$/, `-${sha256.slice(0, 8)}$1`);
    await put(`models/${url}`, bytes);
    models[name] = { url, bytes: bytes.length, sha256, license };
  };
  const shape = await readFile(require.resolve('@ganfit/models/shape.safetensors'));
  const { license, model } = await readShape();
  await add('shape', 'shape.safetensors', shape, license);
  const texture = await readFile(require.resolve('@ganfit/models/texture-pca.safetensors'));
  await add('texture', 'texture-pca.safetensors', texture, (await readTexture(model.topologyDigest)).license);
  // A shape model that was built anew has no regressor until one is trained for it.
  const regressor = await readRegressor(models['shape'].sha256).catch(() => undefined);
  if (regressor) {
    const bytes = await readFile(require.resolve('@ganfit/models/shape-regressor.safetensors'));
    await add('regressor', 'shape-regressor.safetensors', bytes, license);
    // Its weights started as those of a package whose terms go along.
    const terms = 'MIT (c) 2021 gitguanqi, faceplugin-face-recognition-js, trained further; Apache-2.0';
    await add('shape-network', 'shape-network.onnx', await readShapeNetwork(), terms);
  }
  const files = await modelFiles(
    NETWORKS.map(({ name }) => name),
    { offline },
  );
  for (const [i, { name, path, license, origin }] of NETWORKS.entries()) {
    const extension = path.slice(path.lastIndexOf('.'));
    await add(name, `${name}${extension}`, files[i], `${license}; ${origin}`);
  }
  const manifest = JSON.stringify({ models } satisfies ModelManifest, null, 2);
  const path = `models/models-${digest(manifest).slice(0, 8)}.json`;
  await put(path, manifest);
  return path;
}

async function copyTerms(put: Put, bundles: readonly Metafile[]): Promise<void> {
  for (const name of ['LICENSE', 'NOTICE.md']) {
    await put(`licenses/${name}`, await readFile(join(REPOSITORY, name)));
  }
  const folders = [join(REPOSITORY, 'packages/models/licenses'), join(STUDIO, 'licenses')];
  for (const folder of folders) {
    for (const [name, text] of await textsOf(folder)) await put(`licenses/${name}`, text);
  }
  // The cards of our own models name what they were learnt from, and under which terms.
  const models = join(REPOSITORY, 'packages/models');
  for (const name of (await readdir(models)).filter((file) => file.endsWith('-card.md')).sort()) {
    await put(`licenses/${name}`, await readFile(join(models, name)));
  }
  await put('licenses/networks.txt', networkTerms(NETWORKS));
  await put('licenses/software.txt', await softwareTerms(bundles, REPOSITORY, ['onnxruntime-web']));
}

async function textsOf(folder: string): Promise<[string, Uint8Array][]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name))] as [string, Buffer]),
  );
}

interface Bundle {
  readonly entry: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly meta: Metafile;
}

/**
 * glTF Transform resizes pictures with packages that build code from text as soon as they are loaded, which the content security
 * policy forbids. We resize nothing with it, so they are left out as what they are: unused.
 */
const withoutArrays: Plugin = {
  name: 'without-arrays',
  setup({ onResolve, resolve: find }) {
    onResolve({ filter: /^ndarray/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'found') return undefined;
      return { ...(await find(path, { ...rest, pluginData: 'found' })), sideEffects: false };
    });
  },
};

/** Bundles one entry point for browsers; `values` become constants of the code. */
async function bundle(
  output: string,
  entry: string,
  values: Readonly<Record<string, unknown>>,
  name?: string,
): Promise<Bundle> {
  const { metafile } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: [join(STUDIO, entry)],
    outdir: output,
    bundle: true,
    splitting: name === undefined,
    format: 'esm',
    target: 'es2022',
    minify: true,
    metafile: true,
    legalComments: 'none',
    // The GLB writer imports these only where it runs in Node.
    external: ['node:*'],
    plugins: [withoutArrays],
    // onnxruntime-web then loads its own files from a folder instead of carrying them inside.
    conditions: ['onnxruntime-web-use-extern-wasm', 'browser'],
    entryNames: name ? name.replace(/\.js$/, '') : '[name]-[hash]',
    chunkNames: 'part-[hash]',
    define: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [`BUILD.${key}`, JSON.stringify(value)]),
    ),
    logLevel: 'silent',
  });
  const prefix = `${resolve(output)}/`;
  const files = Object.entries(metafile.outputs).map(([path, { bytes, entryPoint }]) => ({
    path: resolve(REPOSITORY, path).replace(prefix, ''),
    bytes,
    isEntry: entryPoint !== undefined && resolve(REPOSITORY, entryPoint) === join(STUDIO, entry),
  }));
  return { entry: files.find(({ isEntry }) => isEntry)?.path ?? '', files, meta: metafile };
}

function digest(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
