import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventStoreConfig, readOptions } from './event-store.config.ts';

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readOptions({})).toMatchObject({ dataDir: './.holdpoint/event-store', host: '127.0.0.1', port: 2113, serveDamaged: false });
    expect(readOptions({}).credentials).toBeUndefined();
  });

  it('reports every wrong variable at once', () => {
    const wrong = { EVENT_STORE_PORT: 'many', EVENT_STORE_APPEND_BYTES_MAX: '99999999999', EVENT_STORE_SERVE_DAMAGED: 'maybe' };
    const { error } = eventStoreConfig.safeParse(wrong);
    expect(error?.issues.map(issue => issue.path[0])).toEqual(Object.keys(wrong));
  });

  it('splits the audit categories', () => {
    expect(readOptions({ EVENT_STORE_AUDIT_CATEGORIES: 'ledger, vote,' }).auditCategories).toEqual(['ledger', 'vote']);
  });

  it('refuses half a configuration: a certificate without its key, an account without its password', () => {
    expect(() => readOptions({ EVENT_STORE_TLS_CERT_FILE: '/nowhere.pem' })).toThrow(/EVENT_STORE_TLS_KEY_FILE/);
    expect(() => readOptions({ EVENT_STORE_USERNAME: 'holdpoint' })).toThrow(/EVENT_STORE_PASSWORD_FILE/);
  });

  it('is described in the README, variable by variable', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const name of Object.keys(eventStoreConfig.shape)) expect(readme).toContain(`\`${name}\``);
  });
});
