import { describe, expect, it } from 'vitest';
import { escalationPolicy } from '@holdpoint/contracts';
import {
  evaluation,
  givenAfter,
  noonPlus,
  ordinarily,
  person,
  refundRequested,
  routeStep,
  type EvaluationOptions,
  type RefundOptions,
} from '@holdpoint/testing';
import type { Answer, ApprovalCommand, Ask, EscalateStep, Person } from './index.ts';

const asked = (options: RefundOptions = {}): ApprovalCommand => ({ type: 'RequestApproval', requested: refundRequested(options) });
const gate = (options: EvaluationOptions = {}, more: object = {}): ApprovalCommand => ({
  type: 'ApplyGate',
  ...ordinarily,
  evaluation: evaluation({ questionsPauseDeadline: true, ...options }),
  now: noonPlus(0),
  ...more,
});
const ada = person('ada', 'operator');
const on = (by: Person, at: number) => ({ ...ordinarily, by, channel: 'console' as const, now: noonPlus(at) });
const ask = (at: number, questionId = 'q1', by = ada): Ask => ({ type: 'Ask', ...on(by, at), questionId, text: 'Which order?' });
const answer = (at: number, questionId = 'q1'): Answer => ({
  type: 'Answer',
  questionId,
  text: 'A-1',
  by: { kind: 'agent', id: 'agt' },
  now: noonPlus(at),
});
const timer = (at: number): EscalateStep => ({ type: 'EscalateStep', ...ordinarily, now: noonPlus(at) });
const extend = (until: number, at = 10, by = ada): ApprovalCommand => ({ type: 'Extend', ...on(by, at), until: noonPlus(until) });
const snooze = (until: number, at = 10, by = ada): ApprovalCommand => ({ type: 'Snooze', ...on(by, at), until: noonPlus(until) });
const expire = (at: number): ApprovalCommand => ({ type: 'ExpireApproval', now: noonPlus(at) });
const nights = escalationPolicy.parse({
  id: 'nights',
  levels: [
    { afterSec: 300, targets: { roles: ['senior'], operators: [] } },
    { afterSec: 300, targets: { roles: ['owner'], operators: [] } },
  ],
});
const ladder = { route: { escalation: { version: 1, document: nights } } };

describe('a question to the agent', () => {
  it('stops the clock where the policy says so: the deadline becomes the latest it may be, and nobody else is asked', () => {
    givenAfter(asked(), gate())
      .when(ask(100))
      .thenEvents(
        { type: 'QuestionAsked', data: { questionId: 'q1', pausesDeadline: true, private: { text: 'Which order?' } } },
        {
          type: 'DeadlineChanged',
          data: {
            reason: 'question',
            previous: noonPlus(3_600),
            expiresAt: noonPlus(3_600 + 604_800),
            escalations: [{ stepIndex: 0, escalateAt: null }],
          },
        },
      );
    const stopped = givenAfter(asked(), gate(), ask(100));
    stopped.when(expire(3_600)).thenNothing();
    stopped.when(timer(300)).thenNothing();
    stopped.when({ type: 'Approve', ...on(ada, 4_000) }).thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('lets the clock go on with the answer: what was left is left again, and the ladder comes so much later', () => {
    givenAfter(asked(), gate(ladder), ask(100))
      .when(answer(1_100))
      .thenEvents(
        { type: 'QuestionAnswered', data: { questionId: 'q1', by: { kind: 'agent' } } },
        { type: 'DeadlineChanged', data: { expiresAt: noonPlus(4_600), escalations: [{ stepIndex: 0, escalateAt: noonPlus(1_300) }] } },
      );
    const resumed = givenAfter(asked(), gate(ladder), ask(100), answer(1_100));
    resumed.when(timer(1_299)).thenNothing();
    resumed.when(timer(1_300)).thenEvents({ type: 'ApprovalEscalated', data: { level: 1, escalateAt: noonPlus(1_600) } });
    resumed.when(expire(4_599)).thenNothing();
    resumed.when(expire(4_600)).thenEvents('ApprovalExpired');
  });

  it('starts the short ladder’s wait again with the answer', () => {
    givenAfter(asked(), gate(), ask(100))
      .when(answer(1_100))
      .thenEvents('QuestionAnswered', { type: 'DeadlineChanged', data: { escalations: [{ stepIndex: 0, escalateAt: noonPlus(1_400) }] } });
  });

  it('never moves the deadline past the agent’s own', () => {
    const upstream = { upstreamExpiresAt: noonPlus(4_000) };
    givenAfter(asked(upstream), gate())
      .when(ask(100))
      .thenEvents('QuestionAsked', { type: 'DeadlineChanged', data: { expiresAt: noonPlus(3_955) } });
    givenAfter(asked(upstream), gate(), ask(100))
      .when(answer(200))
      .thenEvents('QuestionAnswered', { type: 'DeadlineChanged', data: { expiresAt: noonPlus(3_700) } });
    givenAfter(asked(upstream), gate(), ask(100))
      .when(answer(2_000))
      .thenEvents('QuestionAnswered', { type: 'DeadlineChanged', data: { expiresAt: noonPlus(3_955) } });
    givenAfter(asked(upstream), gate(), ask(100)).when(expire(3_955)).thenEvents('ApprovalExpired');
    const tight = { upstreamExpiresAt: noonPlus(3_610) };
    givenAfter(asked(tight), gate())
      .when(ask(100))
      .thenEvents('QuestionAsked', { type: 'DeadlineChanged', data: { expiresAt: noonPlus(3_600) } });
  });

  it('stops the clock once, until the last answer', () => {
    givenAfter(asked(), gate(), ask(100)).when(ask(200, 'q2')).thenEvents('QuestionAsked');
    givenAfter(asked(), gate(), ask(100), ask(200, 'q2')).when(answer(300)).thenEvents('QuestionAnswered');
    givenAfter(asked(), gate(), ask(100), ask(200, 'q2'), answer(300))
      .when(answer(400, 'q2'))
      .thenEvents('QuestionAnswered', { type: 'DeadlineChanged', data: { expiresAt: noonPlus(3_900) } });
  });

  it('leaves the clock alone where the policy does not say so', () => {
    const runs = givenAfter(asked(), gate({ questionsPauseDeadline: false }), ask(100));
    expect(runs.events.at(-1)).toMatchObject({ type: 'QuestionAsked', data: { pausesDeadline: false } });
    runs.when(answer(200)).thenEvents('QuestionAnswered');
    runs.when(expire(3_600)).thenEvents('ApprovalExpired');
  });

  it('is answered once, in time, and only if it was asked', () => {
    const one = givenAfter(asked(), gate(), ask(100));
    one.when(answer(200, 'q9')).thenRefused('question_not_open');
    givenAfter(asked(), gate(), ask(100), answer(200)).when(answer(300)).thenRefused('question_not_open');
    givenAfter(asked(), gate({ questionsPauseDeadline: false }), ask(100))
      .when(answer(3_600))
      .thenRefused('approval_expired');
  });

  it('is asked by who may decide or administers, in words, and not without end', () => {
    const opened = givenAfter(asked(), gate());
    opened.when(ask(100, 'q1', person('vera', 'viewer'))).thenRefused('not_eligible');
    opened.when({ ...ask(100), text: ' ' }).thenRefused('note_required');
    opened.when(ask(3_600)).thenRefused('approval_expired');
    const twenty = Array.from({ length: 20 }, (_, n) => ask(100 + n, `q${n}`));
    givenAfter(asked(), gate(), ...twenty)
      .when(ask(200, 'q20'))
      .thenRefused('decision_not_allowed', '20 answers');
    const named = gate({ steps: [routeStep({ approvers: { roles: [], operators: ['opr_ben'] } })] });
    givenAfter(asked(), named).when(ask(100)).thenRefused('not_eligible');
    givenAfter(asked(), named)
      .when(ask(100, 'q1', person('ann', 'admin')))
      .thenEvents('QuestionAsked', 'DeadlineChanged');
  });

  it('keeps the clock stopped for a step that opens meanwhile', () => {
    const steps = [routeStep({ name: 'one' }), routeStep({ name: 'two' })];
    const opened = givenAfter(asked(), gate({ ...ladder, steps }), ask(100), { type: 'Approve', ...on(ada, 200) });
    expect(opened.events.at(-1)).toMatchObject({ type: 'ReviewStepOpened', data: { step: { index: 1 }, escalateAt: null } });
    opened
      .when(answer(700))
      .thenEvents('QuestionAnswered', { type: 'DeadlineChanged', data: { escalations: [{ stepIndex: 1, escalateAt: noonPlus(1_000) }] } });
  });
});

describe('a later deadline', () => {
  it('is given by who may decide or administers', () => {
    const opened = givenAfter(asked(), gate());
    opened.when(extend(7_200)).thenEvents({
      type: 'DeadlineChanged',
      data: { reason: 'extended', expiresAt: noonPlus(7_200), previous: noonPlus(3_600), by: { id: 'opr_ada' } },
    });
    givenAfter(asked(), gate(), extend(7_200)).when(expire(3_600)).thenNothing();
    givenAfter(asked(), gate(), extend(7_200))
      .when({ type: 'Approve', ...on(ada, 7_199) })
      .thenEvents('StepApproved', 'ApprovalGranted');
    givenAfter(asked(), gate(), extend(7_200)).when(expire(7_200)).thenEvents('ApprovalExpired');
    opened.when(extend(7_200, 10, person('vera', 'viewer'))).thenRefused('not_eligible');
    opened.when(extend(7_200, 3_600)).thenRefused('approval_expired');
    opened.when(extend(3_600)).thenRefused('invalid_until', 'already');
  });

  it('is bounded in all by the policy, a day where it says nothing', () => {
    const hour = gate({ extendSecMax: 3_600 });
    givenAfter(asked(), hour).when(extend(7_200)).thenEvents('DeadlineChanged');
    givenAfter(asked(), hour).when(extend(7_201)).thenRefused('invalid_until', '3600 s more');
    givenAfter(asked(), hour, extend(5_400)).when(extend(7_200)).thenEvents('DeadlineChanged');
    givenAfter(asked(), hour, extend(5_400)).when(extend(7_201)).thenRefused('invalid_until', '1800 s more');
    givenAfter(asked(), gate())
      .when(extend(3_600 + 86_400))
      .thenEvents('DeadlineChanged');
    givenAfter(asked(), gate())
      .when(extend(3_601 + 86_400))
      .thenRefused('invalid_until');
  });

  it('stays before the agent’s own', () => {
    const upstream = asked({ upstreamExpiresAt: noonPlus(7_200) });
    givenAfter(upstream, gate()).when(extend(7_155)).thenEvents('DeadlineChanged');
    givenAfter(upstream, gate()).when(extend(7_156)).thenRefused('invalid_until', noonPlus(7_155));
  });

  it('makes room for the end of a ladder that came too late for the old one', () => {
    const short = escalationPolicy.parse({ ...nights, levels: [nights.levels[0]], exhaustedAfterSec: 600 });
    const late = asked({ expiresAt: noonPlus(900) });
    const opened = givenAfter(late, gate({ route: { escalation: { version: 1, document: short } } }), timer(300));
    expect(opened.events.at(-1)).toMatchObject({ data: { escalateAt: null } });
    opened.when(extend(2_000, 400)).thenEvents('DeadlineChanged');
  });

  it('waits for the answer while the clock stands still', () => {
    givenAfter(asked(), gate(), ask(100)).when(extend(9_999_999, 200)).thenRefused('invalid_until', 'stands still');
  });
});

describe('the deadline of a route', () => {
  const inRoute = (sec: number) => gate({}, { routeDeadline: { expiresAt: noonPlus(sec), reason: 'route' } });

  it('takes the place of a default, earlier or later', () => {
    for (const sec of [600, 90_000])
      givenAfter(asked())
        .when(inRoute(sec))
        .thenEvents(
          'GateEvaluated',
          { type: 'DeadlineChanged', data: { reason: 'route', previous: noonPlus(3_600), expiresAt: noonPlus(sec), by: null } },
          { type: 'ReviewStepOpened', data: { expiresAt: noonPlus(sec) } },
        );
    givenAfter(asked(), inRoute(600)).when(expire(599)).thenNothing();
    givenAfter(asked(), inRoute(600)).when(expire(600)).thenEvents('ApprovalExpired');
  });

  it('is never later than the paused run allows', () => {
    givenAfter(asked({ upstreamExpiresAt: noonPlus(4_000) }))
      .when(inRoute(90_000))
      .thenEvents('GateEvaluated', { type: 'DeadlineChanged', data: { reason: 'route', expiresAt: noonPlus(3_955) } }, 'ReviewStepOpened');
  });
});

describe('working hours', () => {
  const inWorkingHours = (sec: number) => ({ routeDeadline: { expiresAt: noonPlus(sec), reason: 'workingHours' as const } });

  it('make the deadline their own, within the agent’s', () => {
    givenAfter(asked())
      .when(gate({}, inWorkingHours(90_000)))
      .thenEvents(
        'GateEvaluated',
        { type: 'DeadlineChanged', data: { reason: 'workingHours', previous: noonPlus(3_600), expiresAt: noonPlus(90_000), by: null } },
        { type: 'ReviewStepOpened', data: { expiresAt: noonPlus(90_000) } },
      );
    givenAfter(asked(), gate({}, inWorkingHours(90_000)))
      .when(expire(3_600))
      .thenNothing();
    givenAfter(asked({ upstreamExpiresAt: noonPlus(4_000) }))
      .when(gate({}, inWorkingHours(90_000)))
      .thenEvents('GateEvaluated', { type: 'DeadlineChanged', data: { expiresAt: noonPlus(3_955) } }, 'ReviewStepOpened');
  });

  it('that say the same change nothing', () => {
    givenAfter(asked())
      .when(gate({}, inWorkingHours(3_600)))
      .thenEvents('GateEvaluated', 'ReviewStepOpened');
    givenAfter(asked())
      .when(gate({}, inWorkingHours(0)))
      .thenEvents('GateEvaluated', 'ReviewStepOpened');
  });
});

describe('a request that somebody puts off', () => {
  it('is out of that person’s sight, and nothing else moves', () => {
    givenAfter(asked(), gate())
      .when(snooze(600))
      .thenEvents({ type: 'ApprovalSnoozed', data: { by: { id: 'opr_ada' }, until: noonPlus(600) } });
    givenAfter(asked(), gate(), snooze(600)).when(timer(300)).thenEvents('ApprovalEscalated');
    givenAfter(asked(), gate(), snooze(600))
      .when({ type: 'Approve', ...on(ada, 20) })
      .thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('comes back before its deadline', () => {
    const opened = givenAfter(asked(), gate());
    for (const until of [10, 3_600]) opened.when(snooze(until)).thenRefused('invalid_until');
    opened.when(snooze(3_599)).thenEvents('ApprovalSnoozed');
    opened.when(snooze(600, 10, person('vera', 'viewer'))).thenRefused('not_eligible');
    opened.when(snooze(4_000, 3_600)).thenRefused('approval_expired');
  });

  it('cannot fill the stream', () => {
    const many = Array.from({ length: 200 }, (_, n) => snooze(600 + n));
    givenAfter(asked(), gate(), ...many)
      .when(snooze(900))
      .thenRefused('decision_not_allowed', '200');
  });
});
