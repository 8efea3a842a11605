import { streamOf, type Event } from '@holdpoint/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADAS_NUMBER, CHATS, startAnsweringPeople, type AnsweringPeople } from './answering-people.ts';

let world: AnsweringPeople;
beforeAll(async () => {
  world = await startAnsweringPeople();
});
afterAll(() => world.close());

type Alert = Event<'NotificationSent' | 'NotificationFailed' | 'NotificationHeld'>;
const alerts = async (id: string, enough: number) =>
  (await world.until(id, events => events.length >= enough)).map(event => {
    const { type, data } = event as unknown as Alert;
    const why = type === 'NotificationHeld' ? ` for ${data.reason}` : type === 'NotificationFailed' ? ` ${data.code}` : '';
    return `${type.slice('Notification'.length)} ${data.operatorId.slice('opr_'.length)} ${data.channel}${why}`;
  });
const addressOf = (name: string, channel: string): string =>
  world.parts.directory.operator(`opr_${name}`)!.addresses.find(address => address.channel === channel)!.addressId;
const rules = (name: string, ...given: [channel: string, afterSec: number][]) =>
  world.settings(streamOf.operator(`opr_${name}`), {
    type: 'NotificationRulesSet',
    data: {
      operatorId: `opr_${name}`,
      rules:
        given.length === 0
          ? null
          : given.map(([channel, afterSec]) => ({ importance: 'default' as const, addressId: addressOf(name, channel), afterSec })),
      at: world.parts.now(),
    },
  });

describe("a person's own rules", () => {
  afterAll(() => rules('ada'));

  it('tell where first, and where when that was not enough; a decision ends the wait', async () => {
    await rules('ada', ['telegram', 0], ['sms', 2]);
    const id = await world.ask(['ada']);
    expect(await alerts(id, 2)).toEqual(['Sent ada telegram', 'Held ada sms for rule']);
    expect((await alerts(id, 3))[2]).toBe('Sent ada sms');

    const decided = await world.ask(['ada']);
    const { messageId } = await world.chat(decided, CHATS.ada);
    await world.fake.telegram.press(messageId, 'I take it');
    const after = await world.until(decided, events => events.some(({ data }) => (data as { code?: string }).code === 'superseded'));
    expect(after.filter(({ type }) => type === 'NotificationSent').map(({ data }) => (data as { channel: string }).channel)).toEqual([
      'telegram',
    ]);
  });

  it('are not waited for when the first address fails for good', async () => {
    await rules('ada', ['telegram', 0], ['sms', 600]);
    world.fake.telegram.mishaps.add(String(CHATS.ada), {
      status: 400,
      body: { ok: false, error_code: 400, description: 'Bad Request: message is too long' },
    });
    const id = await world.ask(['ada']);
    const told = await alerts(id, 3);
    expect(told.filter(line => line.startsWith('Failed ada telegram 400'))).toHaveLength(1);
    expect(told).toContain('Sent ada sms');
  });
});

describe('a paid channel', () => {
  it('stops at what it may cost a day, and the person is told elsewhere', async () => {
    await world.policy({ unitsPerDayMax: { sms: 2 } });
    const sent = () => world.fake.twilio.messages.filter(({ to }) => to === ADAS_NUMBER).length;
    const before = sent();
    const ids = [await world.ask(['ada']), await world.ask(['ada']), await world.ask(['ada'])];
    const told = await Promise.all(ids.map(id => alerts(id, 2)));
    expect(sent() - before).toBeLessThanOrEqual(2);
    expect(told.flat().filter(line => line === 'Failed ada sms spend_cap').length).toBeGreaterThanOrEqual(1);
    for (const lines of told) expect(lines).toContain('Sent ada telegram');
    const day = world.parts.now().slice(0, 10);
    const { events } = await world.parts.eventLog.load(streamOf.spend(`org_example_sms_${day}`));
    expect(events.map(({ data }) => (data as { units: number }).units)).toEqual([2]);
    await world.policy({});
  });
});

describe('what the organisation names', () => {
  it('never leaves for a channel, nor does a secret', async () => {
    await world.policy({ redactPaths: ['/order_id'] });
    const id = await world.ask(['ada'], {
      private: {
        arguments: {
          contextSummary: 'Refund for A-1, paid with 4111 1111 1111 1111, key sk-live-0123456789abcdef0123',
          proposedAction: 'Refund order A-1',
          entityId: 'A-1',
          riskLevel: 'low',
        },
      },
    });
    const { text } = await world.chat(id, CHATS.ada);
    expect(text).toContain('[redacted]');
    for (const hidden of ['A-1', '4111', 'sk-live-0123456789']) expect(text).not.toContain(hidden);
    await world.policy({});
  });
});
