import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

/**
 * For mutation tests: packages come from the copy that is mutated and not through node_modules. Properties over thousands of lives are left
 * out; they would be run again for every mutant, and what they find the sentences must find too.
 */
export default defineConfig({
  root,
  resolve: { alias: [{ find: /^@holdpoint\/([\w-]+)$/, replacement: `${root}libs/$1/src/index.ts` }] },
  test: {
    include: ['.config/mutation-of-approval.ts'],
    // One process for all: a new one for every file and mutant would take ten times as long.
    pool: 'threads',
    isolate: false,
    maxWorkers: 1,
    testTimeout: 10_000,
  },
});
