import { describe, expect, it } from 'vitest';
import { hashPassword, PasswordsBusy, randomPassword, verifyPassword } from './passwords.ts';

describe('a password', () => {
  it('is recognised by its own hash and no other', async () => {
    const hash = await hashPassword('correct horse battery');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword('correct horse battery', hash)).toBe(true);
    expect(await verifyPassword('correct horse batterx', hash)).toBe(false);
    expect(await hashPassword('correct horse battery')).not.toBe(hash);
  });

  it('typed on another keyboard is the same password', async () => {
    // é as one code point and as e with a combining accent.
    expect(await verifyPassword('cafe\u0301 au lait', await hashPassword('caf\u00e9 au lait'))).toBe(true);
  });

  it('of nobody is never right', async () => {
    expect(await verifyPassword('', null)).toBe(false);
    expect(await verifyPassword('anything at all', 'not a hash')).toBe(false);
  });

  it('made for somebody has 144 random bits', () => {
    expect(randomPassword()).toMatch(/^[\w-]{24}$/);
    expect(randomPassword()).not.toBe(randomPassword());
  });

  it('is not hashed while too many others wait', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 60 }, () => verifyPassword('x', CHEAP)));
    const refused = attempts.filter(attempt => attempt.status === 'rejected');
    expect(refused).toHaveLength(8);
    expect(refused.every(attempt => attempt.reason instanceof PasswordsBusy)).toBe(true);
    expect(await verifyPassword('x', CHEAP)).toBe(false);
  });
});

/** The least argon2 accepts, so that sixty of them take no time. */
const CHEAP = '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
