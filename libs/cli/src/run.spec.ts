import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { run } from './run.ts';

const GOOD = `id: refunds
name: Refunds
rules:
  - name: small
    when: tool == "issue_refund" && has(args.amount) && amount < 50
    verdict: APPROVE_AUTOMATICALLY
    explain: The amount {amount} is below 50.
routes:
  review:
    steps: [{ name: review, approvers: { roles: [operator] } }]
defaultRoute: review
cases:
  - name: a small refund passes
    given: { tool: issue_refund, args: { amount: 20 } }
    then: { verdict: APPROVE_AUTOMATICALLY, rule: small }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const holdpoint = async (...argv: string[]) => {
  const said = { out: '', err: '' };
  const code = await run(argv, {
    out: line => void (said.out += `${line}\n`),
    err: line => void (said.err += `${line}\n`),
    env: { HOLDPOINT_DATA: join(folder, 'nothing') },
  });
  return { code, ...said };
};

describe('the command line', () => {
  it('names every command and the exit codes', async () => {
    const { code, out } = await holdpoint('--help');
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(out).toContain(`holdpoint ${name}`);
    expect(out).toContain('0 done · 1 problems found · 2 the command line');
  });

  it('explains each command and its options', async () => {
    for (const command of COMMANDS) {
      const { code, out } = await holdpoint(...command.name.split(' '), '--help');
      expect(code).toBe(0);
      expect(out).toContain(command.summary);
      for (const option of Object.keys(command.options)) expect(out, command.name).toContain(`--${option}`);
    }
  });

  it('lists the commands of a group', async () => {
    const { code, out } = await holdpoint('policy');
    expect(code).toBe(0);
    expect(out).not.toContain('holdpoint tools');
  });

  it('refuses what it does not know, and says where to look', async () => {
    expect(await holdpoint('policy', 'frobnicate')).toMatchObject({ code: 2, err: expect.stringContaining('holdpoint --help') });
    expect(await holdpoint('policy', 'lint', '--loud', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('policy lint --help') });
    expect(await holdpoint('policy', 'lint')).toMatchObject({ code: 2 });
    expect(JSON.parse((await holdpoint('policy', 'lint', '--json')).out)).toMatchObject({ ok: false });
  });
});

describe('holdpoint policy lint', () => {
  it('says nothing of a good file', async () => {
    expect(await holdpoint('policy', 'lint', file('good.yaml', GOOD))).toMatchObject({ code: 0, out: '' });
  });

  it('names line and column of an error, as editors read it', async () => {
    const path = file('bad.yaml', GOOD.replace('amount < 50', 'amuont < 50'));
    const { code, out } = await holdpoint('policy', 'lint', path);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^${path}:5:\\d+: error: .*amuont`));
    const { files } = JSON.parse((await holdpoint('policy', 'lint', path, '--json')).out) as { files: { problems: { line: number }[] }[] };
    expect(files[0]?.problems[0]?.line).toBe(5);
  });

  it('lets warnings pass, unless it is to be strict', async () => {
    const path = file('doubtful.yaml', GOOD.slice(0, GOOD.indexOf('cases:')));
    expect(await holdpoint('policy', 'lint', path)).toMatchObject({ code: 0, out: expect.stringContaining('warning') });
    expect((await holdpoint('policy', 'lint', path, '--strict')).code).toBe(1);
  });

  it('says when a file cannot be read', async () => {
    expect(await holdpoint('policy', 'lint', join(folder, 'absent.yaml'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be read'),
    });
  });
});

describe('holdpoint policy test', () => {
  it('counts the cases that hold', async () => {
    expect(await holdpoint('policy', 'test', file('good.yaml', GOOD))).toMatchObject({ code: 0, out: '1 passed, 0 failed\n' });
  });

  it('shows what was expected and what was said', async () => {
    const { code, out } = await holdpoint('policy', 'test', file('failing.yaml', GOOD.replace('amount: 20', 'amount: 90')));
    expect(code).toBe(1);
    expect(out).toContain('expected APPROVE_AUTOMATICALLY, rule small');
    expect(out).toContain('got      HUMAN_REVIEW, rule default, route review');
  });
});

describe('holdpoint policy diff', () => {
  it('says in words what changes', async () => {
    const [before, after] = [file('a.yaml', GOOD), file('b.yaml', GOOD.replace('amount < 50', 'amount < 80'))];
    const { code, out } = await holdpoint('policy', 'diff', before, after);
    expect(code).toBe(0);
    expect(out).toContain('rule "small": when was');
    expect(await holdpoint('policy', 'diff', before, before)).toMatchObject({ out: '', err: expect.stringContaining('say the same') });
  });

  it('needs exactly two sides', async () => {
    expect((await holdpoint('policy', 'diff', file('a.yaml', GOOD))).code).toBe(2);
    expect((await holdpoint('policy', 'diff', 'a', 'b', '--version', '1')).code).toBe(2);
  });
});

describe('what changes the organisation', () => {
  it('is refused without a token, with every way to give one', async () => {
    const { code, err } = await holdpoint('policy', 'activate', 'refunds', '1');
    expect(code).toBe(2);
    for (const way of ['HOLDPOINT_TOKEN', '--token-file', '--data']) expect(err).toContain(way);
  });

  it('is not sent while a case fails, and the line of the case is named', async () => {
    const path = file('failing.yaml', GOOD.replace('amount: 20', 'amount: 90'));
    const { code, err } = await holdpoint('policy', 'publish', path);
    expect(code).toBe(1);
    expect(err).toContain(`${path}:13:5: error: case "a small refund passes" expects APPROVE_AUTOMATICALLY, but default says HUMAN_REVIEW`);
  });
});

describe('holdpoint policy backtest', () => {
  it('wants the key that opens the log, and never makes a new one', async () => {
    expect(await holdpoint('policy', 'backtest', 'active')).toMatchObject({ code: 2, err: expect.stringContaining('master key') });
  });
});
