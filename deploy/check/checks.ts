import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { type Counts, countingReporter } from './reporter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string) => process.stdout.write(`${line}\n`);

/** The checks that run no product code, in the order in which they are quickest to fail. */
const STATIC_CHECKS = [
  ['format', 'prettier --check . --log-level warn'],
  ['lint', 'oxlint -c .config/oxlint.json --quiet libs services deploy'],
  ['lint (typed)', 'eslint -c .config/eslint.config.mjs --max-warnings 0 libs services deploy'],
  ['types', 'node node_modules/ts7/bin/tsc -p .config/tsconfig.check.json'],
  ['types (web)', 'node node_modules/ts7/bin/tsc -p services/console/web/tsconfig.json'],
  ['boundaries', 'depcruise -c .config/dependency-cruiser.cjs libs services deploy'],
] as const;

/** Runs format, lint, types and boundaries; each counts as one test. */
export const runStaticChecks = (): Counts => {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, command] of STATIC_CHECKS) {
    const startedAt = performance.now();
    const result = spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' });
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    say(`${result.status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    if (result.status === 0) counts.passed += 1;
    else {
      counts.failed += 1;
      say(`${result.stdout}${result.stderr}`);
    }
  }
  return counts;
};

/**
 * Runs the specs.
 * @param endToEnd whether those on real processes (`.e2e.spec.ts`) run too
 */
export const runSpecs = async ({ endToEnd }: { endToEnd: boolean }): Promise<Counts> => {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const vitest = await startVitest('test', [], {
    config: '.config/vitest.config.ts',
    root,
    run: true,
    watch: false,
    reporters: ['default', countingReporter(counts)],
    ...(endToEnd ? {} : { exclude: ['**/node_modules/**', '**/dist/**', '**/fixtures/**', '**/*.e2e.spec.ts'] }),
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
