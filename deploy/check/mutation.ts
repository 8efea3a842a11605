import { fork, type ChildProcess } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Instrumenter, type InstrumentResult } from '@stryker-mutator/instrumenter';
import { build } from 'esbuild';
import type { Answer, Question } from './mutation-worker.ts';

/**
 * `npm run mutation -- <lib> [part of a file's name …]`: changes the lib's code at one place after the other, and sees whether a sentence of
 * its specs notices. The changes are those of Stryker's instrumenter. Specs, lib and whatever of the workspace they use become one script,
 * which is read anew for every change: that takes milliseconds where a test runner takes seconds. Prints what nothing noticed, and a score for
 * every file; ends with 1 when one is below the threshold.
 */
const LIBS: Record<string, { leftOut: string[]; mutations: string[]; kept: RegExp | null }> = {
  // Properties over thousands of lives would be run again for every change, and what they find the sentences must find too. Names of events
  // and codes are types; the words of refusals are not worth a test each.
  approval: { leftOut: ['.properties.spec.ts'], mutations: ['StringLiteral'], kept: null },
  // The slow walk through time uses nothing of the lib, and remembers what it read from the calendar.
  gate: { leftOut: [], mutations: [], kept: /minute-by-minute\.fixture\.ts$/ },
};
const SCORE_MIN = 85;
/** A change after which the code runs so often more than before is taken to run for ever. */
const HITS_FACTOR = 100;
/** From where on a sentence is slow, milliseconds. */
const SLOW_MS = 100;
/** How long one change may take before its process is given up: this, milliseconds, and so many times what its sentences take without it. */
const PATIENCE_MS = 15_000;
const PATIENCE_FACTOR = 8;

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const [lib = '', ...parts] = process.argv.slice(2);
const settings = LIBS[lib];
if (settings === undefined) throw new RangeError(`Which lib? ${Object.keys(LIBS).join(' or ')}.`);

type Mutant = InstrumentResult['mutants'][number];

const nothing = (): void => undefined;
const no = (): boolean => false;
const silent = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};

const sources = globSync(`libs/${lib}/src/**/*.ts`, { cwd: root }).sort();
const specs = sources.filter(name => name.endsWith('.spec.ts') && !settings.leftOut.some(end => name.endsWith(end)));
const mutated = sources.filter(
  name => !/\.(spec|fixture)\.ts$|\/index\.ts$/.test(name) && (parts.length === 0 || parts.some(part => name.includes(part))),
);
const textOf = new Map(mutated.map(name => [join(root, name), readFileSync(join(root, name), 'utf8')]));

const instrumented = await new Instrumenter(silent).instrument(
  [...textOf].map(([name, content]) => ({ name, content, mutate: true })),
  { excludedMutations: settings.mutations, ignorers: [], plugins: null },
);
const contents = new Map(instrumented.files.map(({ name, content }) => [name, content]));

/** `testing` uses the lib, so both must be the changed ones. */
const READ_ANEW = new Set([`@holdpoint/${lib}`, '@holdpoint/testing']);
const LOOKED_UP = 'looked up';
const folder = join(root, '.nx/mutation');
const bundle = join(folder, `${lib}-${process.pid}.cjs`);
mkdirSync(folder, { recursive: true });
await build({
  stdin: { contents: specs.map(name => `import './${name}';`).join('\n'), resolveDir: root },
  outfile: bundle,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  conditions: ['@holdpoint/source'],
  logLevel: 'error',
  logOverride: { 'empty-import-meta': 'silent' },
  plugins: [
    {
      name: 'mutated',
      setup: ({ onLoad, onResolve, resolve }) => {
        // Packages and libs that nothing is changed in are read once and stay. Which copy of a package is meant depends on who asks.
        onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData }) => {
          if (pluginData === LOOKED_UP || READ_ANEW.has(path)) return undefined;
          if (path === 'vitest') return { path, external: true };
          return { path: (await resolve(path, { resolveDir, kind, pluginData: LOOKED_UP })).path, external: true };
        });
        if (settings.kept !== null)
          onResolve({ filter: settings.kept }, ({ path, resolveDir }) => ({ path: join(resolveDir, path), external: true }));
        onLoad({ filter: /\.ts$/ }, ({ path }) => {
          const changed = contents.get(path);
          return changed === undefined ? undefined : { contents: changed, loader: 'ts' };
        });
      },
    },
  ],
});

let worker: ChildProcess | null = null;
// A worker in a loop without end would outlive whoever gave it the change.
process.on('exit', () => {
  worker?.kill('SIGKILL');
  rmSync(bundle, { force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
/** The worker's answer; null when it gave none in time, or died. */
const ask = (question: Question, patienceMs: number): Promise<Answer | null> =>
  new Promise(resolve => {
    const asked = worker?.connected === true ? worker : fork(fileURLToPath(new URL('mutation-worker.ts', import.meta.url)), [bundle]);
    worker = asked;
    const settle = (answer: Answer | null): void => {
      clearTimeout(timer);
      asked.removeAllListeners();
      if (answer === null) {
        asked.kill('SIGKILL');
        worker = null;
      }
      resolve(answer);
    };
    const timer = setTimeout(() => settle(null), patienceMs);
    asked.once('message', said => settle(said as Answer));
    asked.once('exit', () => settle(null));
    asked.send(question);
  });

const startedAt = performance.now();
const sentences = await ask({ mutant: null, sentences: [] }, 40 * PATIENCE_MS);
if (!Array.isArray(sentences)) throw new Error('the specs could not be read');
const broken = sentences.filter(({ failure }) => failure !== null);
if (broken.length > 0) throw new Error(`before anything is changed these fail: ${JSON.stringify(broken, ['name', 'failure'])}`);
say(`${sentences.length} sentences, ${instrumented.mutants.length} changes`);

const fileOf = new Map(instrumented.mutants.map(({ id, fileName }) => [id, fileName]));
const reachable = sentences.map(({ ms, hits, whenRead }, index) => ({
  ms,
  hits,
  whenRead,
  index,
  files: new Set(Object.keys(hits).map(id => fileOf.get(id))),
}));
// The quickest are asked first.
reachable.sort((a, b) => a.ms - b.ms);

/**
 * Whether a sentence noticed a mutant. What is changed while the modules are read could show in every sentence; of the slow ones those are
 * asked that run through its file. A mutant that runs for ever was noticed.
 */
const isNoticed = async ({ id, fileName }: Mutant): Promise<boolean> => {
  const asked = reachable.filter(
    ({ hits, whenRead, ms, files }) => hits[id] !== undefined || (whenRead[id] !== undefined && (ms < SLOW_MS || files.has(fileName))),
  );
  if (asked.length === 0) return false;
  const patienceMs = PATIENCE_MS + PATIENCE_FACTOR * asked.reduce((sum, { ms }) => sum + ms, 0);
  const question = asked.map(({ index, hits, whenRead }) => ({ index, hitsMax: HITS_FACTOR * ((hits[id] ?? 0) + (whenRead[id] ?? 0)) }));
  const answer = await ask({ mutant: id, sentences: question }, patienceMs);
  if (answer === null) givenUp += 1;
  return answer === null || Array.isArray(answer) || answer.noticedBy !== null;
};
let givenUp = 0;

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 90);
const original = ({ fileName, location: { start, end } }: Mutant): string => {
  const lines = (textOf.get(fileName) ?? '').split('\n').slice(start.line, end.line + 1);
  const last = (lines.pop() ?? '').slice(0, end.column);
  return onOneLine([...lines, last].join('\n').slice(start.column));
};

const counts = new Map([...textOf.keys()].map(name => [name, { all: 0, noticed: 0 }]));
for (const mutant of instrumented.mutants) {
  if (mutant.status !== undefined) continue;
  const count = counts.get(mutant.fileName);
  if (count === undefined) continue;
  count.all += 1;
  if (await isNoticed(mutant)) count.noticed += 1;
  else {
    const { line, column } = mutant.location.start;
    say(
      `${basename(mutant.fileName)}:${line + 1}:${column + 1} ${mutant.mutatorName}: ${original(mutant)} → ${onOneLine(mutant.replacement)}`,
    );
  }
}
(worker as ChildProcess | null)?.kill();

const scoreOf = ({ all, noticed }: { all: number; noticed: number }): number => (100 * noticed) / all;
// Files of types alone hold nothing to change.
const changeable = [...counts].filter(([, { all }]) => all > 0);
const rows = changeable.map(([name, count]) => ({ name: name.slice(join(root, 'libs', lib, 'src/').length), ...count }));
const sum = { all: 0, noticed: 0 };
for (const { all, noticed } of rows) {
  sum.all += all;
  sum.noticed += noticed;
}
say('\n| file | changes | noticed | score |\n| --- | ---: | ---: | ---: |');
for (const row of [...rows, { name: `libs/${lib}`, ...sum }])
  say(`| ${row.name} | ${row.all} | ${row.noticed} | ${scoreOf(row).toFixed(1)} % |`);
say(
  `\n${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes; ${givenUp} changes were given up, since they ran too long, and count as noticed`,
);
process.exitCode = rows.some(row => scoreOf(row) < SCORE_MIN) ? 1 : 0;
