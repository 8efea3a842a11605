import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

describe('the import rules', () => {
  let broken: { rule: string; from: string; to: string }[] = [];

  beforeAll(() => {
    // A folder of files that break every rule, cruised as if it were the workspace.
    const result = spawnSync(
      process.execPath,
      [
        `${root}node_modules/dependency-cruiser/bin/dependency-cruiser.mjs`,
        '-c',
        `${root}.config/dependency-cruiser.cjs`,
        '--ts-config',
        `${root}tsconfig.base.json`,
        '-T',
        'json',
        'libs',
        'services',
        'deploy',
      ],
      { cwd: fixtures, encoding: 'utf8' },
    );
    const report = JSON.parse(result.stdout) as { summary: { violations: { rule: { name: string }; from: string; to: string }[] } };
    broken = report.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  });

  it.each([
    ['no-cycles', 'libs/messaging/src/'],
    ['services-never-import-services', 'services/ingest/src/index.ts'],
    ['services-never-import-deploy', 'services/ingest/src/index.ts'],
    ['libs-never-import-services', 'libs/sealing/src/index.ts'],
    ['one-index-per-lib', 'libs/egress/src/index.ts'],
    ['pure-libs-do-no-io', 'libs/contracts/src/index.ts'],
    ['pure-libs-know-no-framework', 'libs/approval/src/index.ts'],
    ['contracts-import-zod-only', 'libs/contracts/src/index.ts'],
    ['only-event-log-imports-the-client', 'libs/agents/src/index.ts'],
    ['only-messaging-imports-nats', 'libs/agents/src/index.ts'],
    ['approval-imports-only', 'libs/approval/src/index.ts'],
  ])('%s fires on %s', (rule, from) => {
    expect(broken.filter(violation => violation.rule === rule).map(violation => violation.from)).toContainEqual(
      expect.stringContaining(from),
    );
  });
});

/** The rules are the product's; their types come from the fixtures alone. The product's own programs take half a minute to build, and `npm run lint` builds them. */
const OWN_PROGRAM = {
  files: ['**/*.ts'],
  languageOptions: { parserOptions: { project: ['tsconfig.json'], tsconfigRootDir: fixtures } },
};

describe('the lint rules', () => {
  const lint = async (file: string) => {
    const eslint = new ESLint({ cwd: fixtures, overrideConfigFile: `${root}.config/eslint.config.mjs`, overrideConfig: OWN_PROGRAM });
    const [result] = await eslint.lintFiles([file]);
    return result!.messages.map(message => `${message.ruleId}: ${message.message}`);
  };

  it('a constructor parameter of a Nest class without @Inject is refused', async () => {
    expect(await lint('services/routing/src/injects-by-type.ts')).toContainEqual(expect.stringContaining('@Inject(TOKEN)'));
  });

  it('a clock, a random number and the process are refused in a pure lib', async () => {
    const messages = await lint('libs/approval/src/reads-clock.ts');
    expect(messages.filter(message => message.includes('clock'))).toHaveLength(2);
    expect(messages).toContainEqual(expect.stringContaining('random'));
    expect(messages).toContainEqual(expect.stringContaining('process'));
  });

  it('the environment is read in *.config.ts and nowhere else', async () => {
    expect(await lint('services/routing/src/reads-environment.ts')).toContainEqual(expect.stringContaining('*.config.ts'));
    expect(await lint('services/routing/src/routing.config.ts')).toEqual([]);
  });

  it('a promise that nobody waits for is refused', async () => {
    expect(await lint('services/routing/src/forgets-a-promise.ts')).toContainEqual(expect.stringContaining('no-floating-promises'));
  });
});
