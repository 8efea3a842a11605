import type { ApiKeyScope } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { authenticator } from './authenticate.ts';

const TOKEN = `hp_live_abcdefgh_${'x'.repeat(49)}`;
const found = (scopes: ApiKeyScope[]) => ({ tenant: 'org', agentId: 'assistant', keyId: 'abcdefgh', mode: 'live' as const, scopes });

const withKeys = (keys: Record<string, ReturnType<typeof found>>) => {
  let nowMs = 0;
  let changed = () => {};
  let lookups = 0;
  const directory = {
    findApiKey: (token: string) => {
      lookups++;
      return keys[token] ?? null;
    },
    onChange: (listener: () => void) => {
      changed = listener;
      return () => {};
    },
  };
  return {
    authenticate: authenticator(directory, () => nowMs),
    pass: (ms: number) => void (nowMs += ms),
    change: () => changed(),
    lookups: () => lookups,
  };
};

describe('a request with a known key', () => {
  it('comes from that key’s agent', () => {
    const { authenticate } = withKeys({ [TOKEN]: found(['requests:write']) });
    expect(authenticate(`Bearer ${TOKEN}`, 'requests:write')).toEqual({
      tenant: 'org',
      agentId: 'assistant',
      keyId: 'abcdefgh',
      mode: 'live',
    });
    expect(authenticate(`bearer ${TOKEN}`, 'requests:write').agentId).toBe('assistant');
  });
  it('is refused with 403 for what the key may not do', () => {
    const { authenticate } = withKeys({ [TOKEN]: found(['requests:read']) });
    expect(() => authenticate(`Bearer ${TOKEN}`, 'requests:write')).toThrow(
      expect.objectContaining({ status: 403, code: 'scope_missing' }),
    );
  });
  it('is looked up once, until a second has passed or the settings change', () => {
    const keys: Record<string, ReturnType<typeof found>> = { [TOKEN]: found(['requests:read']) };
    const { authenticate, pass, change, lookups } = withKeys(keys);
    authenticate(`Bearer ${TOKEN}`, 'requests:read');
    authenticate(`Bearer ${TOKEN}`, 'requests:read');
    expect(lookups()).toBe(1);
    pass(1_001);
    authenticate(`Bearer ${TOKEN}`, 'requests:read');
    expect(lookups()).toBe(2);
    delete keys[TOKEN];
    change();
    expect(() => authenticate(`Bearer ${TOKEN}`, 'requests:read')).toThrow(expect.objectContaining({ status: 401 }));
  });
});

describe('a request without a known key', () => {
  it.each([
    undefined,
    '',
    'Bearer',
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN}x y`,
    `Bearer ${'z'.repeat(66)}`,
    `Bearer ${'z'.repeat(5_000)}`,
  ])('is refused with 401: %s', header => {
    const { authenticate } = withKeys({ [TOKEN]: found(['requests:read']) });
    expect(() => authenticate(header, 'requests:read')).toThrow(
      expect.objectContaining({ status: 401, code: 'unauthorized', headers: { 'www-authenticate': 'Bearer realm="holdpoint"' } }),
    );
  });
});
