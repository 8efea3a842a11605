import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTerminal, TERMINAL_TYPES, type ApprovalEvent, type RiskLevel, type TerminalData } from '@holdpoint/contracts';
import { evaluation, hashOf, noonPlus, ordinarily, person, refund, refundRequested, routeStep } from '@holdpoint/testing';
import { decide, evolve, initial, mayDecide, Refused, type ApprovalCommand, type ApprovalState, type Person } from './index.ts';

const DEADLINE_SEC = 3_600;
const PEOPLE = [
  person('ada', 'operator'),
  person('ben', 'operator'),
  person('cleo', 'senior'),
  person('olga', 'owner'),
  person('vera', 'viewer'),
  { ...person('dan', 'operator'), ownsAgent: true },
];
const AMOUNTS = [20, 245, 5_000] as const;

/** What may happen to a request next, seconds after noon; the state decides what it leads to. */
type Attempt = { at: number; make: (now: string) => ApprovalCommand };

const someone = fc.constantFrom(...PEOPLE);
const steps = fc.array(
  fc
    .record({ approveCount: fc.integer({ min: 1, max: 2 }), rejectCount: fc.integer({ min: 1, max: 2 }), excludeRequester: fc.boolean() })
    .map(routeStep),
  { minLength: 1, maxLength: 2 },
);
const said = fc
  .record({
    verdict: fc.constantFrom(
      'HUMAN_REVIEW' as const,
      'ESCALATE_SENIOR' as const,
      'LIKELY_REJECT' as const,
      'APPROVE_AUTOMATICALLY' as const,
    ),
    steps,
  })
  .map(evaluation);
const hash = fc.constantFrom(...AMOUNTS).map(amount => hashOf(refund(amount)));

type Make = Attempt['make'];
const person_ = (by: Person, now: string) => ({ ...ordinarily, by, channel: 'console' as const, now });
const make: fc.Arbitrary<Make> = fc.oneof(
  { weight: 2, arbitrary: said.map((evaluation): Make => now => ({ type: 'ApplyGate', ...ordinarily, evaluation, now })) },
  {
    weight: 6,
    arbitrary: fc.tuple(someone, fc.option(hash, { nil: undefined })).map(([by, shown]): Make => now => ({
      type: 'Approve',
      ...person_(by, now),
      ...(shown === undefined ? {} : { shownActionHash: shown }),
    })),
  },
  { weight: 2, arbitrary: someone.map((by): Make => now => ({ type: 'Reject', ...person_(by, now) })) },
  {
    weight: 3,
    arbitrary: fc.tuple(someone, fc.constantFrom(...AMOUNTS), said).map(([by, amount, evaluation]): Make => now => ({
      type: 'Modify',
      ...ordinarily,
      ...person_(by, now),
      action: refund(amount),
      actionHash: hashOf(refund(amount)),
      evaluation,
    })),
  },
  { weight: 1, arbitrary: someone.map((by): Make => now => ({ type: 'Claim', ...person_(by, now) })) },
  { weight: 1, arbitrary: someone.map((by): Make => now => ({ type: 'Release', ...person_(by, now) })) },
  { weight: 1, arbitrary: someone.map((by): Make => now => ({ type: 'EscalateNow', ...person_(by, now) })) },
  { weight: 1, arbitrary: someone.map((by): Make => now => ({ type: 'Comment', ...person_(by, now), text: 'hm' })) },
  {
    weight: 2,
    arbitrary: fc.constant<Make>(now => ({
      type: 'EscalateStep',
      ...ordinarily,
      now,
    })),
  },
  { weight: 1, arbitrary: fc.constant<Make>(now => ({ type: 'ExpireApproval', now })) },
  { weight: 1, arbitrary: fc.constant<Make>(now => ({ type: 'ReleaseExpiredClaim', now })) },
  { weight: 1, arbitrary: fc.constant<Make>(now => ({ type: 'Withdraw', by: { kind: 'agent', id: 'agt' }, now })) },
  {
    weight: 1,
    arbitrary: hash.map((actionHash): Make => now => ({ type: 'Consume', hold: null, actionHash, by: { kind: 'agent', id: 'agt' }, now })),
  },
  { weight: 1, arbitrary: hash.map((actionHash): Make => now => ({ type: 'ReportExecution', actionHash, outcome: 'succeeded', now })) },
);

/** Waits between attempts: mostly short, sometimes past a lease, an escalation or the deadline. */
const life = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) }, { weight: 1, arbitrary: fc.integer({ min: 250, max: 4_000 }) }),
    make,
  ),
  { minLength: 1, maxLength: 25 },
);

type Lived = {
  events: ApprovalEvent[];
  states: ApprovalState[];
  accepted: { command: ApprovalCommand; before: ApprovalState; events: ApprovalEvent[] }[];
};

const live = (attempts: readonly (readonly [number, Make])[], riskLevel: RiskLevel = 'medium'): Lived => {
  const lived: Lived = { events: [], states: [], accepted: [] };
  let state = initial;
  let at = 0;
  const attempt = (command: ApprovalCommand): void => {
    const events = tryTo(command, state);
    if (events instanceof Refused) return;
    lived.accepted.push({ command, before: state, events });
    lived.events.push(...events);
    state = events.reduce(evolve, state);
    lived.states.push(state);
  };
  attempt({ type: 'RequestApproval', requested: refundRequested({ riskLevel, expiresAt: noonPlus(DEADLINE_SEC) }) });
  for (const [wait, command] of attempts) {
    at += wait;
    attempt(command(noonPlus(at)));
  }
  return lived;
};

const tryTo = (command: ApprovalCommand, state: ApprovalState): ApprovalEvent[] | Refused => {
  try {
    return decide(command, state);
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
};

const endOf = (events: readonly ApprovalEvent[]): TerminalData | null => {
  const end = events.find(event => isTerminal(event.type));
  return end === undefined ? null : (end.data as TerminalData);
};

const RUNS = { numRuns: 2_000 };
const AFTER_THE_END = new Set(['ApprovalConsumed', 'ExecutionReported', 'DecisionRefused']);

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

  it('what is approved is the action as it was last shown', () => {
    fc.assert(
      fc.property(life, attempts => {
        for (const { command, before, events } of live(attempts).accepted) {
          const end = endOf(events);
          if (end === null || before.status === 'none') continue;
          if (!end.decision.approved) {
            expect(end.decision.binding.approvedActionHash).toBeNull();
            expect(end.private.approvedAction).toBeNull();
            continue;
          }
          const shown = command.type === 'Modify' ? command.actionHash : before.action.hash;
          expect(end.decision.binding.approvedActionHash).toBe(shown);
          expect(hashOf(end.private.approvedAction as NonNullable<typeof end.private.approvedAction>)).toBe(shown);
          if (command.type === 'Approve' && command.shownActionHash !== undefined) expect(command.shownActionHash).toBe(shown);
          if (command.type === 'Approve' && command.shownActionHash === undefined) expect(before.action.diff).toBeNull();
          expect(end.decision.decision).toBe(shown === before.requested.binding.actionHash ? 'approved' : 'modified');
        }
      }),
      RUNS,
    );
  });

  it('nobody decides from the deadline on', () => {
    fc.assert(
      fc.property(life, attempts => {
        const end = endOf(live(attempts).events);
        if (end === null || end.decision.by.kind === 'agent') return;
        const late = Date.parse(end.decision.decidedAt) >= Date.parse(noonPlus(DEADLINE_SEC));
        expect(end.decision.decision === 'expired').toBe(late);
      }),
      RUNS,
    );
  });

  it('every vote comes from somebody the step asks, and the last step has its distinct votes for the approved hash', () => {
    fc.assert(
      fc.property(life, attempts => {
        for (const { command, before, events } of live(attempts).accepted) {
          if (command.type !== 'Approve' && command.type !== 'Reject') continue;
          if (before.status !== 'review') throw new Error('voted outside a review');
          expect(mayDecide(command.by, before.open[0])).toBe(true);
          expect(before.open[0].step.excludeRequester && command.by.ownsAgent).toBe(false);
          const end = endOf(events);
          const last = end?.decision.steps.at(-1);
          if (command.type !== 'Approve' || last === undefined) continue;
          expect(new Set(last.by.map(({ id }) => id)).size).toBe(before.open[0].step.approveCount);
        }
      }),
      RUNS,
    );
  });

  it('an approval is spent at most once, for the approved hash', () => {
    fc.assert(
      fc.property(life, attempts => {
        const { events } = live(attempts);
        const spent = events.filter(event => event.type === 'ApprovalConsumed');
        expect(spent.length).toBeLessThanOrEqual(1);
        for (const { data } of spent) expect(data.actionHash).toBe(endOf(events)?.decision.binding.approvedActionHash);
      }),
      RUNS,
    );
  });

  it('the risk the agent claims changes nothing after the gate', () => {
    fc.assert(
      fc.property(life, attempts => {
        const high = live(attempts, 'critical').events.map(event => event.type);
        expect(live(attempts, 'low').events.map(event => event.type)).toEqual(high);
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
          const after = first.reduce(evolve, state);
          const again = tryTo(other(noonPlus(at)), after);
          if (again instanceof Refused) expect(again.code).toBe('already_decided');
          else expect(again).toEqual([]);
        }
      }),
      RUNS,
    );
  });
});

describe('the lives these properties are checked on', () => {
  it('reach every end there is', () => {
    const ends = new Set(
      fc.sample(life, { numRuns: 3_000, seed: 7 }).map(attempts => live(attempts).events.find(({ type }) => isTerminal(type))?.type),
    );
    for (const type of TERMINAL_TYPES) if (type !== 'ApprovalRejectedAutomatically') expect(ends).toContain(type);
  });
});
