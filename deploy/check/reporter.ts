import type { Reporter, TestModule } from 'vitest/node';

export type Counts = { passed: number; failed: number; skipped: number };

/** Counts every test, and every file or stray error that kept tests from running as a failure. */
export const countingReporter = (counts: Counts): Reporter => ({
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]) {
    for (const module of modules) {
      const before = counts.passed + counts.failed + counts.skipped;
      for (const test of module.children.allTests()) counts[test.result().state as keyof Counts] += 1;
      if (module.errors().length || counts.passed + counts.failed + counts.skipped === before) counts.failed += 1;
    }
    counts.failed += unhandled.length;
  },
});
