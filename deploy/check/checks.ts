import { exec } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startVitest } from 'vitest/node';
import { BUILT } from '../local/local.config.ts';
import { type Counts, countingReporter } from './reporter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string) => process.stdout.write(`${line}\n`);

/** The checks that run no product code, the longest first: the others run beside it. */
const STATIC_CHECKS = [
  ['lint (typed)', 'eslint -c .config/eslint.config.mjs --max-warnings 0 libs services deploy'],
  ['lint', 'oxlint -c .config/oxlint.json --quiet libs services deploy'],
  // More checkers would work out the same types again, each for itself: they pay on idle cores, and here there are none.
  ['types', 'node node_modules/ts7/bin/tsc -p .config/tsconfig.check.json --checkers 1'],
  ['types (web)', 'node node_modules/ts7/bin/tsc -p services/console/web/tsconfig.json --checkers 1'],
  ['boundaries', 'depcruise -c .config/dependency-cruiser.cjs libs services deploy'],
  ['format', 'prettier --check . --log-level warn'],
] as const;
/** Checks at a time: each uses one core. */
const AT_A_TIME = 2;
const OUTPUT_BYTES_MAX = 16 * 2 ** 20;

/** Runs format, lint, types and boundaries, two at a time; each counts as one test. */
export const runStaticChecks = async (): Promise<Counts> => {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const left: [name: string, command: string][] = STATIC_CHECKS.map(([name, command]) => [name, command]);
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const outcome = await check(...next);
      counts[outcome] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return counts;
};

const check = async (name: string, command: string): Promise<'passed' | 'failed'> => {
  const startedAt = performance.now();
  const failure = await promisify(exec)(command, { cwd: root, maxBuffer: OUTPUT_BYTES_MAX }).then(
    () => null,
    (error: { stdout?: string; stderr?: string; message: string }) => `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message,
  );
  say(`${failure === null ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`);
  if (failure !== null) say(failure);
  return failure === null ? 'passed' : 'failed';
};

/**
 * Runs the specs.
 * @param endToEnd whether those on real processes (`.e2e.spec.ts`) run too, which takes everything built before
 */
export const runSpecs = async ({ endToEnd }: { endToEnd: boolean }): Promise<Counts> => {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const vitest = await startVitest('test', [], {
    config: '.config/vitest.config.ts',
    root,
    run: true,
    watch: false,
    reporters: ['default', countingReporter(counts)],
    ...(endToEnd ? { env: BUILT } : { project: ['!e2e'] }),
  });
  await vitest.close();
  return counts;
};

/** Prints the closing line and ends the process: 1 if anything failed or nothing ran. */
export const close = (...parts: Counts[]): never => {
  const sum = (name: keyof Counts) => parts.reduce((total, part) => total + part[name], 0);
  say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  process.exit(sum('failed') || !sum('passed') ? 1 : 0);
};
