import { createHash } from 'node:crypto';
import { approvalId } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { approvalIdOf, derivedId, eventIdOf, newId, uuidV5 } from './ids.ts';

const DNS_NAMESPACE = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

describe('a derived id', () => {
  it('is the UUIDv5 of RFC 9562, appendix A.4', () => {
    expect(uuidV5('www.example.com', DNS_NAMESPACE)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });
  it('of a name longer than most is the one that other implementations give', () => {
    const name = 'ż'.repeat(2_000);
    const digest = createHash('sha1')
      .update(Buffer.from(DNS_NAMESPACE.replaceAll('-', ''), 'hex'))
      .update(name)
      .digest();
    const id = uuidV5(name, DNS_NAMESPACE);
    expect(id.replace(/-/g, '').slice(0, 12)).toBe(digest.toString('hex').slice(0, 12));
    expect(id).toMatch(/^.{8}-.{4}-5.{3}-[89ab].{3}-.{12}$/);
    expect(uuidV5('www.example.com', DNS_NAMESPACE)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });
  it('of a tenant and an idempotency key is an approval id, always the same', () => {
    expect(approvalId.safeParse(approvalIdOf('org_a', 'key-1')).success).toBe(true);
    expect(approvalIdOf('org_a', 'key-1')).toBe(approvalIdOf('org_a', 'key-1'));
    // Fixed for ever: another value would let a repeated request in as a new one.
    expect(approvalIdOf('org_a', 'key-1')).toBe('apr_m4qtyg3bwjnmbdgwabk74anxyu');
  });
  it('differs between tenants, and however the parts are cut', () => {
    const ids = [
      approvalIdOf('a', 'bc'),
      approvalIdOf('ab', 'c'),
      approvalIdOf('a,b', 'c'),
      derivedId('apr', 'abc'),
      derivedId('msg', 'a', 'bc'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
  it('of an event is the same for the same command and index only', () => {
    const ids = [eventIdOf('cmd', 0), eventIdOf('cmd', 1), eventIdOf('cmd1', 0), eventIdOf('cmd', 10), eventIdOf('0/cmd', 1)];
    expect(new Set(ids).size).toBe(ids.length);
    expect(eventIdOf('cmd', 0)).toBe('c2297c9c-b98b-509a-bdbf-41c1f76add31');
  });
});

describe('a new id', () => {
  it('is random and has the form of a derived one', () => {
    expect(newId('opr')).toMatch(/^opr_[a-z2-7]{26}$/);
    expect(newId('opr')).not.toBe(newId('opr'));
  });
});
