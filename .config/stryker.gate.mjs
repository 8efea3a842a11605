/**
 * Mutation test of libs/gate: `npx stryker run .config/stryker.gate.mjs`. The report is printed and goes to no file. Parts of it:
 * `npx stryker run .config/stryker.gate.mjs --mutate "libs/gate/src/on-call/*.ts"`.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: '.config/vitest.mutation-gate.ts' },
  mutate: ['libs/gate/src/**/*.ts', '!libs/gate/src/**/*.spec.ts', '!libs/gate/src/**/*.fixture.ts', '!libs/gate/src/index.ts'],
  // What the tests need, and nothing that other work writes into.
  ignorePatterns: ['services', 'deploy', 'docs', 'dist', '**/dist', '.nx', '.holdpoint', '.stryker-tmp'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 5_000,
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportScoreTable: true },
  thresholds: { high: 90, low: 85, break: 85 },
  // A folder of its own: each run clears its own at the end.
  tempDirName: '.nx/stryker-gate',
  checkers: [],
};
