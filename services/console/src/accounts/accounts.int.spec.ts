import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccounts, type Accounts } from './accounts.ts';
import { SESSION_SEC } from './sessions.ts';

const KEY = Buffer.alloc(32, 7);
let folder: string;
let accounts: Accounts;
let nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const later = (seconds: number) => {
  nowMs += seconds * 1_000;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-accounts-'));
  accounts = await openAccounts(folder, () => new Date(nowMs).toISOString(), KEY);
  await accounts.setPassword({ operatorId: 'opr_ada', email: 'Ada@Example.test', password: 'correct horse battery' });
});
afterEach(async () => {
  await accounts.close();
  await rm(folder, { recursive: true, force: true });
});
const used = { countsAsUse: true };
const operatorOf = async (token: string, options: { countsAsUse: boolean }) =>
  (await accounts.sessions.of(token, options))?.operatorId ?? null;

describe('an account', () => {
  it('opens with its email in any case and its password', async () => {
    expect(await accounts.check('ada@example.TEST', 'correct horse battery')).toBe('opr_ada');
    expect(await accounts.check('ada@example.test', 'wrong')).toBeNull();
    expect(await accounts.check('eve@example.test', 'correct horse battery')).toBeNull();
    expect(await accounts.has('opr_ada')).toBe(true);
    expect(await accounts.has('opr_eve')).toBe(false);
  });

  it('ends its sessions when the password changes', async () => {
    const token = await accounts.sessions.begin('opr_ada');
    await accounts.setPassword({ operatorId: 'opr_ada', email: 'ada@example.test', password: 'another long password' });
    expect(await operatorOf(token, used)).toBeNull();
    expect(await accounts.check('ada@example.test', 'correct horse battery')).toBeNull();
  });
});

describe('a session', () => {
  it('names its operator until it is ended', async () => {
    const token = await accounts.sessions.begin('opr_ada');
    expect(await operatorOf(token, used)).toBe('opr_ada');
    await accounts.sessions.end(token);
    expect(await operatorOf(token, used)).toBeNull();
  });

  it('ends when nobody used it for half an hour, and a listening tab is no use', async () => {
    const idle = await accounts.sessions.begin('opr_ada');
    const busy = await accounts.sessions.begin('opr_ada');
    for (let waited = 0; waited < SESSION_SEC.idle; waited += 300) {
      later(300);
      await operatorOf(idle, { countsAsUse: false });
      expect(await operatorOf(busy, used)).toBe('opr_ada');
    }
    expect(await operatorOf(idle, used)).toBeNull();
  });

  it('ends after twelve hours however much it is used', async () => {
    const token = await accounts.sessions.begin('opr_ada');
    for (let waited = 0; waited < SESSION_SEC.absolute - 600; waited += 600) {
      later(600);
      expect(await operatorOf(token, used)).toBe('opr_ada');
    }
    later(600);
    expect(await operatorOf(token, used)).toBeNull();
  });

  it('is one of twenty at most: the oldest gives way', async () => {
    const tokens: string[] = [];
    for (let count = 0; count < 21; count += 1) {
      tokens.push(await accounts.sessions.begin('opr_ada'));
      later(1);
    }
    expect(await operatorOf(tokens[0]!, used)).toBeNull();
    expect(await operatorOf(tokens[1]!, used)).toBe('opr_ada');
  });

  it('survives a restart, and its token and the password stand nowhere in the file', async () => {
    const token = await accounts.sessions.begin('opr_ada');
    await accounts.close();
    const bytes = await readFile(join(folder, 'accounts.sqlite'));
    expect(bytes.includes(token)).toBe(false);
    expect(bytes.includes('correct horse battery')).toBe(false);
    expect(bytes.includes('opr_ada')).toBe(true);
    accounts = await openAccounts(folder, () => new Date(nowMs).toISOString(), KEY);
    expect(await operatorOf(token, used)).toBe('opr_ada');
  });
});
