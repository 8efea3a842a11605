import * as fc from 'fast-check';
import { escalationPolicy, isTerminal, type ApprovalEvent, type Approvers, type RiskLevel, type TerminalData } from '@holdpoint/contracts';
import { evaluation, hashOf, noonPlus, person, refund, refundRequested, routeStep } from '@holdpoint/testing';
import { decide, evolve, initial, Refused, type ApprovalCommand, type ApprovalState, type AskedPeople, type Person } from './index.ts';

/** Random lives of one request: commands of people, rules, timers and the agent, at random instants. */

export const DEADLINE_SEC = 3_600;
/** The agent's own deadline: nothing may wait longer. */
export const UPSTREAM_SEC = 7_200;
export const OWNER = 'opr_dan';
const known = (someone: Person, teams: string[] = []): Person => ({ ...someone, teams, agentOwnerId: OWNER });
export const PEOPLE: readonly Person[] = [
  known(person('ada', 'operator'), ['desk']),
  known(person('ben', 'operator'), ['desk']),
  known(person('cleo', 'senior')),
  known(person('olga', 'owner')),
  known(person('vera', 'viewer')),
  known({ ...person('dan', 'operator'), ownsAgent: true }, ['desk']),
];
const AMOUNTS = [20, 245, 5_000] as const;

/** Roles and teams as they are; Ben is away and Vera stands in for him. */
export const people: AskedPeople = ({ roles, teams = [], operators }) => {
  const asked = PEOPLE.filter(
    ({ id, roles: held, teams: mine }) =>
      operators.includes(id) || roles.some(role => held.includes(role)) || teams.some(team => mine.includes(team)),
  ).map(({ id }) => id);
  const away = asked.includes('opr_ben') && teams.includes('desk');
  return away
    ? { operators: [...asked.filter(id => id !== 'opr_ben'), 'opr_vera'], standIns: [{ from: 'opr_ben', to: 'opr_vera' }] }
    : { operators: asked, standIns: [] };
};

export type Make = (now: string) => ApprovalCommand;
const someone = fc.constantFrom(...PEOPLE);
const solo = fc.constantFrom(false, false, false, true);
const hold = fc.constantFrom(null, null, null, { reason: 'drill', by: 'opr_olga', at: noonPlus(0) });
const steps = fc.array(
  fc
    .record({
      name: fc.constantFrom('desk', 'finance'),
      approvers: fc.constantFrom<Approvers[]>(
        { roles: ['operator', 'senior', 'owner'], operators: [] },
        { roles: [], teams: ['desk'], operators: [] },
        { roles: ['senior'], operators: ['opr_ada'] },
      ),
      approveCount: fc.integer({ min: 1, max: 2 }),
      approvePercent: fc.constantFrom<(number | undefined)[]>(undefined, undefined, 50, 100),
      rejectCount: fc.integer({ min: 1, max: 2 }),
      excludeRequester: fc.boolean(),
      excludePreviousApprovers: fc.constantFrom<(boolean | undefined)[]>(undefined, undefined, true, false),
    })
    .map(({ approvePercent, excludePreviousApprovers, ...step }) =>
      routeStep({
        ...step,
        ...(approvePercent === undefined ? {} : { approvePercent }),
        ...(excludePreviousApprovers === undefined ? {} : { excludePreviousApprovers }),
      }),
    ),
  { minLength: 1, maxLength: 3 },
);
const ladder = fc
  .record({
    onExhausted: fc.constantFrom('reject', 'expire', 'hold', 'approveLowRisk'),
    strategy: fc.constantFrom('all', 'roundRobin', 'leastLoaded', 'nextInRotation'),
    condition: fc.constantFrom('unclaimed', 'undecided'),
  })
  .map(({ onExhausted, strategy, condition }) =>
    escalationPolicy.parse({
      id: 'nights',
      levels: [
        { afterSec: 200, if: condition, targets: { roles: [], teams: ['desk'] }, strategy },
        { afterSec: 200, if: condition, targets: { roles: ['owner'] } },
      ],
      claimTimeoutSec: 120,
      exhaustedAfterSec: 200,
      onExhausted,
    }),
  );
const said = fc
  .record({
    verdict: fc.constantFrom(
      'HUMAN_REVIEW' as const,
      'HUMAN_REVIEW' as const,
      'ESCALATE_SENIOR' as const,
      'LIKELY_REJECT' as const,
      'APPROVE_AUTOMATICALLY' as const,
    ),
    steps,
    parallel: fc.boolean(),
    ladder: fc.option(ladder),
    keepApprovalsOnEdit: fc.boolean(),
    questionsPauseDeadline: fc.boolean(),
    sampled: fc.boolean(),
    rule: fc.constantFrom('one', 'two'),
  })
  .map(({ parallel, ladder: document, rule, ...options }) =>
    evaluation({
      ...options,
      policy: { id: 'default', version: 1, rule },
      route: { ...(parallel ? { order: 'parallel' } : {}), ...(document === null ? {} : { escalation: { version: 1, document } }) },
    }),
  );
const hash = fc.constantFrom(...AMOUNTS).map(amount => hashOf(refund(amount)));
const observed = fc.constantFrom([], [], [], [{ name: 'balance', value: 9 }], [{ name: 'balance', value: 10 }]);
const questionId = fc.constantFrom('q1', 'q2');
const agent = { kind: 'agent', id: 'agt' } as const;
const on = (by: Person, now: string) => ({ by, channel: 'console' as const, now });
const inSec = (now: string, seconds: number) => new Date(Date.parse(now) + seconds * 1_000).toISOString();
const optional = <Name extends string, T>(name: Name, value: T | undefined) =>
  value === undefined ? {} : ({ [name]: value } as Record<Name, T>);
const step = fc.constantFrom(undefined, undefined, 0, 1);

const kind = (weight: number, arbitrary: fc.Arbitrary<Make>) => ({ weight, arbitrary });
export const make: fc.Arbitrary<Make> = fc.oneof(
  kind(
    3,
    fc.tuple(said, solo, hold).map(([evaluation, solo, hold]): Make => now => ({ type: 'ApplyGate', evaluation, people, solo, hold, now })),
  ),
  kind(
    9,
    fc
      .tuple(someone, fc.option(hash, { nil: undefined }), solo, hold, observed, step)
      .map(([by, shown, solo, hold, observed, step]): Make => now => ({
        type: 'Approve',
        ...on(by, now),
        people,
        solo,
        hold,
        observed,
        ...optional('shownActionHash', shown),
        ...optional('step', step),
      })),
  ),
  kind(
    2,
    fc.tuple(someone, solo).map(([by, solo]): Make => now => ({ type: 'Reject', ...on(by, now), solo })),
  ),
  kind(
    3,
    fc.tuple(someone, fc.constantFrom(...AMOUNTS), said, solo, hold).map(([by, amount, evaluation, solo, hold]): Make => now => ({
      type: 'Modify',
      ...on(by, now),
      people,
      solo,
      hold,
      action: refund(amount),
      actionHash: hashOf(refund(amount)),
      evaluation,
    })),
  ),
  kind(
    3,
    fc.tuple(someone, someone, solo).map(([by, to, solo]): Make => now => ({ type: 'Delegate', ...on(by, now), to, solo })),
  ),
  kind(
    2,
    fc.tuple(someone, someone, solo).map(([by, to, solo]): Make => now => ({ type: 'Reassign', ...on(by, now), to: [to], solo })),
  ),
  kind(
    1,
    fc.tuple(someone, solo).map(([by, solo]): Make => now => ({ type: 'Claim', ...on(by, now), solo })),
  ),
  kind(
    1,
    someone.map((by): Make => now => ({ type: 'Release', ...on(by, now) })),
  ),
  kind(
    1,
    someone.map((by): Make => now => ({ type: 'EscalateNow', ...on(by, now), people })),
  ),
  kind(
    1,
    fc.tuple(someone, fc.constantFrom('hm', ' ')).map(([by, text]): Make => now => ({ type: 'Comment', ...on(by, now), text })),
  ),
  kind(
    1,
    fc.tuple(someone, questionId).map(([by, questionId]): Make => now => ({ type: 'Ask', ...on(by, now), questionId, text: 'why?' })),
  ),
  kind(
    1,
    questionId.map((questionId): Make => now => ({ type: 'Answer', questionId, text: 'so', by: agent, now })),
  ),
  kind(
    1,
    fc
      .tuple(someone, fc.integer({ min: 0, max: 8_000 }))
      .map(([by, sec]): Make => now => ({ type: 'Extend', ...on(by, now), until: inSec(now, sec) })),
  ),
  kind(
    1,
    fc
      .tuple(someone, fc.integer({ min: 0, max: 900 }))
      .map(([by, sec]): Make => now => ({ type: 'Snooze', ...on(by, now), until: inSec(now, sec) })),
  ),
  kind(
    1,
    fc.tuple(someone, solo, hold).map(([by, solo, hold]): Make => now => ({ type: 'Bypass', ...on(by, now), solo, hold, reason: 'fire' })),
  ),
  kind(
    1,
    fc.tuple(someone, solo).map(([by, solo]): Make => now => ({ type: 'Review', ...on(by, now), solo, agreed: true })),
  ),
  kind(
    3,
    fc.tuple(hold).map(([hold]): Make => now => ({ type: 'EscalateStep', people, hold, now })),
  ),
  kind(
    1,
    fc.constant<Make>(now => ({ type: 'ExpireApproval', now })),
  ),
  kind(
    1,
    fc.constant<Make>(now => ({ type: 'ReleaseExpiredClaim', now })),
  ),
  kind(
    1,
    fc.constant<Make>(now => ({ type: 'Withdraw', by: agent, now })),
  ),
  kind(
    1,
    fc.constant<Make>(now => ({ type: 'Revise', by: agent, revisedBy: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa', now })),
  ),
  kind(
    1,
    fc
      .tuple(hash, hold, observed)
      .map(([actionHash, hold, observed]): Make => now => ({ type: 'Consume', actionHash, by: agent, hold, observed, now })),
  ),
  kind(
    1,
    hash.map((actionHash): Make => now => ({ type: 'ReportExecution', actionHash, outcome: 'succeeded', now })),
  ),
  kind(
    1,
    someone.map((by): Make => now => ({ type: 'PlaceHold', ...on(by, now), reason: 'case' })),
  ),
  kind(
    1,
    someone.map((by): Make => now => ({ type: 'ReleaseHold', ...on(by, now), reason: 'closed' })),
  ),
  kind(
    1,
    someone.map((by): Make => now => ({ type: 'EraseApproval', ground: 'request', ...on(by, now), reason: 'asked' })),
  ),
  kind(
    1,
    fc
      .integer({ min: 0, max: 600 })
      .map((sec): Make => now => ({ type: 'EraseApproval', ground: 'retention', reason: 'over', endedBefore: inSec(now, -sec), now })),
  ),
);

/** Waits between attempts: mostly short, sometimes past a lease, a rung or the deadline. */
const attempts = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) }, { weight: 2, arbitrary: fc.integer({ min: 150, max: 4_000 }) }),
    make,
  ),
  { minLength: 1, maxLength: 25 },
);
/** Most lives begin with the gate: before it, nothing much can happen. */
export const life = fc
  .tuple(fc.option(said, { freq: 6 }), attempts)
  .map(([evaluation, rest]): (readonly [number, Make])[] =>
    evaluation === null ? rest : [[1, now => ({ type: 'ApplyGate', evaluation, people, solo: false, hold: null, now })], ...rest],
  );

export type Accepted = { command: ApprovalCommand; before: ApprovalState; events: ApprovalEvent[]; after: ApprovalState };
export type Lived = { events: ApprovalEvent[]; states: ApprovalState[]; accepted: Accepted[] };

/** Carries the attempts out in order; what is refused leaves no trace. */
export const live = (attempts: readonly (readonly [number, Make])[], riskLevel: RiskLevel = 'medium'): Lived => {
  const lived: Lived = { events: [], states: [], accepted: [] };
  let state = initial;
  let at = 0;
  const attempt = (command: ApprovalCommand): void => {
    const events = tryTo(command, state);
    if (events instanceof Refused) return;
    const after = events.reduce(evolve, state);
    lived.accepted.push({ command, before: state, events, after });
    lived.events.push(...events);
    lived.states.push(after);
    state = after;
  };
  const requested = refundRequested({
    riskLevel,
    expiresAt: noonPlus(DEADLINE_SEC),
    upstreamExpiresAt: noonPlus(UPSTREAM_SEC),
    private: { preconditions: [{ name: 'balance', value: 10 }] },
  });
  attempt({ type: 'RequestApproval', requested });
  for (const [wait, command] of attempts) {
    at += wait;
    attempt(command(noonPlus(at)));
  }
  return lived;
};

export const tryTo = (command: ApprovalCommand, state: ApprovalState): ApprovalEvent[] | Refused => {
  try {
    return decide(command, state);
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
};

export const endOf = (events: readonly ApprovalEvent[]): TerminalData | null => {
  const end = events.find(event => isTerminal(event.type));
  return end === undefined ? null : (end.data as TerminalData);
};
