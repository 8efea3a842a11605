import { describe, expect, it } from 'vitest';
import { newCredential, parseCredential } from './credentials.ts';
import { sha256Hex } from '@holdpoint/sdk';

describe('a credential', () => {
  it.each(['hp_live', 'hp_test', 'hpo'] as const)('of kind %s is read back with its id and hash', kind => {
    const made = newCredential(kind);
    expect(made.token).toMatch(new RegExp(`^${kind}_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$`));
    expect(made.hash).toBe(sha256Hex(made.token));
    expect(parseCredential(made.token)).toEqual({ kind, id: made.id, hash: made.hash });
  });
  it('with one wrong character is refused by its checksum', () => {
    const { token } = newCredential('hp_live');
    for (const at of [9, 20, 40, token.length - 1]) {
      const wrong = token[at] === 'a' ? 'b' : 'a';
      expect(parseCredential(token.slice(0, at) + wrong + token.slice(at + 1))).toBeNull();
    }
  });
  it.each(['', 'hp_live_', 'Bearer x', 'hp_prod_abcdefgh_x', `${newCredential('hpo').token} `, `${newCredential('hpo').token}\n`])(
    'is not %j',
    text => {
      expect(parseCredential(text)).toBeNull();
    },
  );
  it('of another kind does not pass by a changed prefix', () => {
    expect(parseCredential(newCredential('hp_test').token.replace('hp_test', 'hp_live'))).toBeNull();
  });
});
