import { managedSessionEvent } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { callId, replyOf, type HookedGate } from './a-hooked-gate.ts';

const bash = (command = 'rm -r /srv/old') => ({ id: callId('use'), type: 'agent.tool_use', name: 'bash', input: { command } });

/** Sessions of Claude Managed Agents that wait for a confirmation. */
export const webhooksOfManagedAgentsSuite = (world: () => HookedGate): void => {
  describe('a webhook of Claude Managed Agents', () => {
    it('asks once, whichever of its two events comes first, and page by page', async () => {
      const { claude, fromClaude } = world();
      const many = Array.from({ length: 30 }, () => bash());
      const sessionId = claude.pausedSession(many);
      const reply = replyOf(await fromClaude.deliver(managedSessionEvent('session.status_idled', sessionId)));
      expect(reply.requested).toHaveLength(30);
      expect(replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId))).known).toEqual(reply.requested);
      expect(replyOf(await fromClaude.deliver(managedSessionEvent('session.archived', sessionId)))).toMatchObject({ requested: [] });
    });

    it('resumes its session with what was decided, and asks again for what it waits for next', async () => {
      const { claude, fromClaude, until, approve } = world();
      const sessionId = claude.pausedSession([bash()]);
      const [id] = replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId))).requested;
      await approve(id!);
      await until(id!, 'RunResumed');
      expect(claude.applied.at(-1)).toMatchObject({ type: 'user.tool_confirmation', result: 'allow' });
      claude.askAgain(sessionId, [bash('rm -r /srv/older')]);
      const next = replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId)));
      expect(next.requested).toHaveLength(1);
      expect(next.requested).not.toContain(id);
    });

    it('whose session ended meanwhile leaves a recorded impossibility', async () => {
      const { claude, fromClaude, until, approve } = world();
      const sessionId = claude.pausedSession([bash()]);
      const [id] = replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId))).requested;
      claude.terminate(sessionId);
      await approve(id!);
      await until(id!, 'ResumeImpossible');
      expect(replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId)))).toMatchObject({
        requested: [],
        known: [],
      });
    });
  });
};
