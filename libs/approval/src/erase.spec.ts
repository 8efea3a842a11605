import { describe, expect, it } from 'vitest';
import type { ApprovalEvent } from '@holdpoint/contracts';
import { evaluation, givenAfter, given, hashOf, noonPlus, ordinarily, person, refund, refundRequested } from '@holdpoint/testing';
import { mayDo, type ApprovalCommand, type Person } from './index.ts';

const olga = person('olga', 'owner');
const adam = person('adam', 'admin');
const ada = person('ada', 'operator');
const cleo = person('cleo', 'senior');
const audrey = person('audrey', 'auditor');
const on = (by: Person, at = 100) => ({ by, channel: 'console' as const, now: noonPlus(at) });
const agent = { by: { kind: 'agent' as const, id: 'agt' }, now: noonPlus(100) };

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate: ApprovalCommand = { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: noonPlus(1) };
const approve: ApprovalCommand = { type: 'Approve', ...ordinarily, ...on(ada, 20) };
const hold = (by = olga): ApprovalCommand => ({ type: 'PlaceHold', ...on(by, 30), reason: 'Case 117.' });
const release = (by = olga): ApprovalCommand => ({ type: 'ReleaseHold', ...on(by, 40), reason: 'Closed.' });
const erase = (by = olga, reason = 'Request 4711.'): ApprovalCommand => ({ type: 'EraseApproval', ground: 'request', ...on(by), reason });
const due = (endedBefore = noonPlus(90)): ApprovalCommand => ({
  type: 'EraseApproval',
  ground: 'retention',
  reason: 'Kept for 84 months after its end.',
  endedBefore,
  now: noonPlus(100),
});
const decided = () => givenAfter(request, gate, approve);
const ordered: ApprovalEvent = {
  type: 'ErasureOrdered',
  data: {
    ground: 'request',
    reason: 'Request 4711.',
    by: { kind: 'operator', id: 'opr_olga', display: 'Olga', role: 'owner' },
    at: noonPlus(100),
  },
};
const done: ApprovalEvent = { type: 'ApprovalErased', data: { ground: 'request', keys: 1, at: noonPlus(101) } };

describe('erasing', () => {
  it.each([olga, adam])('is ordered by an owner or an admin, with a reason in the clear', by => {
    decided()
      .when(erase(by))
      .thenEvents({
        type: 'ErasureOrdered',
        data: { ground: 'request', reason: 'Request 4711.', by: { kind: 'operator', id: by.id }, at: noonPlus(100) },
      });
  });
  it.each([ada, cleo, audrey])('is for nobody else: $display', by => {
    decided()
      .when(erase(by))
      .thenRefused('not_eligible', /owner or an admin/);
  });
  it.each(['', '  \n'])('needs a reason, not %j', reason => {
    decided()
      .when(erase(olga, reason))
      .thenRefused('reason_required', /`note`/);
  });
  it('has to wait for the end, and for the request', () => {
    given().when(erase()).thenRefused('not_found');
    givenAfter(request)
      .when(erase())
      .thenRefused('still_open', /decide or withdraw/);
    givenAfter(request, gate).when(erase()).thenRefused('still_open');
    givenAfter(request, gate).when(due()).thenRefused('still_open');
  });
  it('twice is once, also when it is done, whoever asks and why', () => {
    for (const events of [[ordered], [ordered, done]]) {
      const after = given(...decided().events, ...events);
      after.when(erase(adam)).thenNothing();
      after.when(due()).thenNothing();
    }
  });
  it('comes by itself once what ended before then is due, and not a millisecond earlier', () => {
    const { state } = decided();
    const endedAt = state.status === 'closed' ? state.end.decision.decidedAt : '';
    expect(endedAt).toBe(noonPlus(20));
    decided()
      .when(due(endedAt))
      .thenRefused('still_open', /until its time is over/);
    decided()
      .when(due(noonPlus(20.001)))
      .thenEvents({ type: 'ErasureOrdered', data: { ground: 'retention', by: { kind: 'rule', id: 'retention' } } });
  });
});

describe('a legal hold', () => {
  it('stands in the way of people and of retention, and names whose it is', () => {
    const held = givenAfter(request, gate, approve, hold());
    for (const command of [erase(), due()]) held.when(command).thenRefused('legal_hold', /Olga put it on legal hold at/);
    givenAfter(request, gate, approve, hold(), release()).when(erase()).thenEvents('ErasureOrdered');
  });
  it('may be placed while it is open, and holds after the end', () => {
    for (const before of [[request], [request, gate]])
      givenAfter(...before)
        .when(hold())
        .thenEvents('LegalHoldPlaced');
    givenAfter(request, gate, hold(), { ...approve, now: noonPlus(35) } as ApprovalCommand)
      .when(erase())
      .thenRefused('legal_hold');
  });
  it('is placed once, and released only where it stands', () => {
    decided()
      .when(hold())
      .thenEvents({ type: 'LegalHoldPlaced', data: { by: { id: 'opr_olga' }, at: noonPlus(30) } });
    givenAfter(request, gate, approve, hold()).when(hold(adam)).thenNothing();
    givenAfter(request, gate, approve, hold())
      .when(release(adam))
      .thenEvents({ type: 'LegalHoldReleased', data: { by: { id: 'opr_adam' }, private: { reason: 'Closed.' } } });
    decided().when(release()).thenRefused('not_on_hold');
  });
  it.each([ada, cleo, audrey])('is not for $display', by => {
    decided().when(hold(by)).thenRefused('not_eligible');
    givenAfter(request, gate, approve, hold()).when(release(by)).thenRefused('not_eligible');
  });
  it('needs a reason each time', () => {
    decided()
      .when({ ...hold(), reason: ' ' } as ApprovalCommand)
      .thenRefused('reason_required');
    givenAfter(request, gate, approve, hold())
      .when({ ...release(), reason: '' } as ApprovalCommand)
      .thenRefused('reason_required');
  });
});

describe('what was ordered to be erased', () => {
  const hash = hashOf(refund(245));
  const late: ApprovalCommand[] = [
    hold(),
    { type: 'Consume', ...agent, hold: null, actionHash: hash },
    { type: 'ReportExecution', actionHash: hash, outcome: 'succeeded', now: noonPlus(100) },
  ];
  it.each(late.map(command => [command.type, command] as const))('takes no %s any more', (_type, command) => {
    for (const events of [[ordered], [ordered, done]])
      given(...decided().events, ...events)
        .when(command)
        .thenRefused('erased', /erased at .* because Olga ordered it/);
  });
  it('says so where its time was over', () => {
    const byTime: ApprovalEvent = {
      type: 'ErasureOrdered',
      data: { ground: 'retention', reason: 'x', by: { kind: 'rule', id: 'retention' }, at: noonPlus(100) },
    };
    given(...decided().events, byTime)
      .when(hold())
      .thenRefused('erased', /its time was over/);
  });
  it('is looked at by nobody afterwards, and no refusal goes on record', () => {
    const sampled = givenAfter(request, {
      ...gate,
      evaluation: evaluation({ verdict: 'APPROVE_AUTOMATICALLY', sampled: true }),
    } as ApprovalCommand);
    const after = given(...sampled.events, ordered);
    after.when({ type: 'Review', ...on(cleo), agreed: true, solo: false }).thenRefused('erased');
    after.when({ type: 'RecordRefusal', ...on(ada), verb: 'approve', code: 'already_decided', detail: 'x' }).thenNothing();
  });
  it('is in the state, with whose order it was and whether it is done', () => {
    const by = { ground: 'request', by: { id: 'opr_olga' }, at: noonPlus(100) };
    expect(given(...decided().events, ordered).state).toMatchObject({ erasure: { ...by, done: false } });
    expect(given(...decided().events, ordered, done).state).toMatchObject({ erasure: { ...by, done: true } });
    expect(given(...decided().events, done).state).toMatchObject({ erasure: null });
  });
});

describe('a page', () => {
  const at = { now: noonPlus(100), solo: false, hold: null };
  const may = (verb: 'erase' | 'placeHold' | 'releaseHold', by: Person, world: { state: Parameters<typeof mayDo>[2] }) =>
    mayDo(verb, by, world.state, at).allowed;
  it('offers what would be taken', () => {
    const held = givenAfter(request, gate, approve, hold());
    const erased = given(...decided().events, ordered);
    expect([may('erase', olga, decided()), may('placeHold', olga, decided()), may('releaseHold', olga, decided())]).toEqual([
      true,
      true,
      false,
    ]);
    expect([may('erase', olga, held), may('releaseHold', olga, held)]).toEqual([false, true]);
    expect([may('erase', ada, decided()), may('placeHold', ada, decided()), may('releaseHold', ada, held)]).toEqual([false, false, false]);
    expect([may('erase', olga, erased), may('placeHold', olga, erased), may('releaseHold', olga, erased)]).toEqual([false, false, false]);
    expect(may('erase', olga, givenAfter(request))).toBe(false);
  });
});
