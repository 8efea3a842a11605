import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnv, isBuilt } from '../local/local.config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds every deployable that changed since its last build (Nx keeps the results); nothing where it was done already for this run.
 * @throws Error with the build's output when one does not build
 */
export const buildAll = (): void => {
  if (isBuilt()) return;
  const result = spawnSync(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'bundle', '--outputStyle=static'], {
    cwd: root,
    encoding: 'utf8',
    env: childEnv({ NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', FORCE_COLOR: '0' }),
  });
  if (result.status !== 0) throw new Error(`The build failed:\n${result.stdout}${result.stderr}`);
};
