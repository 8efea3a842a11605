import { describe, expect, it } from 'vitest';
import { escalationPolicy, type Approvers, type EscalationPolicy, type RiskLevel } from '@holdpoint/contracts';
import {
  evaluation,
  givenAfter,
  noonPlus,
  ordinarily,
  person,
  refundRequested,
  routeStep,
  type EvaluationOptions,
} from '@holdpoint/testing';
import type { ApplyGate, ApprovalCommand, AskedPeople, EscalateStep, Person } from './index.ts';

type Levels = Parameters<typeof escalationPolicy.parse>[0] extends infer T ? T : never;
const policy = (more: object): EscalationPolicy => escalationPolicy.parse({ id: 'nights', levels: [], ...more } as Levels);
const team = (name: string): Approvers => ({ roles: [], teams: [name], operators: [] });
/** Teams and who is in them; whoever else is asked is there too. */
const teams =
  (members: Record<string, string[]>): AskedPeople =>
  ({ teams: names = [], roles, operators }) => ({
    operators: [...names.flatMap(name => members[name] ?? []), ...operators, ...(roles.length > 0 ? ['opr_ada', 'opr_ben'] : [])],
    standIns: [],
  });
const people = teams({ leads: ['opr_lea', 'opr_leo'], heads: ['opr_hana'], nobody: [] });

const twoLevels = policy({
  levels: [
    { afterSec: 300, targets: team('leads') },
    { afterSec: 600, targets: team('heads'), importance: 'important', channels: ['sms'] },
  ],
  claimTimeoutSec: 120,
  exhaustedAfterSec: 300,
  onExhausted: 'reject',
});
const asked = (riskLevel: RiskLevel = 'medium', more: object = {}): ApprovalCommand => ({
  type: 'RequestApproval',
  requested: refundRequested({ riskLevel, ...more }),
});
const gate = (document: EscalationPolicy, options: EvaluationOptions = {}): ApplyGate => ({
  type: 'ApplyGate',
  ...ordinarily,
  people,
  evaluation: evaluation({
    steps: [routeStep({ approvers: { roles: ['operator'], operators: [] } })],
    ...options,
    route: { escalation: { version: 3, document }, ...options.route },
  }),
  now: noonPlus(0),
});
const timer = (at: number, more: Partial<EscalateStep> = {}): EscalateStep => ({
  type: 'EscalateStep',
  people,
  hold: null,
  now: noonPlus(at),
  ...more,
});
const on = (by: Person, at: number) => ({ ...ordinarily, people, by, channel: 'console' as const, now: noonPlus(at) });
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const lea = person('lea');

describe('the ladder of a step', () => {
  it('is worked out when the step opens, with the version it is a copy of', () => {
    givenAfter(asked())
      .when(gate(twoLevels))
      .thenEvents('GateEvaluated', {
        type: 'ReviewStepOpened',
        data: {
          escalateAt: noonPlus(300),
          step: {
            escalation: {
              policy: { id: 'nights', version: 3 },
              timetable: [
                { level: 1, round: 0, at: noonPlus(300) },
                { level: 2, round: 0, at: noonPlus(900) },
              ],
              exhaustedAt: noonPlus(1_200),
              onExhausted: 'reject',
            },
          },
        },
      });
  });

  it('asks each rung at its time, and its people may decide from then on', () => {
    const first = givenAfter(asked(), gate(twoLevels), timer(300));
    expect(first.events.at(-1)).toMatchObject({
      type: 'ApprovalEscalated',
      data: { level: 1, round: 0, strategy: 'all', importance: 'default', assigned: ['opr_lea', 'opr_leo'], escalateAt: noonPlus(900) },
    });
    first.when({ type: 'Approve', ...on(lea, 310) }).thenEvents('StepApproved', 'ApprovalGranted');
    first.when({ type: 'Approve', ...on({ ...person('new'), teams: ['leads'] }, 310) }).thenEvents('StepApproved', 'ApprovalGranted');
    first.when({ type: 'Approve', ...on({ ...person('hana'), teams: ['heads'] }, 310) }).thenRefused('not_eligible', 'team leads');
    first.when(timer(900)).thenEvents({
      type: 'ApprovalEscalated',
      data: { level: 2, importance: 'important', channels: ['sms'], escalateAt: noonPlus(1_200) },
    });
    first.when(timer(899)).thenNothing();
    first.when(timer(301)).thenNothing();
  });

  it('asks one rung after the other when the timers come late', () => {
    givenAfter(asked(), gate(twoLevels), timer(1_000))
      .when(timer(1_001))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 2 } });
  });

  it('goes on for the next step of the route, worked out from when it opens', () => {
    const steps = [routeStep({ name: 'first' }), routeStep({ name: 'second' })];
    givenAfter(asked(), gate(twoLevels, { steps }))
      .when({ type: 'Approve', ...on(ada, 100) })
      .thenEvents('StepApproved', {
        type: 'ReviewStepOpened',
        data: {
          step: { name: 'second', escalation: { policy: { id: 'nights', version: 3 }, exhaustedAt: noonPlus(1_300) } },
          escalateAt: noonPlus(400),
        },
      });
  });

  it('of its own, of the policy, names no other policy', () => {
    givenAfter(asked())
      .when(gate(twoLevels, { route: { escalation: { version: null, document: twoLevels } } }))
      .thenEvents('GateEvaluated', { type: 'ReviewStepOpened', data: { step: { escalation: { policy: null } } } });
  });
});

describe('a rung on which nobody stands', () => {
  const gap = policy({
    levels: [
      { afterSec: 300, targets: team('nobody') },
      { afterSec: 600, targets: team('heads') },
    ],
  });

  it('is passed over at once, and that is recorded', () => {
    givenAfter(asked(), gate(gap))
      .when(timer(300))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 2, skipped: [1], assigned: ['opr_hana'], escalateAt: noonPlus(1_200) } });
  });

  it('is recorded too when none follows, so that somebody hears of it', () => {
    const empty = policy({ levels: [{ afterSec: 300, targets: team('nobody') }], onExhausted: 'expire' });
    givenAfter(asked(), gate(empty))
      .when(timer(300))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 1, skipped: [1], assigned: [], escalateAt: noonPlus(600) } });
  });

  it('counts as empty when those on it have voted, or are the requester', () => {
    const voted = gate(
      policy({
        levels: [
          { afterSec: 300, targets: { roles: [], operators: ['opr_ada'] } },
          { afterSec: 1, targets: team('heads') },
        ],
      }),
      {
        steps: [routeStep({ approveCount: 2 })],
      },
    );
    givenAfter(asked(), voted, { type: 'Approve', ...on(ada, 10) })
      .when(timer(300))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 2, skipped: [1] } });
    const barred = gate(twoLevels, { steps: [routeStep({ excludeRequester: true })] });
    givenAfter(asked('medium', { private: { principal: { id: 'opr_lea' } } }), barred)
      .when(timer(300))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 1, assigned: ['opr_leo'] } });
  });

  it('asks the ladder at once when nobody stands on the step itself', () => {
    const nobody = gate(gap, { steps: [routeStep({ approvers: team('nobody') })] });
    givenAfter(asked())
      .when(nobody)
      .thenEvents('GateEvaluated', 'ReviewStepOpened', {
        type: 'ApprovalEscalated',
        data: { reason: 'empty', level: 2, skipped: [1], by: null },
      });
    const whollyEmpty = gate(policy({ levels: [{ afterSec: 300, targets: team('nobody') }] }), {
      steps: [routeStep({ approvers: team('nobody') })],
    });
    givenAfter(asked())
      .when(whollyEmpty)
      .thenEvents({ type: 'GateEvaluated', data: { reachable: { ok: false } } }, 'ReviewStepOpened');
  });
});

describe('a rung that alerts one of its people', () => {
  const rung = (strategy: string, more: object = {}) =>
    givenAfter(asked(), gate(policy({ levels: [1, 2].map(() => ({ afterSec: 300, targets: team('three'), strategy })) }))).when(
      timer(300, { people: teams({ three: ['opr_c', 'opr_a', 'opr_b'] }), ...more }),
    );
  const chosen = (...assigned: string[]) => ({ type: 'ApprovalEscalated' as const, data: { assigned } });

  it('takes turns: the one after whoever was last, in a circle', () => {
    const after = (last: string | null) => rung('roundRobin', { rotation: { lastOf: () => last, openCount: () => 0 } });
    after(null).thenEvents(chosen('opr_a'));
    after('opr_a').thenEvents(chosen('opr_b'));
    after('opr_c').thenEvents(chosen('opr_a'));
    after('opr_bb').thenEvents(chosen('opr_c'));
    rung('roundRobin').thenEvents(chosen('opr_a'));
  });

  it('names the others who stand on it, so that they find it too', () => {
    rung('roundRobin').thenEvents({ type: 'ApprovalEscalated', data: { assigned: ['opr_a'], others: ['opr_b', 'opr_c'] } });
    expect(rung('all').thenEvents('ApprovalEscalated').events.at(-1)?.data).not.toHaveProperty('others');
  });

  it('takes whoever has least to do, the first of equals', () => {
    const load: Record<string, number> = { opr_a: 2, opr_b: 1, opr_c: 1 };
    rung('leastLoaded', { rotation: { lastOf: () => null, openCount: (id: string) => load[id] ?? 0 } }).thenEvents(chosen('opr_b'));
    rung('leastLoaded').thenEvents(chosen('opr_a'));
  });

  it('takes the next one who was not asked before', () => {
    const { state } = rung('nextInRotation').thenEvents(chosen('opr_a'));
    expect(state).toMatchObject({ open: [{ assigned: ['opr_a'] }] });
    const threeRungs = gate(policy({ levels: [1, 2, 3].map(() => ({ afterSec: 10, targets: team('two'), strategy: 'nextInRotation' })) }));
    const two = { people: teams({ two: ['opr_a', 'opr_b'] }) };
    const later = givenAfter(asked(), threeRungs, timer(10, two), timer(20, two));
    expect(later.events.at(-1)).toMatchObject(chosen('opr_b'));
    later.when(timer(30, two)).thenEvents(chosen('opr_a'));
  });
});

describe('a rung of a step that only seniors decide', () => {
  const seniors: AskedPeople = (approvers, seniorOnly = false) => {
    const all = teams({ leads: ['opr_lea', 'opr_leo'], heads: ['opr_hana'] })(approvers);
    return seniorOnly ? { operators: all.operators.filter(id => id === 'opr_leo' || id === 'opr_ada'), standIns: [] } : all;
  };
  const senior = (document: EscalationPolicy) => ({ ...gate(document, { verdict: 'ESCALATE_SENIOR' }), people: seniors });

  it('alerts the seniors on it, and nobody else is said to stand on it', () => {
    const rung = (strategy: string) => policy({ levels: [{ afterSec: 300, targets: team('leads'), strategy }] });
    for (const strategy of ['all', 'roundRobin']) {
      const opened = givenAfter(asked(), senior(rung(strategy)));
      const escalated = opened
        .when(timer(300, { people: seniors }))
        .thenEvents('ApprovalEscalated')
        .events.at(-1);
      expect(escalated).toMatchObject({ type: 'ApprovalEscalated', data: { assigned: ['opr_leo'], seniorOnly: true } });
      expect(escalated?.data).not.toHaveProperty('others');
    }
  });

  it('is passed over where no senior stands on it', () => {
    const document = policy({ levels: ['heads', 'leads'].map(name => ({ afterSec: 300, targets: team(name) })) });
    givenAfter(asked(), senior(document))
      .when(timer(300, { people: seniors }))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 2, skipped: [1], assigned: ['opr_leo'] } });
  });
});

describe('a claim', () => {
  const unclaimed = gate(policy({ levels: [{ afterSec: 300, if: 'unclaimed', targets: team('leads') }], claimTimeoutSec: 120 }));
  const claim = (at: number, by = ada): ApprovalCommand => ({ type: 'Claim', ...on(by, at) });

  it('lasts as long as the ladder says', () => {
    givenAfter(asked(), gate(twoLevels))
      .when(claim(10))
      .thenEvents({ type: 'ApprovalClaimed', data: { claimExpiresAt: noonPlus(130) } });
  });

  it('holds back rungs for unclaimed requests until it ends', () => {
    givenAfter(asked(), unclaimed)
      .when(claim(250))
      .thenEvents({ type: 'ApprovalClaimed', data: { escalateAt: noonPlus(370) } });
    const claimed = givenAfter(asked(), unclaimed, claim(250));
    claimed.when(timer(300)).thenNothing();
    claimed
      .when(timer(370))
      .thenEvents({ type: 'ClaimReleased', data: { reason: 'expired' } }, { type: 'ApprovalEscalated', data: { level: 1 } });
    claimed
      .when({ type: 'Release', ...on(ada, 310) })
      .thenEvents({ type: 'ClaimReleased', data: { reason: 'released', escalateAt: noonPlus(300) } });
    givenAfter(asked(), unclaimed, claim(250), { type: 'ReleaseExpiredClaim', now: noonPlus(370) })
      .when(timer(371))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 1 } });
  });

  it('that ends before the rung changes nothing about it', () => {
    const { events } = givenAfter(asked(), unclaimed).when(claim(10)).thenEvents('ApprovalClaimed');
    expect(events[0]?.data).not.toHaveProperty('escalateAt');
  });

  it('does not hold back rungs that wait for a decision: they end it', () => {
    givenAfter(asked(), gate(twoLevels), claim(250))
      .when(timer(300))
      .thenEvents({ type: 'ClaimReleased', data: { reason: 'released', by: null } }, 'ApprovalEscalated');
  });

  it('is not for who has voted already', () => {
    const two = gate(twoLevels, { steps: [routeStep({ approveCount: 2 })] });
    givenAfter(asked(), two, { type: 'Approve', ...on(ada, 10) })
      .when(claim(11))
      .thenRefused('already_voted');
  });
});

describe('a ladder that is over', () => {
  const over = (onExhausted: string, more: object = {}) =>
    policy({ levels: [{ afterSec: 300, targets: team('leads') }], exhaustedAfterSec: 300, onExhausted, ...more });
  const ended = (document: EscalationPolicy, request = asked(), options: EvaluationOptions = {}, more: Partial<EscalateStep> = {}) =>
    givenAfter(request, gate(document, options), timer(300)).when(timer(600, more));

  it('rejects', () => {
    ended(over('reject')).thenEvents(
      { type: 'EscalationExhausted', data: { action: 'reject' } },
      {
        type: 'ApprovalRejected',
        data: { decision: { approved: false, by: { kind: 'timeout', id: 'escalation' }, steps: [{ outcome: 'open' }] } },
      },
    );
  });

  it('leaves the end to the deadline, or holds it for the admins', () => {
    for (const action of ['expire', 'hold'] as const) {
      const { state } = ended(over(action)).thenEvents({ type: 'EscalationExhausted', data: { action } });
      expect(state).toMatchObject({ status: 'review', open: [{ exhausted: true, escalateAt: null }] });
    }
    givenAfter(asked(), gate(over('hold')), timer(300), timer(600))
      .when(timer(700))
      .thenNothing();
    givenAfter(asked(), gate(over('hold')), timer(300), timer(600))
      .when({ type: 'Approve', ...on(ada, 700) })
      .thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('drops the claim of whoever did not decide', () => {
    givenAfter(asked(), gate(over('expire')), timer(300), { type: 'Claim', ...on(ada, 590) })
      .when(timer(600))
      .thenEvents('ClaimReleased', 'EscalationExhausted');
  });

  it('approves what is low risk without problems where the policy says so, and the record says that nobody looked', () => {
    ended(over('approveLowRisk'), asked('low')).thenEvents(
      { type: 'EscalationExhausted', data: { action: 'approveLowRisk' } },
      {
        type: 'ApprovalGranted',
        data: {
          decision: { approved: true, by: { kind: 'timeout', id: 'escalation' }, steps: [{ outcome: 'skipped', by: [] }] },
          private: {
            note: 'Nobody decided. The escalation policy approves what is low risk when nobody is left to ask; no person looked at it.',
          },
        },
      },
    );
  });

  it('rejects instead what is not low risk, has a problem, or needs somebody else too', () => {
    const low = asked('low');
    const rejected = [{ type: 'EscalationExhausted' as const, data: { action: 'reject' } }, 'ApprovalRejected' as const];
    for (const riskLevel of ['medium', 'high', 'critical'] as const)
      ended(over('approveLowRisk'), asked(riskLevel)).thenEvents(...rejected);
    ended(over('approveLowRisk'), low, { problems: ['deceptive text'] }).thenEvents(...rejected);
    for (const verdict of ['LIKELY_REJECT', 'ESCALATE_SENIOR'] as const)
      ended(over('approveLowRisk'), low, { verdict }).thenEvents(...rejected);
    const steps = [routeStep({ name: 'one' }), routeStep({ name: 'two' })];
    ended(over('approveLowRisk'), low, { steps }).thenEvents(...rejected);
    ended(over('approveLowRisk'), low, { steps, route: { order: 'parallel' } }).thenEvents(...rejected);
    ended(over('approveLowRisk'), asked('low', { allowedDecisions: ['reject', 'modify'] })).thenEvents(...rejected);
    givenAfter(
      low,
      gate(over('approveLowRisk'), { steps: [routeStep({ rejectCount: 2 })] }),
      { type: 'Reject', ...on(ben, 10) },
      timer(300),
    )
      .when(timer(600))
      .thenEvents(...rejected);
  });

  it('approves nothing while a kill switch holds', () => {
    const hold = { reason: 'incident', by: 'opr_olga', at: noonPlus(500) };
    ended(over('approveLowRisk'), asked('low'), {}, { hold }).thenEvents({ type: 'EscalationExhausted', data: { action: 'hold' } });
  });

  it('goes through its repeats first', () => {
    const again = over('reject', { repeat: { count: 1, intervalSec: 100 } });
    givenAfter(asked(), gate(again), timer(300))
      .when(timer(400))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 2, round: 1, escalateAt: noonPlus(700) } });
    givenAfter(asked(), gate(again), timer(300), timer(400)).when(timer(700)).thenEvents('EscalationExhausted', 'ApprovalRejected');
  });
});

describe('a person who asks the next rung', () => {
  it('does not wait for its time, and the rung after keeps its own', () => {
    givenAfter(asked(), gate(twoLevels))
      .when({ type: 'EscalateNow', ...on(ada, 50) })
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 1, reason: 'manual', by: { id: 'opr_ada' }, escalateAt: noonPlus(900) } });
    givenAfter(asked(), gate(twoLevels), { type: 'EscalateNow', ...on(ada, 50) })
      .when(timer(300))
      .thenNothing();
  });

  describe('asks whom the timer would ask', () => {
    const three = teams({ three: ['opr_c', 'opr_a', 'opr_b'], heads: ['opr_hana'] });
    const ladder = (strategy: string) =>
      policy({
        levels: [
          { afterSec: 300, targets: team('three'), strategy },
          { afterSec: 300, targets: team('heads') },
        ],
      });
    /** The same rung, asked by a person and by its timer. */
    const bothWays = (strategy: string, more: Pick<EscalateStep, 'rotation' | 'awake'>, rungs = 1) => {
      const opened = givenAfter(asked(), gate(ladder(strategy)));
      const escalated = Array.from({ length: rungs }, () => 'ApprovalEscalated' as const);
      const manual = opened.when({ type: 'EscalateNow', ...on(ada, 300), people: three, ...more }).thenEvents(...escalated);
      const timed = opened.when(timer(300, { people: three, ...more })).thenEvents(...escalated);
      return { manual: manual.events, timed: timed.events };
    };
    const askedBy = (events: readonly { data: object }[]) =>
      events.map(({ data }) => {
        const { level, strategy, assigned, others, escalateAt } = data as Record<string, unknown>;
        return { level, strategy, assigned, others, escalateAt };
      });

    it('the one whose turn it is, or who has least to do, and the record names them', () => {
      const busy: Record<string, number> = { opr_a: 2, opr_b: 1, opr_c: 3 };
      const rotation = { lastOf: () => 'opr_b', openCount: (id: string) => busy[id] ?? 0 };
      for (const [strategy, chosen] of [
        ['roundRobin', 'opr_c'],
        ['leastLoaded', 'opr_b'],
        ['nextInRotation', 'opr_a'],
      ] as const) {
        const { manual, timed } = bothWays(strategy, { rotation });
        expect(askedBy(manual)).toEqual(askedBy(timed));
        expect(manual).toMatchObject([
          { data: { reason: 'manual', by: { id: 'opr_ada' }, assigned: [chosen], others: expect.any(Array), strategy } },
        ]);
      }
    });

    it('and the rungs after it up to somebody awake, where all of its people have quiet hours', () => {
      const { manual, timed } = bothWays('all', { awake: id => id === 'opr_hana' }, 2);
      expect(askedBy(manual)).toEqual(askedBy(timed));
      expect(manual).toMatchObject([
        { data: { level: 1, reason: 'manual', by: { id: 'opr_ada' } } },
        { data: { level: 2, reason: 'asleep', by: null, assigned: ['opr_hana'] } },
      ]);
    });
  });

  it('cannot be asked once the deadline has come, whether it was recorded or not', () => {
    givenAfter(asked('medium', { expiresAt: noonPlus(400) }), gate(twoLevels))
      .when({ type: 'EscalateNow', ...on(ada, 400) })
      .thenRefused('approval_expired');
  });

  it('is told when nobody stands on any rung that is left', () => {
    const empty = policy({ levels: [{ afterSec: 300, targets: team('nobody') }] });
    givenAfter(asked(), gate(empty))
      .when({ type: 'EscalateNow', ...on(ada, 50) })
      .thenRefused('not_escalatable');
    givenAfter(asked(), gate(twoLevels))
      .when({ type: 'EscalateNow', ...on(ada, 50), step: 4 })
      .thenRefused('wrong_step');
  });
});
