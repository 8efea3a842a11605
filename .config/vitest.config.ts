import { defineConfig } from 'vitest/config';

const conditions = ['@holdpoint/source'];

/** One configuration for every spec: `.spec.ts` pure, `.int.spec.ts` on loopback, `.e2e.spec.ts` on real processes. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions: [...conditions, 'module', 'node', 'development|production', 'import', 'default'] },
  // These become Node's own too. `import` is not among them: a package that requires another one would be given its ES module.
  ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'development|production', 'default'] } },
  test: {
    include: [
      'libs/*/src/**/*.spec.{ts,tsx}',
      'services/*/src/**/*.spec.{ts,tsx}',
      'services/console/web/src/**/*.spec.{ts,tsx}',
      'deploy/**/*.spec.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/fixtures/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // What waited in vain on a busy machine is tried once more; a wrong result never is.
    retry: { count: 1, condition: /timed out|timeout|in vain|not within|within \d|does not show|did not/i },
    // Longest wait for what comes by itself: a busy machine takes its time, and a wait ends when the thing is there.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
});
