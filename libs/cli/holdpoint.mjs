#!/usr/bin/env node
// Entry of `npx holdpoint`. Runs on any Node ≥ 20: it finds the pinned Node 24 and hands over to the command line, bundled or from its sources.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const NODE_MAJOR_NEEDED = 24;
/** Exit code of a usage that cannot work; see `--help`. */
const USAGE = 2;

const majorOf = version => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);

/** The running Node if it is new enough, else the Node 24 that came with the packages. */
const nodeToUse = () => {
  if (majorOf(process.version) >= NODE_MAJOR_NEEDED) return process.execPath;
  const pinned = join(root, 'node_modules/.bin/node');
  if (existsSync(pinned)) {
    const version = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
    if (version.status === 0 && majorOf(version.stdout) >= NODE_MAJOR_NEEDED) return pinned;
  }
  process.stderr.write(
    `Holdpoint runs on Node ${NODE_MAJOR_NEEDED}; this is ${process.version}. Run \`npm ci\` in ${root}, which brings it on Linux (x64, arm64), or install Node ${NODE_MAJOR_NEEDED}.\n`,
  );
  return process.exit(USAGE);
};

const sources = join(here, 'src/main.ts');
const [flags, script] = existsSync(sources)
  ? [['--conditions=@holdpoint/source', '--import', import.meta.resolve('tsx')], sources]
  : [[], join(here, 'dist/main.js')];
const child = spawn(nodeToUse(), ['--disable-warning=ExperimentalWarning', ...flags, script, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.base.json') },
});
// The terminal sends Ctrl-C to the whole group; this waits for the child to end.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
