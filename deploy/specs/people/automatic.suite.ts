import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataOf, type GateAndPeople } from './a-gate-and-its-people.ts';
import { storiesOf } from './routes.ts';

/** Requests of one band: that none or all of them are sampled at one half is one in thirty-two thousand. */
const ASKED = 16;

/** What passes by itself: who looks at it afterwards, what ends it, and how a change to it reads. */
export const automaticSuite = (world: () => GateAndPeople): void => {
  describe('samples of automatic approvals', () => {
    it.concurrent('that people reject take the band back to people, with an alarm, until somebody releases it', async () => {
      const { members, api, ask, told, until, mailsTo } = world();
      const small = async () => (await ask('issue_refund', { amount: 20 })).id;
      const gated = async (id: string) => dataOf(await until(id, 'GateEvaluated'), 'GateEvaluated')[0]!;
      const ids = await Promise.all(Array.from({ length: ASKED }, small));
      const said = await Promise.all(ids.map(gated));
      expect(new Set(said.map(({ verdict }) => verdict))).toEqual(new Set(['APPROVE_AUTOMATICALLY']));
      const sampled = ids.filter((_, index) => said[index]!['sampled'] === true);
      expect(sampled.length).toBeGreaterThan(1);
      expect(sampled.length).toBeLessThan(ASKED);
      // The lists follow the log: what is recorded shows there a moment later.
      const listed = async (path: string) => JSON.stringify(await api('GET', path));
      for (const id of sampled) await expect.poll(() => listed('/api/reviews?state=open&kind=sample')).toContain(id);

      const [first, second] = sampled as [string, string];
      await api('POST', `/api/approvals/${first}/review`, { agreed: false, note: 'Not our order.' });
      expect(await gated(await small())).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY' });
      await api('POST', `/api/approvals/${second}/review`, { agreed: false });
      const [alarm] = await mailsTo(members.alma, 'Automatic approvals stopped');
      expect(alarm!.raw).toMatch(/People rejected 2/);
      await expect.poll(() => listed('/api/bands')).toContain('issue_refund');

      const back = await small();
      const now = await gated(back);
      expect(now).toMatchObject({ verdict: 'HUMAN_REVIEW', problems: [expect.stringMatching(/people rejected samples/)] });
      expect((await told(back)).status).toBe('pending');
      expect(await gated((await ask('issue_refund', { amount: 5 })).id)).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY' });

      const [{ agentId, tool, band }] = (await api<{ items: { agentId: string; tool: string; band: object }[] }>('GET', '/api/bands'))
        .items as [{ agentId: string; tool: string; band: object }];
      await api('POST', '/api/bands/release', { agentId, tool, band });
      expect(await gated(await small())).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY' });
      expect((await mailsTo(members.alma, 'Automatic approvals stopped')).length).toBe(1);
    });
  });

  describe('a grant', () => {
    it.concurrent('lets through what people would decide, and once revoked not one request more', async () => {
      const { api, call, ask, told, until } = world();
      const { id: grantId } = await api<{ id: string }>('POST', '/api/grants', {
        pattern: { tool: 'granted', when: 'amount <= 300.0' },
        usesMax: 10,
        amountMax: 1_000,
        currency: 'USD',
        expiresAt: new Date(Date.now() + 600_000).toISOString(),
        reason: 'The card processor is down.',
      });
      const before = await ask('granted');
      const events = await until(before.id, 'ApprovalGrantedAutomatically');
      expect(dataOf(events, 'GateEvaluated')).toMatchObject([{ verdict: 'APPROVE_AUTOMATICALLY', grantId }]);
      expect((await told(before.id)).status).toBe('approved');
      await until((await ask('granted', { amount: 301 })).id, 'ReviewStepOpened');

      expect((await call('DELETE', `/api/grants/${grantId}`)).status).toBe(204);
      const after = await ask('granted');
      expect(dataOf(await until(after.id, 'ReviewStepOpened'), 'GateEvaluated')).toMatchObject([{ verdict: 'HUMAN_REVIEW' }]);
      expect((await told(after.id)).status).toBe('pending');
      const { items } = await api<{ items: { id: string; revokedAt?: string | null; uses?: unknown[] }[] }>('GET', '/api/grants');
      expect(JSON.stringify(items)).toContain(before.id);
      expect(JSON.stringify(items)).not.toContain(after.id);
    });
  });

  describe('holdpoint policy diff', () => {
    it.concurrent('says in words what a file changes against the version that decides, by name or number', async () => {
      const { stack, members, holdpoint } = world();
      const policy = storiesOf(members);
      const [small, ...rules] = policy.rules;
      const same = join(stack.dataDir, 'same.yaml');
      const wider = join(stack.dataDir, 'wider.yaml');
      writeFileSync(same, JSON.stringify(policy));
      const document = { ...policy, sampleShare: 0.1, rules: [{ ...small!, when: small!.when.replace('50', '90') }, ...rules] };
      writeFileSync(wider, JSON.stringify(document));
      const none = await holdpoint('policy', 'diff', same, '--version', 'active');
      const byName = await holdpoint('policy', 'diff', wider, '--version', 'active');
      const byNumber = await holdpoint('policy', 'diff', wider, '--version', '1', '--policy', 'stories', '--json');
      expect([none.code, none.out]).toEqual([0, '']);
      expect(none.err).toContain('say the same');
      expect(byName.code).toBe(0);
      expect(byName.out).toContain('small');
      expect(byName.out).toContain('amount < 90');
      const { before, after, changes } = JSON.parse(byNumber.out) as { before: string; after: string; changes: { words: string }[] };
      expect([before, after]).toEqual(['stories 1', wider]);
      expect(byName.out).toBe(changes.map(({ words }) => `${words}\n`).join(''));
    });
  });
};
