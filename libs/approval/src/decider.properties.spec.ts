import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTerminal, SENIOR_ROLES, TERMINAL_TYPES, type ApprovalEvent, type DecidedBy, type EventData } from '@holdpoint/contracts';
import { hashOf, noonPlus } from '@holdpoint/testing';
import { evolve, initial, mayDecide, Refused } from './index.ts';
import { endOf, life, live, make, OWNER, tryTo, UPSTREAM_SEC, type Accepted } from './lives.fixture.ts';

const RUNS = { numRuns: 2_000 };
const AFTER_THE_END = new Set([
  'ApprovalConsumed',
  'ApprovalVoided',
  'ExecutionReported',
  'DecisionRefused',
  'AfterReviewOpened',
  'AfterReviewed',
  'LegalHoldPlaced',
  'LegalHoldReleased',
  'ErasureOrdered',
]);

/** Holds for every accepted command of random lives. */
const always = (holds: (accepted: Accepted, all: readonly Accepted[]) => void, runs = RUNS): void =>
  fc.assert(
    fc.property(life, attempts => {
      const { accepted } = live(attempts);
      for (const one of accepted) holds(one, accepted);
    }),
    runs,
  );
const votesIn = (events: readonly ApprovalEvent[]): EventData<'StepApproved'>[] =>
  events.flatMap(event => (event.type === 'StepApproved' ? [event.data] : []));
/** Votes for the action as it was granted, that no edit and no change of the world took back. */
const standingVotes = (all: readonly Accepted[], until: Accepted): EventData<'StepApproved'>[] => {
  const events = all.slice(0, all.indexOf(until) + 1).flatMap(({ events }) => events);
  const reset = events.findLastIndex(
    event => (event.type === 'ActionModified' && !event.data.approvalsKept) || event.type === 'PreconditionsChanged',
  );
  return votesIn(events.slice(reset + 1));
};

describe('whatever people, rules, timers and agents do', () => {
  it('an approval ends at most once, and nothing is decided after the end', () => {
    fc.assert(
      fc.property(life, attempts => {
        const types = live(attempts).events.map(event => event.type);
        const end = types.findIndex(isTerminal);
        if (end !== -1) for (const type of types.slice(end + 1)) expect(AFTER_THE_END).toContain(type);
      }),
      RUNS,
    );
  });

  it('nothing is written about what is to be erased, and it is erased only after its end, in time, by those who may, and on no hold', () => {
    let erased = 0;
    always(({ command, before, events }, all) => {
      const order = events.find(({ type }) => type === 'ErasureOrdered');
      if (order === undefined) return;
      erased += 1;
      expect(events).toEqual([order]);
      const later = all.slice(all.findIndex(one => one.events === events) + 1);
      expect(later.flatMap(one => one.events)).toEqual([]);
      if (before.status !== 'closed' || command.type !== 'EraseApproval') throw new Error('it was not closed');
      expect(before.legalHold).toBeNull();
      if (command.ground === 'request') expect(command.by.roles).toContain('owner');
      else expect(before.end.decision.decidedAt < command.endedBefore).toBe(true);
    });
    expect(erased).toBeGreaterThan(20);
  });

  it('what is approved is the action as it was last shown', () => {
    always(({ command, before, events }) => {
      const end = endOf(events);
      if (end === null || before.status === 'none') return;
      if (!end.decision.approved) {
        expect(end.decision.binding.approvedActionHash).toBeNull();
        expect(end.private.approvedAction).toBeNull();
        return;
      }
      const shown = command.type === 'Modify' ? command.actionHash : before.action.hash;
      expect(end.decision.binding.approvedActionHash).toBe(shown);
      expect(hashOf(end.private.approvedAction as NonNullable<typeof end.private.approvedAction>)).toBe(shown);
      if (command.type === 'Approve' && command.shownActionHash !== undefined) expect(command.shownActionHash).toBe(shown);
      if (command.type === 'Approve' && command.shownActionHash === undefined) expect(before.action.diff).toBeNull();
      expect(end.decision.decision).toBe(shown === before.requested.binding.actionHash ? 'approved' : 'modified');
    });
  });

  it('nobody decides from the deadline on, whatever moved it, and nothing moves it past the agent’s own', () => {
    always(({ before, events, after }) => {
      const end = endOf(events);
      if (before.status === 'none') return;
      if (after.status !== 'none') expect(Date.parse(after.expiresAt)).toBeLessThanOrEqual(Date.parse(noonPlus(UPSTREAM_SEC)));
      if (end === null || end.decision.by.kind === 'agent') return;
      expect(end.decision.decision === 'expired').toBe(Date.parse(end.decision.decidedAt) >= Date.parse(before.expiresAt));
    });
  });

  it('every vote comes from somebody its step asks, in person or in a place', () => {
    always(({ command, before, events }) => {
      if (command.type !== 'Approve' && command.type !== 'Reject') return;
      if (before.status !== 'review') throw new Error('voted outside a review');
      const voted = events.find(event => event.type === 'StepApproved' || event.type === 'StepRejected');
      if (voted === undefined) return expect(events[0]?.type).toBe('PreconditionsChanged');
      const open = before.open.find(({ step }) => step.index === (voted.data as { stepIndex: number }).stepIndex);
      expect(open !== undefined && mayDecide(command.by, open)).toBe(true);
    });
  });

  it('no step is satisfied by fewer distinct people than it asks for, whoever they stand in for', () => {
    always((accepted, all) => {
      const end = endOf(accepted.events);
      if (end === null || !end.decision.approved || end.decision.by.kind !== 'operator' || end.decision.reasonCode === 'bypass') return;
      const votes = standingVotes(all, accepted);
      const opened = all.flatMap(({ events }) => events).flatMap(event => (event.type === 'ReviewStepOpened' ? [event.data.step] : []));
      for (const [index, ofStep] of Map.groupBy(votes, ({ stepIndex }) => stepIndex)) {
        const people = ofStep.flatMap(({ by, onBehalfOf }) => (onBehalfOf === undefined ? [by.id] : [by.id, onBehalfOf.id]));
        expect(new Set(people).size).toBe(people.length);
        expect(opened.some(step => step.index === index)).toBe(true);
      }
      for (const outcome of end.decision.steps.filter(({ outcome }) => outcome === 'approved')) {
        const ids = outcome.by.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBeGreaterThan(0);
      }
      expect(end.decision.steps.filter(({ outcome }) => outcome === 'open')).toEqual([]);
    });
  });

  it('a step that is left open has fewer votes than it needs, and one that is granted has them', () => {
    always(({ command, before, events, after }) => {
      if (after.status === 'review') {
        const waiting = after.open.filter(({ step, approvals }) => approvals.length < step.approveCount);
        expect(waiting.length).toBeGreaterThan(0);
        for (const { step, rejections } of after.open) expect(rejections.length).toBeLessThan(step.rejectCount);
      }
      if (command.type !== 'Approve' || before.status !== 'review' || endOf(events) === null) return;
      const now = before.open.map(
        ({ step, approvals }) =>
          approvals.length + votesIn(events).filter(vote => vote.stepIndex === step.index).length - step.approveCount,
      );
      expect(now.every(over => over === 0)).toBe(true);
    });
  });

  it('nobody’s vote is used twice on one action in steps that want different people', () => {
    always(({ after }) => {
      if (after.status !== 'review') return;
      for (const { step } of after.open) {
        const used = after.voters
          .filter(({ stepIndex }) => stepIndex === step.index)
          .flatMap(({ id, right }) => (id === right ? [id] : [id, right]));
        expect(new Set(used).size).toBe(used.length);
      }
    });
  });

  it('the requester approves nothing that bars it, in nobody’s place, unless the organisation runs in solo mode', () => {
    always(({ command, before, events, after }) => {
      const isOwner = (by: DecidedBy | undefined): boolean => by?.id === OWNER;
      for (const vote of votesIn(events)) {
        if (!isOwner(vote.by) && !isOwner(vote.onBehalfOf)) continue;
        const known = [...(before.status === 'review' ? before.open : []), ...(after.status === 'review' ? after.open : [])];
        const barred = known.find(({ step }) => step.index === vote.stepIndex)?.step.excludeRequester === true;
        const allowed = 'solo' in command && command.solo;
        if (command.type === 'Approve' && barred) expect(allowed && vote.solo === true).toBe(true);
        if (vote.solo) expect(allowed).toBe(true);
      }
      if (command.type === 'Bypass') expect(isOwner(endOf(events)?.decision.by) && !command.solo).toBe(false);
    });
  });

  it('what the gate wants a senior for is let through by a senior, whatever was edited', () => {
    always(({ events, before, command }) => {
      const end = endOf(events);
      if (end === null || !end.decision.approved || end.decision.by.kind !== 'operator' || before.status !== 'review') return;
      const gate = events.findLast(event => event.type === 'GateEvaluated')?.data.verdict ?? before.gate.verdict;
      if (gate === 'ESCALATE_SENIOR') expect(SENIOR_ROLES).toContain(end.decision.by.role);
      const policy = command.type === 'Modify' ? command.evaluation.policy : before.gate.policy;
      expect(end.decision.policy).toEqual(policy);
    });
  });

  it('an edit is never granted before the gate has spoken about it', () => {
    always(({ events }) => {
      const edit = events.findIndex(({ type }) => type === 'ActionModified');
      if (edit !== -1) expect(events[edit + 1]?.type).toBe('GateEvaluated');
    });
  });

  it('a kill switch lets nothing run', () => {
    always(({ command, events }) => {
      if (!('hold' in command) || command.hold === null) return;
      expect(endOf(events)?.decision.approved ?? false).toBe(false);
      expect(events.map(({ type }) => type)).not.toContain('ApprovalConsumed');
    });
  });

  it('an approval is spent at most once, for the approved hash, and never after it fell', () => {
    fc.assert(
      fc.property(life, attempts => {
        const { events } = live(attempts);
        const spent = events.filter(event => event.type === 'ApprovalConsumed');
        expect(spent.length).toBeLessThanOrEqual(1);
        for (const { data } of spent) expect(data.actionHash).toBe(endOf(events)?.decision.binding.approvedActionHash);
        const types = events.map(({ type }) => type);
        if (types.includes('ApprovalVoided')) expect(types).not.toContain('ApprovalConsumed');
      }),
      RUNS,
    );
  });

  it('the same commands yield the same events, and the events alone yield the same state', () => {
    fc.assert(
      fc.property(life, attempts => {
        const { events, states } = live(attempts);
        expect(live(attempts).events).toEqual(events);
        expect(events.reduce(evolve, initial)).toEqual(states.at(-1));
      }),
      { numRuns: 500 },
    );
  });

  it('the risk the agent claims changes nothing after the gate, but for what the ladder lets pass when it is over', () => {
    fc.assert(
      fc.property(life, attempts => {
        const types = (risk: 'critical' | 'low') => live(attempts, risk).events.map(event => event.type);
        const low = live(attempts, 'low').events;
        if (low.some(event => event.type === 'EscalationExhausted' && event.data.action === 'approveLowRisk')) return;
        if (low.some(event => event.type === 'EscalationExhausted' && event.data.action === 'hold')) return;
        expect(types('low')).toEqual(types('critical'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('two commands that race for one revision', () => {
  it('have one winner: the other is refused or has nothing left to do', () => {
    fc.assert(
      fc.property(life, make, make, fc.integer({ min: 0, max: 4_000 }), (attempts, one, other, at) => {
        const { states } = live(attempts);
        for (const state of states.slice(-3)) {
          const first = tryTo(one(noonPlus(at)), state);
          const second = tryTo(other(noonPlus(at)), state);
          if (first instanceof Refused || second instanceof Refused || endOf(first) === null || endOf(second) === null) continue;
          // Both would end it from the same revision. Whichever is appended first, the other decides again on the new state.
          const again = tryTo(other(noonPlus(at)), first.reduce(evolve, state));
          if (again instanceof Refused) expect(again.code).toBe('already_decided');
          else expect(again).toEqual([]);
        }
      }),
      RUNS,
    );
  });
});

describe('the lives these properties are checked on', () => {
  it('reach every end there is, and every event people, timers and agents can bring about', () => {
    const seen = new Set(fc.sample(life, { numRuns: 3_000, seed: 7 }).flatMap(attempts => live(attempts).events.map(({ type }) => type)));
    for (const type of TERMINAL_TYPES) if (type !== 'ApprovalRejectedAutomatically') expect(seen).toContain(type);
    for (const type of [
      'ApprovalDelegated',
      'ReviewerAssigned',
      'EscalationExhausted',
      'PreconditionsChanged',
      'ApprovalVoided',
      'QuestionAnswered',
      'DeadlineChanged',
      'AfterReviewed',
      'GateBypassed',
    ])
      expect(seen).toContain(type);
  });
});
