import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WEB = join(import.meta.dirname, '../../../services/console/web');
const VITE = join(createRequire(import.meta.url).resolve('vite/package.json'), '../bin/vite.js');

/** Builds the operators' web app as it is shipped. @returns the folder, for whoever asked to remove */
export const buildWeb = async (): Promise<string> => {
  const dist = await mkdtemp(join(tmpdir(), 'web-dist-'));
  execFileSync(process.execPath, [VITE, 'build', WEB, '--outDir', dist, '--emptyOutDir', '--logLevel', 'error'], {
    env: { NODE_ENV: 'production' },
  });
  return dist;
};
