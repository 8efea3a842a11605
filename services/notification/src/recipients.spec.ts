import type { AlertChannel } from '@holdpoint/contracts';
import type { Operator } from '@holdpoint/directory';
import { describe, expect, it } from 'vitest';
import { onChannels, openAsked, reachOf, RECIPIENTS_MAX, type Reach } from './recipients.ts';
import { nextTryMs, RETRY_AFTER_FAILURE_SEC } from './schedule.ts';

const operator = (operatorId: string, ...addresses: [channel: AlertChannel, address: string, verified?: boolean][]): Operator => ({
  operatorId,
  tenant: 'org_x',
  name: operatorId,
  email: `${operatorId}@example.test`,
  roles: ['operator'],
  addresses: addresses.map(([channel, address, verified = true], index) => ({
    addressId: `a${index}`,
    channel,
    address,
    route: null,
    verified,
    verifiedAt: verified ? '2026-11-01T00:00:00.000Z' : null,
    usedAt: null,
  })),
});
const normalise = (_tenant: string, channel: AlertChannel, address: string) =>
  channel === 'email'
    ? address.includes('@')
      ? address.toLowerCase()
      : null
    : channel === 'inbox' || address === '+1555'
      ? null
      : address;
const reach = (...operators: Operator[]) =>
  reachOf(operators, normalise).map(({ operatorId, channel, address }) => `${operatorId}/${channel}/${address ?? ''}`);

describe('recipients', () => {
  it('are reached on each verified address once', () => {
    expect(reach(operator('ada', ['email', 'a@x'], ['email', 'A@X'], ['email', 'b@x']))).toEqual(['ada/email/a@x', 'ada/email/b@x']);
  });

  it('without a usable address find the request in the inbox', () => {
    for (const person of [
      operator('ben'),
      operator('ben', ['email', 'a@x', false]),
      operator('ben', ['sms', '+1555']),
      operator('ben', ['email', 'broken']),
    ])
      expect(reach(person)).toEqual(['ben/inbox/']);
  });

  it('are no mailing list', () => {
    expect(reach(...Array.from({ length: 80 }, (_, n) => operator(`o${n}`)))).toHaveLength(RECIPIENTS_MAX);
  });
});

describe("a person's own rules", () => {
  const ada = operator('ada', ['email', 'a@x'], ['sms', '+1'], ['telegram', '42']);
  const rules = (...given: [importance: 'default' | 'important', addressId: string, afterSec: number][]) =>
    given.map(([importance, addressId, afterSec]) => ({ importance, addressId, afterSec }));
  const told = (importance: 'default' | 'important' | 'everywhere', given: ReturnType<typeof rules>) =>
    reachOf([ada], normalise, importance, () => given).map(({ channel, afterSec }) => `${channel} after ${afterSec}`);

  it('say where first, and where when that was not enough', () => {
    expect(told('default', rules(['default', 'a1', 300], ['default', 'a2', 0]))).toEqual(['telegram after 0', 'sms after 300']);
  });

  it('for important alerts are their own, or the ordinary ones where there are none', () => {
    expect(told('important', rules(['default', 'a0', 0], ['important', 'a1', 0]))).toEqual(['sms after 0']);
    expect(told('important', rules(['default', 'a0', 0]))).toEqual(['email after 0']);
  });

  it('that name nothing usable leave every verified address', () => {
    expect(told('default', rules(['default', 'gone', 0]))).toEqual(['email after 0', 'sms after 0', 'telegram after 0']);
  });

  it('do not keep an alarm from any address', () => {
    expect(told('everywhere', rules(['default', 'a0', 600]))).toEqual(['email after 0', 'sms after 0', 'telegram after 0']);
  });

  it('leave the inbox beside channels on which a person has to write first', () => {
    expect(reach(operator('ben', ['messenger', '77']))).toEqual(['ben/messenger/77', 'ben/inbox/']);
    expect(reach(operator('ben', ['messenger', '77'], ['email', 'b@x']))).toEqual(['ben/messenger/77', 'ben/email/b@x']);
  });
});

describe('who is asked', () => {
  const people = new Map(
    [operator('ada', ['email', 'a@x']), operator('ben'), { ...operator('cid'), roles: ['senior' as const] }].map(one => [
      one.operatorId,
      one,
    ]),
  );
  let lookups = 0;
  const lists = new Map<string, { operators: string[]; standIns: [] }>();
  const asked = openAsked(
    {
      asked: (_tenant, { roles, schedules }) => {
        const key = [...roles, ...(schedules ?? [])].join();
        const list = lists.get(key) ?? { operators: [...people.keys()], standIns: [] };
        lists.set(key, list);
        return list;
      },
      operator: id => {
        lookups += 1;
        return people.get(id) ?? null;
      },
      notificationRules: () => null,
      onChange: () => () => {},
    },
    normalise,
  );
  const round = { approvers: { roles: ['operator' as const], operators: [] }, askedAt: '2026-11-23T10:00:00Z', important: false };
  const ids = (more: Partial<Parameters<typeof asked.of>[1]> = {}) =>
    asked.of('org_x', { ...round, ...more }).reach.map(({ operatorId }) => operatorId);

  it('is whoever the directory says, and where they are reached is worked out once for the same answer', () => {
    expect(ids()).toEqual(['ada', 'ben', 'cid']);
    const before = lookups;
    expect(ids()).toEqual(['ada', 'ben', 'cid']);
    expect(lookups).toBe(before);
    lists.clear();
    people.set('dan', operator('dan'));
    expect(ids()).toEqual(['ada', 'ben', 'cid', 'dan']);
  });

  it('is exactly whom the event names, and of them nobody of another organisation', () => {
    people.set('zoe', { ...operator('zoe'), tenant: 'org_y' });
    expect(ids({ people: ['ben', 'zoe', 'gone'] })).toEqual(['ben']);
  });

  it('is seniors only where only seniors may decide', () => {
    expect(ids({ seniorOnly: true })).toEqual(['cid']);
  });

  it('is told on the channels of the rung, in its order, and on their own where they have none of these', () => {
    const reached: Reach[] = [
      { operatorId: 'ada', operatorName: 'ada', channel: 'email', address: 'a@x', route: null, verifiedAt: null, afterSec: 0 },
      { operatorId: 'ada', operatorName: 'ada', channel: 'sms', address: '+1', route: null, verifiedAt: null, afterSec: 0 },
      { operatorId: 'ada', operatorName: 'ada', channel: 'push', address: 'p', route: null, verifiedAt: null, afterSec: 0 },
      { operatorId: 'ben', operatorName: 'ben', channel: 'inbox', address: null, route: null, verifiedAt: null, afterSec: 0 },
    ];
    expect(onChannels(reached, ['sms', 'email']).map(({ operatorId, channel }) => `${operatorId} ${channel}`)).toEqual([
      'ada sms',
      'ada email',
      'ben inbox',
    ]);
  });
});

describe('the schedule of alerts', () => {
  const failed = (name: 'retryable' | 'unknown_outcome' | 'recipient_gone' | 'config', retryAfterMs?: number) => ({
    class: name,
    code: 'x',
    safeMessage: 'x',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

  it('gives five attempts in all', () => {
    expect([1, 2, 3, 4, 5].map(failures => nextTryMs(failed('retryable'), failures, 0.5))).toEqual([
      ...RETRY_AFTER_FAILURE_SEC.map(sec => sec * 1_000),
      null,
    ]);
  });

  it('sends once more what may have arrived', () => {
    expect(nextTryMs(failed('unknown_outcome'), 1, 0.5)).toBe(5_000);
    expect(nextTryMs(failed('unknown_outcome'), 2, 0.5)).toBeNull();
  });

  it('does not insist where it is hopeless, and waits where it was asked to', () => {
    expect(nextTryMs(failed('recipient_gone'), 1, 0.5)).toBeNull();
    expect(nextTryMs(failed('config'), 1, 0.5)).toBeNull();
    expect(nextTryMs(failed('retryable', 300_000), 1, 0.5)).toBe(300_000);
  });
});
