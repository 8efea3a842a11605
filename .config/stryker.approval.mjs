/**
 * Mutation test of libs/approval: `npx stryker run .config/stryker.approval.mjs`. The report is printed and goes to no file. Parts of it:
 * `npx stryker run .config/stryker.approval.mjs --mutate "libs/approval/src/{vote,standing}.ts"`.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: '.config/vitest.mutation.ts' },
  mutate: [
    'libs/approval/src/**/*.ts',
    '!libs/approval/src/**/*.spec.ts',
    '!libs/approval/src/**/*.fixture.ts',
    '!libs/approval/src/index.ts',
  ],
  // What the tests need, and nothing that other work writes into.
  ignorePatterns: ['services', 'deploy', 'docs', 'dist', '**/dist', '.nx', '.holdpoint'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 5_000,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportScoreTable: true },
  thresholds: { high: 90, low: 85, break: 85 },
  tempDirName: '.stryker-tmp-approval',
  // Names of events and codes are types; the words of refusals are not worth a test each.
  mutator: { excludedMutations: ['StringLiteral'] },
  checkers: [],
};
