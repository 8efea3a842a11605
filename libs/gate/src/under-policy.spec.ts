import { describe, expect, it } from 'vitest';
import { refund, refundRequested } from '@holdpoint/testing';
import { compiledOnce, defaultPolicy, evaluateUnder } from './index.ts';
import { plainContext } from './plain-context.ts';

const proposal = { requested: refundRequested({ riskLevel: 'low' }), action: refund(20), edited: false };

describe('a proposal', () => {
  it('is evaluated under the active version, which is recorded', () => {
    expect(evaluateUnder({ version: 4, document: defaultPolicy() }, proposal, plainContext())).toMatchObject({
      verdict: 'APPROVE_AUTOMATICALLY',
      policy: { id: 'default', version: 4, rule: 'small-and-low-risk' },
    });
  });

  it('goes to a person while no policy is active', () => {
    expect(evaluateUnder(null, proposal, plainContext())).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      policy: { version: 0 },
      problems: ['no gate policy is active'],
    });
  });

  it('goes to a person while the active version cannot be used, even without a route of its own', () => {
    const document = { ...defaultPolicy(), id: 'broken', routes: {} };
    const said = evaluateUnder({ version: 2, document }, proposal, plainContext());
    expect(said).toMatchObject({ verdict: 'HUMAN_REVIEW', policy: { id: 'broken', version: 2 } });
    expect(said.problems[0]).toContain('cannot be used: rule "large-amount": route "senior" is not in routes');
    expect(said.route.steps).toHaveLength(1);
  });

  it('goes to a person by the route of a version that cannot be used, where it has one', () => {
    const routes = { own: { ...defaultPolicy().routes['review']!, expireAfterSec: 77 } };
    const said = evaluateUnder({ version: 2, document: { ...defaultPolicy(), routes, defaultRoute: 'own' } }, proposal, plainContext());
    expect(said).toMatchObject({ verdict: 'HUMAN_REVIEW', route: { expireAfterSec: 77 } });
  });

  it('is looked at by a version that was compiled once', () => {
    const document = defaultPolicy();
    expect(compiledOnce(document)).toBe(compiledOnce(document));
    expect(compiledOnce(document)).not.toBe(compiledOnce(defaultPolicy()));
  });
});
