import type { AlertChannel } from '@holdpoint/contracts';
import type { Operator } from '@holdpoint/directory';
import { describe, expect, it } from 'vitest';
import { openEntitled, reachOf, RECIPIENTS_MAX } from './recipients.ts';
import { nextTryMs, RETRY_AFTER_FAILURE_SEC } from './schedule.ts';

const operator = (operatorId: string, ...addresses: [channel: 'email' | 'sms', address: string, verified?: boolean][]): Operator => ({
  operatorId,
  tenant: 'org_x',
  name: operatorId,
  email: `${operatorId}@example.test`,
  roles: ['operator'],
  addresses: addresses.map(([channel, address, verified = true], index) => ({ addressId: `a${index}`, channel, address, verified })),
});
const normalise = (channel: AlertChannel, address: string) => (channel === 'email' && address.includes('@') ? address.toLowerCase() : null);
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

describe('who is entitled', () => {
  it('is searched once for each list of approvers, until the directory changes', () => {
    const people = [operator('ada')];
    let searches = 0;
    let changed = () => {};
    const entitled = openEntitled(
      {
        operatorsWith: (_tenant, { roles }) => {
          searches += 1;
          return roles.includes('operator') ? [...people] : [];
        },
        onChange: listener => {
          changed = listener;
          return () => {};
        },
      },
      normalise,
    );
    const ask = (role: 'operator' | 'senior') => entitled.of('org_x', { roles: [role], operators: [] }).people;
    expect([ask('operator'), ask('operator'), ask('senior'), ask('senior')]).toEqual([1, 1, 0, 0]);
    expect(searches).toBe(2);
    people.push(operator('ben', ['email', 'b@x']));
    changed();
    expect(entitled.of('org_x', { roles: ['operator'], operators: [] }).reach).toMatchObject([
      { operatorId: 'ada', channel: 'inbox' },
      { operatorId: 'ben', channel: 'email', address: 'b@x' },
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
