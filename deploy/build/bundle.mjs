// Bundles one deployable: `node deploy/build/bundle.mjs services/ingest`. Workspace code is inlined, npm packages stay external.
// `src/main.ts` becomes dist/main.js, every `src/*.worker.ts` its own file beside it; the console also gets its web app. A lib gets
// a file for each of its exports, and its types where it is published.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A package that Node would find from the bundle stays external; one nested below a single lib (another version of it) is inlined. */
const npmPackagesStayExternal = {
  name: 'npm-packages-stay-external',
  setup: builder => {
    builder.onResolve({ filter: /^[^./]/ }, async args => {
      if (args.kind === 'entry-point' || args.pluginData === 'asked' || args.path.startsWith('@holdpoint/')) return undefined;
      if (args.path.startsWith('node:')) return { path: args.path, external: true };
      const found = await builder.resolve(args.path, {
        kind: args.kind,
        importer: args.importer,
        resolveDir: args.resolveDir,
        pluginData: 'asked',
      });
      const nested = found.errors.length === 0 && found.path.startsWith(root) && !found.path.startsWith(join(root, 'node_modules/'));
      return nested ? found : { path: args.path, external: true };
    });
  },
};

const entriesOf = project => {
  // Everything in one process needs what runs in threads of its services beside it.
  if (project === 'deploy') return { 'all-in-one': join(root, 'deploy/local/all-in-one.ts'), ...workersOf('services/console') };
  const entries = {};
  if (project.startsWith('libs/')) Object.assign(entries, exportsOf(project));
  if (existsSync(join(root, project, 'src/main.ts'))) entries.main = join(root, project, 'src/main.ts');
  return Object.assign(entries, workersOf(project));
};

const workersOf = project =>
  Object.fromEntries(globSync(join(root, project, 'src/**/*.worker.ts')).map(worker => [basename(worker, '.ts'), worker]));

/** One entry for each export of a lib's package.json: `./openai` becomes dist/openai.js. */
const exportsOf = project => {
  const { exports } = JSON.parse(readFileSync(join(root, project, 'package.json'), 'utf8'));
  const sources = Object.values(exports).map(target => target['@holdpoint/source']);
  return Object.fromEntries(sources.map(source => [basename(source, '.ts'), join(root, project, source)]));
};

/** A package for others: it runs on the Node its package.json promises and in browsers, so it gets no banner, and its entries share their code. */
const PUBLISHED = { target: 'es2022', splitting: true, chunkNames: 'shared-[hash]', banner: {} };

/** Bundles `project` (a path below the root) into its dist folder. */
export const bundle = async project => {
  const published = existsSync(join(root, project, 'tsconfig.build.json'));
  // Shared chunks are named after their content; those of an older build would be published with it.
  if (published) rmSync(join(root, project, 'dist'), { recursive: true, force: true });
  await build({
    entryPoints: entriesOf(project),
    outdir: join(root, project, 'dist'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: true,
    // Inlined CommonJS packages still require those that stay external.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    conditions: ['@holdpoint/source'],
    tsconfig: join(root, 'tsconfig.base.json'),
    plugins: [npmPackagesStayExternal],
    logLevel: 'warning',
    ...(published && PUBLISHED),
  });
  if (!published) escapeNonAscii(join(root, project, 'dist'));
  if (project === 'services/console') await buildWebApp();
  if (published) emitTypes(project);
};

/**
 * V8 keeps the source of what it runs, at two bytes for each character if a single one is outside Latin-1. esbuild escapes those in
 * strings and leaves them in comments and regular expressions, where `\uXXXX` means the same.
 */
const escapeNonAscii = folder => {
  for (const file of globSync(join(folder, '*.js'))) {
    const escaped = readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    writeFileSync(file, escaped);
  }
};

const emitTypes = project => {
  const options = [
    '--noEmit',
    'false',
    '--declaration',
    '--emitDeclarationOnly',
    '--rootDir',
    join(root, project, 'src'),
    '--outDir',
    join(root, project, 'dist'),
  ];
  const tsc = join(root, 'node_modules/ts7/bin/tsc');
  const result = spawnSync(process.execPath, [tsc, '-p', join(root, project, 'tsconfig.build.json'), ...options], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stdout + result.stderr);
};

const buildWebApp = async () => {
  const { build: viteBuild } = await import('vite');
  const web = join(root, 'services/console/web');
  await viteBuild({
    root: web,
    configFile: join(web, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(root, 'services/console/dist/web'), emptyOutDir: true },
  });
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(process.argv[2]);
