import { defineConfig } from 'vitest/config';

const conditions = ['@holdpoint/source'];
const FOLDERS = ['libs/*/src', 'services/*/src', 'services/console/web/src', 'deploy'];
const NEVER = ['**/node_modules/**', '**/dist/**', '**/fixtures/**'];
const under = (ending: string) => FOLDERS.map(folder => `${folder}/**/*${ending}`);

/** These break connections and disks under clients that keep their state by the process, so each file has a process of its own. */
const ALONE = ['services/event-store/src/**/*.int.spec.ts', 'deploy/specs/event-log/**/*.int.spec.ts'];
/** Blames the spec that leaves its event log open. */
const LEFT_OPEN = 'deploy/check/shared-process.setup.ts';

/** One configuration for every spec: `.spec.ts` pure, `.int.spec.ts` on loopback, `.e2e.spec.ts` on real processes. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions: [...conditions, 'module', 'node', 'development|production', 'import', 'default'] },
  // These become Node's own too. `import` is not among them: a package that requires another one would be given its ES module.
  ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'development|production', 'default'] } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // What waited in vain on a busy machine is tried once more; a wrong result never is.
    retry: { count: 1, condition: /timed out|timeout|in vain|not within|within \d|does not show|did not/i },
    // Longest wait for what comes by itself: a busy machine takes its time, and a wait ends when the thing is there.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // They begin in the order of their names, so that what takes longest is not left for the end, where it would have one core to itself.
    projects: [
      { extends: true, test: { name: 'e2e', include: under('.e2e.spec.ts'), exclude: NEVER } },
      // Most specs share two processes: one for each file would read the same modules hundreds of times, and run all code cold. What a spec
      // starts (a server, a timer) it ends, and what it changes outside itself (a clock, a variable of the environment) it puts back.
      {
        extends: true,
        test: { name: 'int', include: under('.int.spec.ts'), exclude: [...NEVER, ...ALONE], isolate: false, setupFiles: [LEFT_OPEN] },
      },
      { extends: true, test: { name: 'int-alone', include: ALONE, exclude: NEVER } },
      {
        extends: true,
        test: {
          name: 'pure',
          include: under('.spec.{ts,tsx}'),
          exclude: [...NEVER, '**/*.int.spec.ts', '**/*.e2e.spec.ts'],
          isolate: false,
        },
      },
    ],
  },
});
