import { streamOf, type Event } from '@holdpoint/contracts';
import { person } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHATS, startAnsweringPeople, type AnsweringPeople } from './answering-people.ts';

let world: AnsweringPeople;
beforeAll(async () => {
  world = await startAnsweringPeople();
});
afterAll(() => world.close());

const record = async (stream: string, actor: string, event: Event): Promise<void> => {
  const { revision } = await world.parts.eventLog.load(stream);
  const options = { commandId: `${event.type}/${stream}/${revision}`, tenant: 'org_example', actor, recordedAt: world.parts.now() };
  await world.parts.eventLog.append(stream, [event], { ...options, expectedRevision: revision < 0 ? 'none' : revision });
};
const chat = (words: string) =>
  world.fake.telegram.messages.filter(({ chatId, text }) => chatId === CHATS.dan && text.includes(words)).map(({ text }) => text);
const mails = (words: string) => world.mail.messages.filter(({ raw }) => raw.includes(words)).map(({ to }) => to.join());

describe('answers that do not arrive', () => {
  it('are told to admins on both of their channels, once, and to nobody else', async () => {
    // An app waits for the answer by callback; nobody is told of what nobody waits for.
    const delivery = { source: 'custom', callback: true, resume: { mode: 'callback' }, upstreamExpiresAt: null } as const;
    const id = await world.ask(['ada'], { delivery });
    await world.chat(id, CHATS.ada);
    const approve = { type: 'Approve', by: person('ada', 'operator'), channel: 'console', now: world.parts.now() } as const;
    await world.handle(id, { ...approve, solo: false, hold: null, people: () => ({ operators: [], standIns: [] }) });
    const at = world.parts.now();
    const data = { approvalId: id, webhookId: 'msg_1', attempts: 9, at, lastErrorClass: 'http_500', endpointId: 'shop' };
    await record(streamOf.callback(id), 'service:callback', { type: 'CallbackExhausted', data });
    await expect.poll(() => chat(`The decision about ${id}`), { timeout: 10_000 }).toHaveLength(1);
    expect(chat(id)[0]).toContain('did not arrive at the endpoint shop: 9 tries, the last failed with http_500');
    await expect.poll(() => mails('Answers do not arrive: shop'), { timeout: 10_000 }).toEqual(['dan@example.test']);
    // Ada, who is no admin, hears nothing of it.
    expect(world.fake.telegram.messages.some(({ chatId, text }) => chatId === CHATS.ada && text.includes('did not arrive'))).toBe(false);
    // A round is recorded once all of it is sent.
    const told = async () =>
      (await world.events(id))
        .filter(({ data: about }) => 'cause' in about)
        .map(({ type, data: about }) => `${type} ${(about as { channel: string }).channel}`)
        .toSorted();
    await expect.poll(told, { timeout: 10_000 }).toEqual(['NotificationSent email', 'NotificationSent telegram']);
  });

  it('because the receiver is gone tell of the endpoint; one that a person disabled is known already', async () => {
    const organization = streamOf.organization('org_example');
    const disabled = (endpointId: string, reason: string): Event => ({
      type: 'EndpointDisabled',
      data: { endpointId, reason, at: world.parts.now() },
    });
    await record(organization, 'operator:opr_dan', disabled('old', 'disabled by an administrator'));
    await record(organization, 'service:callback', disabled('shop', 'shop.example answered 410 Gone'));
    await expect.poll(() => chat('is disabled'), { timeout: 10_000 }).toHaveLength(1);
    expect(chat('is disabled')[0]).toMatch(/The endpoint shop is disabled: .* answered 410 Gone\./);
    expect(chat('The endpoint old')).toEqual([]);
  });
});

describe('a channel whose provider refuses its settings', () => {
  const organization = streamOf.organization('org_example');
  const connect = (botToken: string) =>
    world.settings(organization, {
      type: 'ChannelConnected',
      data: {
        channel: 'telegram',
        hookId: 'a'.repeat(26),
        by: 'opr_dan',
        at: world.parts.now(),
        private: { config: { botToken, apiUrl: `${world.fake.origin}/telegram` } },
      },
    });
  const faults = async () =>
    (await world.parts.eventLog.load(organization)).events.filter(({ type }) => type === 'ChannelFaulted').map(({ data }) => data);
  const failed = async (id: string) =>
    expect
      .poll(async () => (await world.events(id)).some(({ type, data }) => type === 'NotificationFailed' && 'errorClass' in data), {
        timeout: 10_000,
      })
      .toBe(true);
  const told = () => mails('A channel does not work: telegram');

  it('is told to admins on another one, once until it is set up anew', async () => {
    await connect(`1:${'x'.repeat(35)}`);
    await failed(await world.ask(['ada', 'cid']));
    await expect.poll(told, { timeout: 10_000 }).toEqual(['dan@example.test']);
    expect(world.parts.directory.channelFault('org_example', 'telegram')).toMatchObject({ code: '401' });
    expect(chat('does not work')).toEqual([]);
    // It rests for half a minute; what fails meanwhile is the same outage.
    await failed(await world.ask(['cid']));
    expect(await faults()).toMatchObject([{ channel: 'telegram', code: '401' }]);

    await connect(world.fake.telegram.botToken);
    expect(world.parts.directory.channelFault('org_example', 'telegram')).toBeNull();
    expect(told()).toHaveLength(1);
  });
});
