import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOrInstall } from './debian-package.ts';

export type RunningPostgres = { url: string; close(): Promise<void> };

/** Where Debian puts each version's programs; they are on nobody's path. */
const DEBIAN = '/usr/lib/postgresql';
/** Longest wait until it answers, ms, on a machine that may be busy. */
const READY_MS_MAX = 60_000;

/** The folder of the newest `initdb` and `postgres` that can be found here. */
const foundFolder = (): string | null => {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const onPath = spawnSync('sh', ['-c', 'command -v postgres'], { encoding: 'utf8' }).stdout.trim();
  const folders = [...versions.map(version => join(DEBIAN, version, 'bin')), ...(onPath === '' ? [] : [dirname(onPath)])];
  return folders.find(folder => ['initdb', 'postgres'].every(program => existsSync(join(folder, program)))) ?? null;
};

/**
 * Finds PostgreSQL's programs, or installs Debian's package where this user may.
 * @returns their folder, or in `missing` one sentence that says what to do
 */
export const findPostgres = (say: (line: string) => void): { path: string } | { missing: string } => {
  const found = foundFolder();
  if (found !== null) return { path: found };
  const installed = findOrInstall('pg_ctlcluster', 'postgresql', say);
  if ('missing' in installed) return installed;
  const folder = foundFolder();
  return folder === null ? { missing: `postgresql is installed, but there is no server below ${DEBIAN}.` } : { path: folder };
};

/** It refuses to run as root; the package brings a user of its own. */
const unprivileged = (): { uid: number; gid: number } | Record<string, never> => {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
};

/**
 * Starts an empty PostgreSQL for a spec or a bench: in a folder of its own, reached through a socket in it and by nobody else, gone when it is closed.
 * Its locale sorts as people do, not by bytes, as many databases out there.
 * @param path the folder of its programs, of {@link findPostgres}
 * @param settings more settings of the server, `name=value`
 * @throws Error with what it said when it does not start
 */
export const startPostgres = async (path: string, settings: readonly string[] = ['fsync=off']): Promise<RunningPostgres> => {
  const folder = mkdtempSync(join(tmpdir(), 'holdpoint-postgres-'));
  const as = unprivileged();
  if ('uid' in as) chownSync(folder, as.uid!, as.gid!);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder, encoding: 'utf8' as const };
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en'];
  const made = spawnSync(join(path, 'initdb'), ['-D', data, '-U', 'holdpoint', '-A', 'trust', '--no-sync', ...locale], options);
  if (made.status !== 0) throw new Error(`initdb did not succeed: ${made.stderr}`);
  const words = ['listen_addresses=', `unix_socket_directories=${folder}`, ...settings].flatMap(setting => ['-c', setting]);
  const server = spawn(join(path, 'postgres'), ['-D', data, ...words], { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_096)));
  const gone = new Promise<void>(resolve => server.once('exit', () => resolve()));
  const close = async () => {
    // "Fast": sessions are ended, then it stops.
    server.kill('SIGINT');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const until = performance.now() + READY_MS_MAX;
  while (!said.includes('ready to accept connections')) {
    if (server.exitCode !== null || performance.now() > until) {
      await close();
      throw new Error(`PostgreSQL did not start: ${said}`);
    }
    await sleep(50);
  }
  return { url: `postgres://holdpoint@localhost/postgres?host=${encodeURIComponent(folder)}`, close };
};
