import { describe, expect, it } from 'vitest';
import { actionHash, canonical } from './action-hash.ts';

describe('the hash of the action on the page', () => {
  it('is the bound one of the published vector', async () => {
    expect(await actionHash({ name: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } })).toBe(
      'c329d70531c5f1f8ee70408a627f79d2481a6d1dd6936ac8b7b4ccf477b0c70d',
    );
  });

  it('sorts members by UTF-16 units and writes numbers as RFC 8785 does', () => {
    expect(
      canonical({ '\u20ac': 1, '\r': 2, '1': Number('333333333.33333329'), '\ud83d\ude00': 1e21, a: [4.5, 2e-3, -0, null, true] }),
    ).toBe('{"\\r":2,"1":333333333.3333333,"a":[4.5,0.002,0,null,true],"€":1,"😀":1e+21}');
  });
});
