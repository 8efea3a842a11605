import { isTerminal } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answered,
  approvedBy,
  assigned,
  attemptFailed,
  claimed,
  claimReleased,
  deadlineMoved,
  deferred,
  delegated,
  delivered,
  deliveryExhausted,
  ended,
  escalated,
  exhausted,
  gated,
  held,
  lifeOf,
  lives,
  nobody,
  noonPlus,
  noonPlusMs,
  parallelOpened,
  released,
  replayed,
  requested,
  reviewedAfterwards,
  resumed,
  resumeImpossible,
  resumeTried,
  sendFailed,
  sent,
  sentBecause,
  stepOpened,
  type Told,
  unanswerable,
} from './logged-life.fixture.ts';
import { advance, AT_ONCE, CARRIED, endsWhenTold, NOTHING_OPEN, type OpenWork, streamOfWait, type Wait, WORKER_OF } from './open-work.ts';

const ID = 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const openAfter = (...tellings: Told[]): OpenWork => lifeOf(ID, ...tellings).reduce(advance, NOTHING_OPEN);
const summary = (open: OpenWork): string[] => open.map(({ kind, key }) => (key === '' ? kind : `${kind} ${key}`)).toSorted();
const find = (open: OpenWork, kind: string): Wait | undefined => open.find(wait => wait.kind === kind);

describe('an approval that is to be erased', () => {
  const ordered: Told = { category: 'approval', type: 'ErasureOrdered', data: { ground: 'request' } };
  const erased: Told = { category: 'approval', type: 'ApprovalErased', data: { ground: 'request', keys: 1 } };
  const decided = [requested(), gated, stepOpened(), ended(), attemptFailed(noonPlus(60))] as const;

  it('waits for its keys to be destroyed, by routing, and for nothing else', () => {
    expect(summary(openAfter(...decided))).toEqual(['nextCallback']);
    const open = openAfter(...decided, ordered);
    expect(open).toMatchObject([{ kind: 'erase', dueMs: AT_ONCE, type: 'ErasureOrdered' }]);
    expect(WORKER_OF[open[0]!.kind]).toBe('routing');
    expect(streamOfWait(open[0]!)).toBe(`approval-${ID}`);
  });
  it('waits for nothing once that is done, whatever comes too late', () => {
    expect(openAfter(...decided, ordered, erased)).toEqual(NOTHING_OPEN);
    expect(openAfter(...decided, ordered, attemptFailed(noonPlus(90)), erased, attemptFailed(noonPlus(120)))).toEqual(NOTHING_OPEN);
    expect(openAfter(...decided, ordered, erased, deferred(noonPlus(90)), deliveryExhausted)).toEqual(NOTHING_OPEN);
  });
  it.each([
    ['an attempt under way', deferred(noonPlus(90))],
    ['the last attempt', deliveryExhausted],
    ['somebody who asks for a callback once more', replayed(noonPlus(90))],
  ])('waits for nothing else where %s is recorded in between', (_what, late) => {
    expect(summary(openAfter(...decided, ordered, late))).toEqual(['erase']);
  });
});

describe('what people are told although nothing is to be decided', () => {
  const bypass = { category: 'approval', type: 'AfterReviewOpened', data: { kind: 'breakGlass' } } as const;
  const told = (type: string, id: string, nextAttemptAt: string | null, cause: string): Told => ({
    category: 'notification',
    type,
    data: { stepIndex: 0, level: 0, attemptId: id, nextAttemptAt, cause },
  });

  it('is break-glass, after the end too, until the record says who was told', () => {
    const life = lifeOf(ID, requested(), gated, stepOpened(), ended(), bypass);
    const open = life.reduce(advance, NOTHING_OPEN);
    const cause = life.at(-1)!.id;
    expect(summary(open)).toContain(`alert @${cause}`);
    expect(streamOfWait(find(open, 'alert')!)).toBe(`approval-${ID}`);
    const after = lifeOf(ID, told('NotificationSent', 'a', null, cause)).reduce(advance, open);
    expect(find(after, 'alert')).toBeUndefined();
  });

  it('is no sample of what passed by itself', () => {
    const sample = { ...bypass, data: { kind: 'sample' } };
    expect(find(openAfter(requested(), ended(), sample), 'alert')).toBeUndefined();
  });

  it('is a band that went back to people, under the organisation’s id; an address that failed is tried again', () => {
    const event = { ...lifeOf('org_acme', bypass)[0]!, stream: 'gatePolicy-org_acme', type: 'BandReturnedToReview', data: {} };
    const open = advance(NOTHING_OPEN, event);
    expect(open).toMatchObject([{ kind: 'alert', key: `@${event.id}`, approvalId: 'org_acme' }]);
    expect(streamOfWait(open[0]!)).toBe('gatePolicy-org_acme');
    const tried = lifeOf(
      'org_acme',
      told('NotificationFailed', 'a', noonPlus(60), event.id),
      told('NotificationSent', 'b', null, event.id),
    ).reduce(advance, open);
    expect(tried).toMatchObject([{ kind: 'nextNotification', key: '0/a', dueMs: noonPlusMs(60) }]);
    expect(lifeOf('org_acme', told('NotificationSent', 'a', null, event.id)).reduce(advance, tried)).toEqual([]);
  });
});

describe('an app that does not get its answers', () => {
  it('is told to those who run the gate once its schedule is over, from the stream of the callback, until the record says that they heard', () => {
    const open = openAfter(requested(), ended(), attemptFailed(noonPlus(2)), deliveryExhausted);
    const cause = lifeOf(ID, requested(), ended(), attemptFailed(noonPlus(2)), deliveryExhausted).at(-1)!.id;
    expect(summary(open)).toEqual([`alert @${cause}`]);
    expect(streamOfWait(open[0]!)).toBe(`callback-${ID}`);
    expect(lifeOf(ID, sentBecause(cause)).reduce(advance, open)).toEqual([]);
  });

  it('is no matter where an endpoint only did not hear of deliveries', () => {
    const [event] = lifeOf('ntc_a', deliveryExhausted);
    expect(advance(NOTHING_OPEN, event!)).toEqual([]);
  });

  it('has an endpoint that was disabled because it is gone, and not one that somebody disabled', () => {
    const [life] = lifeOf('org_acme', deliveryExhausted);
    const event = { ...life!, stream: 'organization-org_acme', type: 'EndpointDisabled', data: { endpointId: 'shop' } };
    const byService = { ...event, metadata: { ...event.metadata, actor: 'service:callback' } };
    const open = advance(NOTHING_OPEN, byService);
    expect(open).toMatchObject([{ kind: 'alert', key: `@${event.id}`, approvalId: 'org_acme' }]);
    expect(streamOfWait(open[0]!)).toBe('organization-org_acme');
    expect(advance(NOTHING_OPEN, { ...event, metadata: { ...event.metadata, actor: 'operator:opr_a' } })).toEqual([]);
  });

  it('has a channel whose provider refuses its settings, until somebody was told', () => {
    const [life] = lifeOf('org_acme', deliveryExhausted);
    const event = { ...life!, stream: 'organization-org_acme', type: 'ChannelFaulted', data: { channel: 'telegram', code: '401' } };
    const open = advance(NOTHING_OPEN, event);
    expect(open).toMatchObject([{ kind: 'alert', key: `@${event.id}`, approvalId: 'org_acme' }]);
    expect(streamOfWait(open[0]!)).toBe('organization-org_acme');
    expect(lifeOf('org_acme', sentBecause(event.id)).reduce(advance, open)).toEqual([]);
  });
});

describe('what an approval waits for', () => {
  it('is its gate and its deadline, once it was requested', () => {
    const open = openAfter(requested(noonPlus(60)));
    expect(summary(open)).toEqual(['expire', 'gate']);
    expect(find(open, 'gate')).toMatchObject({ dueMs: AT_ONCE, tenant: 'acme', revision: 0, type: 'ApprovalRequested' });
    expect(find(open, 'expire')?.dueMs).toBe(noonPlusMs(60));
  });

  it('is an alert and the escalation, once a step is open', () => {
    const open = openAfter(requested(), gated, stepOpened(0, noonPlus(300)));
    expect(summary(open)).toEqual(['alert 0/0', 'escalate 0', 'expire']);
    expect(find(open, 'escalate')).toMatchObject({ dueMs: noonPlusMs(300), revision: 2 });
  });

  it.each([
    ['a message was sent', sent(0, 0)],
    ['sending failed for good', sendFailed(0, 0, 'a', null)],
    ['nobody can be reached', nobody(0, 0)],
  ])('is no alert any more when %s', (_name, told) => {
    expect(summary(openAfter(requested(), gated, stepOpened(), told))).toEqual(['escalate 0', 'expire']);
  });

  it('still is the alert of the next level when somebody of the first was told late', () => {
    expect(summary(openAfter(requested(), gated, stepOpened(), escalated(0, 1), sent(0, 0)))).toEqual([
      'alert 0/1',
      'escalate 0',
      'expire',
    ]);
  });

  it('is the next attempt of each failed alert, at its own time', () => {
    const open = openAfter(requested(), gated, stepOpened(), sendFailed(0, 0, 'a', noonPlus(10)), sendFailed(0, 0, 'b', noonPlus(20)));
    expect(summary(open)).toEqual(['escalate 0', 'expire', 'nextNotification 0/a', 'nextNotification 0/b']);
    expect(open.map(streamOfWait)).toContain(`notification-${ID}`);
    expect(
      summary(
        lifeOf(ID, requested(), gated, stepOpened(), sendFailed(0, 0, 'a', noonPlus(10)), sent(0, 0, 'a')).reduce(advance, NOTHING_OPEN),
      ),
    ).toEqual(['escalate 0', 'expire']);
  });

  it('is one more alert when the escalation is exhausted, and no escalation', () => {
    const open = openAfter(requested(), gated, stepOpened(), sent(0, 0), exhausted(0, 0));
    expect(summary(open)).toEqual(['alert 0/1', 'expire']);
    expect(summary(openAfter(requested(), gated, stepOpened(), sent(0, 0), exhausted(0, 0), sent(0, 1)))).toEqual(['expire']);
  });

  it('still is that alert when somebody was told late of what came before', () => {
    expect(summary(openAfter(requested(), gated, stepOpened(), exhausted(0, 0), sent(0, 0)))).toEqual(['alert 0/1', 'expire']);
  });

  it('is no alert when the ladder leaves the end to the deadline', () => {
    expect(summary(openAfter(requested(), gated, stepOpened(), sent(0, 0), exhausted(0, 0, 'expire')))).toEqual(['expire']);
  });

  it('is the deadline as it was moved last', () => {
    const open = openAfter(
      requested(noonPlus(60)),
      gated,
      stepOpened(0, null),
      sent(0, 0),
      deadlineMoved(noonPlus(90)),
      deadlineMoved(noonPlus(75)),
    );
    expect(summary(open)).toEqual(['expire']);
    expect(find(open, 'expire')?.dueMs).toBe(noonPlusMs(75));
  });

  it('is no escalation while the clock stands still, and again when it goes on', () => {
    const before = [requested(), gated, stepOpened(), sent(0, 0), deadlineMoved(noonPlus(9_000), [0, null])];
    expect(summary(openAfter(...before))).toEqual(['expire']);
    const open = openAfter(...before, deadlineMoved(noonPlus(4_000), [0, noonPlus(700)]));
    expect(summary(open)).toEqual(['escalate 0', 'expire']);
    expect(find(open, 'escalate')?.dueMs).toBe(noonPlusMs(700));
  });

  it('is of steps that are open together each its own', () => {
    const both = [requested(), gated, parallelOpened(0, 0, noonPlus(10)), parallelOpened(0, 1, noonPlus(20))];
    expect(summary(openAfter(...both))).toEqual(['alert 0/0', 'alert 1/0', 'escalate 0', 'escalate 1', 'expire']);
    expect(summary(openAfter(...both, sent(1, 0), escalated(0, 1, null)))).toEqual(['alert 0/0', 'alert 0/1', 'escalate 1', 'expire']);
    expect(summary(openAfter(...both, approvedBy(0)))).toContain('escalate 0');
    expect(summary(openAfter(...both, sendFailed(0, 0, 'a', noonPlus(9)), approvedBy(0, true)))).toEqual([
      'alert 1/0',
      'escalate 1',
      'expire',
    ]);
    expect(summary(openAfter(...both, stepOpened(2, null)))).toEqual(['alert 2/0', 'expire']);
  });

  it('is the next rung later while a claim holds it back', () => {
    const before = [requested(), gated, stepOpened(0, noonPlus(60)), sent(0, 0), claimed(noonPlus(300), { escalateAt: noonPlus(300) })];
    expect(find(openAfter(...before), 'escalate')).toMatchObject({ key: '0', dueMs: noonPlusMs(300) });
    expect(find(openAfter(...before, released({ escalateAt: noonPlus(70) })), 'escalate')).toMatchObject({
      key: '0',
      dueMs: noonPlusMs(70),
    });
    expect(summary(openAfter(...before, released({ escalateAt: noonPlus(70) }), escalated(0, 1, null), sent(0, 1)))).toEqual(['expire']);
    const held = [...before.slice(0, -1), claimed(noonPlus(300), { stepIndex: 0, escalateAt: null })];
    expect(summary(openAfter(...held))).toEqual(['claimExpires 0', 'expire']);
    expect(summary(openAfter(...held, released({ stepIndex: 0, escalateAt: noonPlus(70) })))).toEqual(['escalate 0', 'expire']);
  });

  it('is an alert to whoever is put on a step by name, delegated to or answered, until it is told because of that', () => {
    for (const [told, key] of [
      [assigned(0), 'alert 0/@'],
      [delegated(0), 'alert 0/@'],
      [answered, 'alert @'],
    ] as const) {
      const life = [requested(), gated, stepOpened(0, null), sent(0, 0), told];
      const { id } = lifeOf(ID, ...life).at(-1)!;
      expect(summary(openAfter(...life))).toEqual([`${key}${id}`, 'expire']);
      expect(summary(openAfter(...life, sent(0, 0, 'b')))).toEqual([`${key}${id}`, 'expire']);
      expect(summary(openAfter(...life, sentBecause(id)))).toEqual(['expire']);
    }
  });

  it('is an alarm when the gate finds that nobody can answer in time', () => {
    const { id } = lifeOf(ID, requested(), unanswerable)[1]!;
    expect(summary(openAfter(requested(), unanswerable, stepOpened(0, null), sent(0, 0)))).toEqual([`alert @${id}`, 'expire']);
    expect(summary(openAfter(requested(), unanswerable, stepOpened(0, null), sent(0, 0), sentBecause(id)))).toEqual(['expire']);
  });

  it('is a look for drift when somebody disagrees with what passed by itself, long after the end', () => {
    const over = [requested(), gated, ended('ApprovalGrantedAutomatically', false)];
    const open = openAfter(...over, reviewedAfterwards(false));
    expect(summary(open)).toEqual(['afterReview 3']);
    expect(open.map(endsWhenTold)).toEqual([true]);
    expect(openAfter(...over, reviewedAfterwards(true))).toEqual([]);
  });

  it('is what was held over quiet hours, at their end', () => {
    const open = openAfter(requested(), gated, stepOpened(0, null), held(0, 0, 'a', noonPlus(900)));
    expect(summary(open)).toEqual(['expire', 'nextNotification 0/a']);
    expect(find(open, 'nextNotification')?.dueMs).toBe(noonPlusMs(900));
    expect(summary(openAfter(requested(), gated, stepOpened(0, null), held(0, 0, 'a', noonPlus(900)), sent(0, 0, 'a')))).toEqual([
      'expire',
    ]);
  });

  it('is nothing of the step before when the next one opened', () => {
    expect(summary(openAfter(requested(), gated, stepOpened(0), sendFailed(0, 0, 'a', noonPlus(9)), stepOpened(1, null)))).toEqual([
      'alert 1/0',
      'expire',
    ]);
  });

  it('is the end of a claim until it is released', () => {
    expect(find(openAfter(requested(), gated, stepOpened(), claimed(noonPlus(5))), 'claimExpires')?.dueMs).toBe(noonPlusMs(5));
    expect(find(openAfter(requested(), gated, stepOpened(), claimed(), claimReleased), 'claimExpires')).toBeUndefined();
  });

  it('is the callback after the end, and nothing that came before', () => {
    expect(summary(openAfter(requested(), gated, stepOpened(), sendFailed(0, 0, 'a', noonPlus(9)), claimed(), ended()))).toEqual([
      'deliver',
    ]);
  });

  it('is nothing when the app waits for no callback and resumes the run itself', () => {
    expect(openAfter(requested(), gated, ended('ApprovalGrantedAutomatically', false, 'callback'))).toEqual([]);
    expect(openAfter(requested(), ended('ApprovalWithdrawn', false, 'none'))).toEqual([]);
  });

  it('is callback and resume with one ring when both are asked for', () => {
    const open = openAfter(requested(), gated, ended('ApprovalGranted', true, 'openai.submitToolOutputs'));
    expect(open.map(({ kind, dueMs }) => [kind, dueMs])).toEqual([
      ['deliver', AT_ONCE],
      ['resume', CARRIED],
    ]);
    expect(summary(openAfter(requested(), ended('ApprovalGranted', true, 'openai.submitToolOutputs'), delivered))).toEqual(['resume']);
    expect(openAfter(requested(), ended('ApprovalGranted', true, 'openai.submitToolOutputs'), delivered, resumeImpossible)).toEqual([]);
  });

  it('is the next attempt while one is planned, and unfinished work when a failure plans none', () => {
    expect(summary(openAfter(requested(), ended(), attemptFailed(noonPlus(2))))).toEqual(['nextCallback']);
    expect(summary(openAfter(requested(), ended(), attemptFailed(null)))).toEqual(['deliver']);
    expect(summary(openAfter(requested(), ended(), attemptFailed(noonPlus(2)), attemptFailed(null)))).toEqual(['nextCallback']);
    expect(summary(openAfter(requested(), ended('ApprovalGranted', false, 'openai.submitToolOutputs'), resumeTried(noonPlus(2))))).toEqual([
      'nextResume',
    ]);
    expect(openAfter(requested(), ended('ApprovalGranted', false, 'openai.submitToolOutputs'), resumeTried(noonPlus(2)), resumed)).toEqual(
      [],
    );
  });

  it('is a delivery again when somebody asked for a replay of one that was over', () => {
    const open = openAfter(requested(), ended(), delivered, replayed(noonPlus(60)));
    expect(open).toMatchObject([{ kind: 'nextCallback', dueMs: noonPlusMs(60), approvalId: ID }]);
    expect(streamOfWait(open[0]!)).toBe(`callback-${ID}`);
  });

  it('keeps the same wait as long as it lasts, so that its rings are counted', () => {
    const before = openAfter(requested());
    const [event] = lifeOf(ID, claimed()).slice(-1);
    expect(advance(before, event!)).toContain(find(before, 'gate'));
  });
});

describe('every life', () => {
  it('waits, after each of its events, exactly for what its log leaves open', () => {
    fc.assert(
      fc.property(lives, life => {
        const events = lifeOf(ID, ...life);
        let open = NOTHING_OPEN;
        for (const [index, event] of events.entries()) {
          open = advance(open, event);
          expect(summary(open)).toEqual(leftOpen(events.slice(0, index + 1)));
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The rules said another way: for each wait, does the last event about it begin it or end it? Looks at the whole history each time. */
const leftOpen = (all: readonly LoggedEvent[]): string[] => {
  const last = (events: readonly LoggedEvent[], ...types: string[]) => events.findLast(({ type }) => types.includes(type));
  const data = (event: LoggedEvent | undefined) => (event?.data ?? {}) as Record<string, never>;
  const endIndex = all.findLastIndex(({ type }) => isTerminal(type));
  const waits: string[] = [];
  if (endIndex < 0) {
    waits.push('expire');
    if (!all.some(({ type }) => type === 'GateEvaluated')) waits.push('gate');
    if (last(all, 'ApprovalClaimed', 'ClaimReleased')?.type === 'ApprovalClaimed') waits.push('claimExpires');
    const step = all.slice(
      Math.max(
        0,
        all.findLastIndex(({ type }) => type === 'ReviewStepOpened'),
      ),
    );
    for (const key of [0, 1]) {
      const times = step.flatMap(({ type, data: told }): unknown[] => {
        const { step: opened, stepIndex, escalateAt, escalations } = told as Record<string, unknown>;
        if (type === 'ReviewStepOpened') return (opened as { index: number }).index === key ? [escalateAt] : [];
        if (type === 'ApprovalEscalated') return stepIndex === key ? [escalateAt] : [];
        if (type === 'EscalationExhausted') return stepIndex === key ? [null] : [];
        return type === 'DeadlineChanged'
          ? (escalations as { stepIndex: number; escalateAt: unknown }[]).filter(one => one.stepIndex === key).map(one => one.escalateAt)
          : [];
      });
      if (times.at(-1)) waits.push(`escalate ${key}`);
    }
    for (const [index, event] of step.entries()) {
      const { type } = event;
      const { step: opened, stepIndex, level, attemptId, nextAttemptAt } = data(event) as Record<string, unknown>;
      const after = step.slice(index + 1);
      const toldOf = (key: unknown, at?: unknown) =>
        after.some(
          one =>
            one.stream.startsWith('notification-') && data(one)['stepIndex'] === key && (at === undefined || data(one)['level'] === at),
        );
      if (type === 'ReviewStepOpened') {
        const { index: key } = opened as { index: number };
        if (!toldOf(key, 0)) waits.push(`alert ${key}/0`);
      }
      if (type === 'ApprovalEscalated' && !toldOf(stepIndex, level)) waits.push(`alert ${stepIndex}/${level}`);
      if (type === 'EscalationExhausted' && !toldOf(stepIndex, Number(level) + 1)) waits.push(`alert ${stepIndex}/${Number(level) + 1}`);
      if (/NotificationFailed|NotificationHeld/.test(type) && nextAttemptAt) {
        const same = (one: LoggedEvent) => data(one)['stepIndex'] === stepIndex && data(one)['attemptId'] === attemptId;
        if (!after.some(one => same(one) && /NotificationSent|NotificationFailed|NotificationHeld/.test(one.type)))
          waits.push(`nextNotification ${stepIndex}/${attemptId}`);
      }
    }
    return [...new Set(waits)].toSorted();
  }
  const after = all.slice(endIndex + 1);
  const { delivery } = all[endIndex]!.data as { delivery: { callback: boolean; resume: { mode: string } } };
  const planned = (event: LoggedEvent) => Boolean(data(event)['nextAttemptAt']);
  const part = (work: string, timer: string, wanted: boolean, tries: string[], ends: string[]): void => {
    const endedAt = after.findLastIndex(({ type }) => ends.includes(type));
    const isPlanned = after.slice(endedAt + 1).some(event => tries.includes(event.type) && planned(event));
    if (isPlanned) waits.push(timer);
    else if (wanted && endedAt < 0) waits.push(work);
  };
  part(
    'deliver',
    'nextCallback',
    delivery.callback,
    ['CallbackScheduled', 'CallbackAttemptFailed'],
    ['CallbackDelivered', 'CallbackExhausted'],
  );
  part(
    'resume',
    'nextResume',
    delivery.resume.mode === 'openai.submitToolOutputs',
    ['ResumeAttempted'],
    ['RunResumed', 'ResumeImpossible'],
  );
  // Nothing else that is told here says by its cause that it answers one of these.
  for (const { type, id } of after) if (type === 'CallbackExhausted') waits.push(`alert @${id}`);
  return waits.toSorted();
};
