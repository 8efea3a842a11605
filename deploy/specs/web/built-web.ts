import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../../..');
const WEB = join(ROOT, 'services/console/web');
const VITE = join(createRequire(import.meta.url).resolve('vite/package.json'), '../bin/vite.js');
const CACHE = join(ROOT, 'node_modules/.cache/holdpoint-web');
/** All that the build depends on; versions of packages stand in the lock file. */
const SOURCES = [
  ...['index.html', 'vite.config.ts', 'public', 'src'].map(name => `services/console/web/${name}`),
  'libs/contracts/src',
  'package-lock.json',
];
/** A build takes seconds; one that another run began and never finished is given up after so long, milliseconds. */
const OTHERS_MS_MAX = 60_000;
/** Builds that are kept, so that going back to a change from before costs nothing. */
const KEPT = 3;

const filesIn = (path: string): string[] =>
  statSync(join(ROOT, path)).isDirectory()
    ? readdirSync(join(ROOT, path))
        .toSorted()
        .flatMap(name => filesIn(`${path}/${name}`))
    : [path];

const hashOfSources = (): string => {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap(filesIn).filter(name => !/\.spec\.tsx?$/.test(name)))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  return hash.digest('hex').slice(0, 20);
};

/** Removes builds that nobody has asked for lately. */
const forgetOthers = async (but: string): Promise<void> => {
  const builds = readdirSync(CACHE).filter(name => /^[0-9a-f]{20}$/.test(name) && name !== but);
  const newestFirst = builds.toSorted((one, other) => statSync(join(CACHE, other)).mtimeMs - statSync(join(CACHE, one)).mtimeMs);
  for (const name of newestFirst.slice(KEPT - 1)) await rm(join(CACHE, name), { recursive: true, force: true });
};

/** Waits while another run builds it, as long as it does. */
const whileOthersBuild = async (dist: string, mark: string): Promise<void> => {
  const began = performance.now();
  while (!existsSync(dist) && existsSync(mark) && performance.now() - began < OTHERS_MS_MAX) await sleep(100);
};

/** Builds aside and puts it in its place in one go: a folder that is there is whole. */
const build = async (dist: string): Promise<void> => {
  const making = await mkdtemp(join(CACHE, 'making-'));
  try {
    execFileSync(process.execPath, [VITE, 'build', WEB, '--outDir', making, '--emptyOutDir', '--logLevel', 'error'], {
      env: { NODE_ENV: 'production' },
    });
    if (!existsSync(dist)) await rename(making, dist);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
};

/**
 * The operators' web app as it is shipped, built once for everybody who asks while its sources stay the same.
 * @returns the folder; it belongs to all specs and stays
 */
export const builtWeb = async (): Promise<string> => {
  const name = hashOfSources();
  const dist = join(CACHE, name);
  if (existsSync(dist)) return dist;
  await mkdir(CACHE, { recursive: true });
  const mark = join(CACHE, `${name}.building`);
  const first = await mkdir(mark).then(
    () => true,
    () => false,
  );
  if (!first) await whileOthersBuild(dist, mark);
  if (existsSync(dist)) return dist;
  try {
    await build(dist);
    await forgetOthers(name);
  } finally {
    await rm(mark, { recursive: true, force: true });
  }
  return dist;
};
