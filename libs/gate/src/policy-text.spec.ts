import { describe, expect, it } from 'vitest';
import { defaultPolicy } from './default-policy.ts';
import { parsePolicy } from './parse-policy.ts';
import { policyText } from './policy-text.ts';

describe('a policy as text', () => {
  it('reads back to the same document', () => {
    const read = parsePolicy(policyText(defaultPolicy()));
    expect(read).toMatchObject({ ok: true });
    expect(read.ok && read.document).toEqual(defaultPolicy());
  });

  it('writes what is meant twice twice, for aliases are not read', () => {
    const approvers = { roles: ['senior' as const], operators: [] };
    const step = { name: 'review', approvers, approveCount: 1, rejectCount: 1, excludeRequester: false };
    const route = { steps: [step], escalateAfterSec: 300, backups: [approvers], expireAfterSec: 3_600 };
    const text = policyText({ ...defaultPolicy(), routes: { ...defaultPolicy().routes, other: route } });
    expect(text).not.toMatch(/[&*]a\d/);
    expect(parsePolicy(text)).toMatchObject({ ok: true });
  });
});
