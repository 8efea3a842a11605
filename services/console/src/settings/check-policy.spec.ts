import { defaultPolicy, policyText } from '@holdpoint/gate';
import { describe, expect, it } from 'vitest';
import { checkPolicy } from './check-policy.ts';

const document = defaultPolicy();
const active = { policyId: 'default', version: 3, document } as never;
const nobody = { activePolicy: () => null };
const text = policyText(document);

describe('the check of a policy text', () => {
  it('says what would change against the active version, and that it could be published', () => {
    expect(checkPolicy({ activePolicy: () => active }, 'org_1', text)).toMatchObject({
      usable: true,
      policyId: document.id,
      changes: [],
      against: { id: 'default', version: 3 },
    });
    const longer = text.replace(/approvalValidSec: \d+/, 'approvalValidSec: 61');
    expect(checkPolicy({ activePolicy: () => active }, 'org_1', longer).changes).toMatchObject([{ name: 'approvalValidSec' }]);
  });

  it('names the line of what cannot be read, and of a rule that does not compile', () => {
    expect(checkPolicy(nobody, 'org_1', 'id: [')).toMatchObject({ usable: false, policyId: null, changes: null });
    const broken = text.replace(/when: .*/, 'when: amount <');
    const { usable, problems, cases } = checkPolicy(nobody, 'org_1', broken);
    const line = broken.split('\n').findIndex(content => content.includes('amount <')) + 1;
    expect({ usable, cases }).toEqual({ usable: false, cases: [] });
    expect(problems).toMatchObject([{ line, severity: 'error' }]);
  });

  it('runs the cases of the text', () => {
    const cases = [{ name: 'all is free', given: { riskLevel: 'critical' as const }, then: { verdict: 'APPROVE_AUTOMATICALLY' as const } }];
    const checked = checkPolicy(nobody, 'org_1', policyText({ ...document, cases }));
    expect(checked).toMatchObject({ usable: false, cases: [{ name: 'all is free', ok: false, expected: 'APPROVE_AUTOMATICALLY' }] });
  });
});
