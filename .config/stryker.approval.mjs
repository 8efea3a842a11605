/** Mutation test of libs/approval: `npx stryker run .config/stryker.approval.mjs`. The report is printed and goes to no file. */
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
  ignorePatterns: ['*', '!libs', '!.config', '!package.json', '!tsconfig.base.json'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 5_000,
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportScoreTable: true },
  thresholds: { high: 90, low: 85, break: 85 },
  tempDirName: '.stryker-tmp',
  checkers: [],
};
