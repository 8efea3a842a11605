// Entry of `npm start | demo | bench | test | verify`, and of `npm run mutation`. Runs on any Node ≥ 20 with nothing installed yet:
// it installs the packages, finds the pinned Node 24 among them, and hands over to the task's script.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE_MAJOR = 20;
const NODE_MAJOR_NEEDED = 24;
const TASKS = {
  start: 'deploy/local/start.ts',
  demo: 'deploy/demo/demo.ts',
  bench: 'deploy/bench/bench.ts',
  test: 'deploy/check/test.ts',
  verify: 'deploy/check/verify.ts',
  mutation: 'deploy/check/mutation.ts',
};

const fail = text => {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
};

const majorOf = version => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);

/** `npm ci`, when the packages are missing or older than the lock file says. */
const installPackages = () => {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (existsSync(installed)) {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
    const stale = Object.entries(wanted).some(
      ([path, entry]) => path.startsWith('node_modules/') && !entry.optional && !entry.link && present[path]?.version !== entry.version,
    );
    if (!stale) return;
  }
  process.stdout.write('Installing packages (npm ci, about a minute the first time) …\n');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (result.error) fail('npm was not found. Install Node.js 20 or newer together with npm, then run this command again.');
  if (result.status !== 0)
    fail('npm ci did not succeed (its message is above). Check that this machine reaches an npm registry, then run this command again.');
};

/** The Node 24 that came with the packages, or the running one if it is new enough. */
const pinnedNode = () => {
  for (const candidate of [join(root, 'node_modules/.bin/node'), process.execPath]) {
    if (!existsSync(candidate)) continue;
    const version = spawnSync(candidate, ['--version'], { encoding: 'utf8' });
    if (version.status === 0 && majorOf(version.stdout) >= NODE_MAJOR_NEEDED) return candidate;
  }
  return fail(
    `Holdpoint runs on Node ${NODE_MAJOR_NEEDED}. It comes with the packages on Linux (x64, arm64); on this system install Node ${NODE_MAJOR_NEEDED} yourself and run this command again.`,
  );
};

const task = process.argv[2];
if (!TASKS[task]) fail(`Unknown task ${task}. Known: ${Object.keys(TASKS).join(', ')}.`);
if (majorOf(process.version) < OLDEST_NODE_MAJOR)
  fail(`Node ${process.version} is too old: Node ${OLDEST_NODE_MAJOR} or newer is needed to set Holdpoint up.`);
installPackages();
const child = spawn(
  pinnedNode(),
  [
    '--disable-warning=ExperimentalWarning',
    '--conditions=@holdpoint/source',
    '--import',
    'tsx',
    join(root, TASKS[task]),
    ...process.argv.slice(3),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      TSX_TSCONFIG_PATH: join(root, 'tsconfig.base.json'),
    },
  },
);
// The terminal sends Ctrl-C to the whole group; the task shuts down in order and this waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
