import { decision } from '@holdpoint/decision';
import {
  channelPolicy,
  streamOf,
  type AlertChannel,
  type ApprovalEvent,
  type ChannelPolicy,
  type Event,
  type JsonObject,
  type RecordedEvent,
  type SettingsEvent,
} from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import {
  routeStep,
  startFakeProviders,
  TENANT,
  type EvaluationOptions,
  type FakeProviders,
  type RefundOptions,
  type TelegramChatMessage,
  type TwilioMessage,
} from '@holdpoint/testing';
import { startNotification, type RunningNotification } from './a-running-notification.ts';

export type AnsweringPeople = Omit<RunningNotification, 'ask'> & {
  fake: FakeProviders;
  hooks: Readonly<Record<'telegram' | 'sms', string>>;
  /** A request of low risk, unless said otherwise, that waits for these people. @returns its id */
  ask(names: readonly string[], options?: RefundOptions, gate?: EvaluationOptions): Promise<string>;
  /** What a person was told about it in Telegram. */
  chat(id: string, chatId: number): Promise<TelegramChatMessage>;
  /** What a person was told about it by text message. */
  text(id: string, number: string): Promise<TwilioMessage>;
  approval(id: string): Promise<ApprovalEvent[]>;
  /** What became of answers, as recorded. */
  answers(id: string): Promise<Event<'ChannelReplyAccepted' | 'ChannelReplyRefused'>[]>;
  settings(stream: string, ...events: SettingsEvent[]): Promise<void>;
  addAddress(name: string, channel: AlertChannel, address: string, at?: string): Promise<string>;
  policy(policy: Partial<ChannelPolicy>): Promise<void>;
};

/** Private chats with the bot, and a number: Ada has both, Cid and Dan a chat. */
export const CHATS = { ada: 1_001, cid: 1_003, dan: 1_004, stranger: 9_999 } as const;
export const ADAS_NUMBER = '+14155550123';
/** What a button of a message stands for. */
export const handleOn = ({ markup }: TelegramChatMessage, label: string): string => {
  const buttons = markup !== null && 'inline_keyboard' in markup ? markup.inline_keyboard.flat() : [];
  const data = buttons.find(({ text }) => text === label)?.callback_data;
  if (data === undefined) throw new Error(`there is no button ${label}`);
  return data;
};

const OUR_NUMBER = '+14155550100';
const LONG_AGO = '2026-11-20T10:00:00.000Z';

/** Notification and decision beside the relay, and providers through which people are asked and answer. */
export const startAnsweringPeople = async (env: Record<string, string> = {}): Promise<AnsweringPeople> => {
  const fake = await startFakeProviders();
  const base = await startNotification({ HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8', ...env });
  const { parts } = base;
  const { eventLog, directory, messaging } = parts;
  const deciding = await decision.start(decision.readConfig({ DECISION_PORT: '0' }), parts);

  const settings = async (stream: string, ...events: SettingsEvent[]): Promise<void> => {
    const { position } = await eventLog.handle({ initial: null, evolve: () => null, decide: (): Event[] => events }, stream, null, {
      commandId: newId('cmd'),
      tenant: TENANT,
      actor: 'service:spec',
      recordedAt: parts.now(),
    });
    await directory.atLeast(position!);
  };
  const connect = async (channel: AlertChannel, config: JsonObject): Promise<string> => {
    const hookId = newId('hk').slice('hk_'.length);
    const at = parts.now();
    await settings(streamOf.organization(TENANT), {
      type: 'ChannelConnected',
      data: { channel, hookId, by: 'opr_dan', at, private: { config } },
    });
    const { fault } = await messaging.request<{ fault: { detail: string } | null }>(
      'hp.query.channelConfig',
      { tenant: TENANT, channel, config, hookId },
      { timeoutMs: 5_000 },
    );
    if (fault !== null) throw new Error(fault.detail);
    return `${base.url}/channels/${channel}/${hookId}`;
  };
  const addAddress: AnsweringPeople['addAddress'] = async (name, channel, address, at = LONG_AGO) => {
    const operatorId = `opr_${name}`;
    const addressId = newId('adr');
    await settings(
      streamOf.operator(operatorId),
      { type: 'ChannelAddressAdded', data: { operatorId, addressId, channel, at, private: { address } } },
      { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } },
    );
    return addressId;
  };

  const policy: AnsweringPeople['policy'] = wanted =>
    settings(streamOf.organization(TENANT), {
      type: 'ChannelPolicySet',
      // Many requests in a minute for one person are no storm here.
      data: { policy: channelPolicy.parse({ alertsPerMinuteMax: 600, ...wanted }), by: 'opr_dan', at: parts.now() },
    });
  await policy({});

  const { twilio, telegram } = fake;
  const smsConfig = {
    accountSid: twilio.accountSid,
    authToken: twilio.authToken,
    from: OUR_NUMBER,
    apiUrl: `${fake.origin}/twilio`,
  };
  const hooks = {
    telegram: await connect('telegram', { botToken: telegram.botToken, apiUrl: `${fake.origin}/telegram` }),
    sms: await connectSms(),
  };
  for (const name of ['ada', 'cid', 'dan'] as const) {
    telegram.hasStarted(CHATS[name]);
    await addAddress(name, 'telegram', String(CHATS[name]));
  }
  await addAddress('ada', 'sms', ADAS_NUMBER);

  /** The number's hook is entered at the provider by hand, so its address has to be known there before it is checked. */
  async function connectSms(): Promise<string> {
    const hookId = newId('hk').slice('hk_'.length);
    const url = `${base.url}/channels/sms/${hookId}`;
    twilio.numbers.set(OUR_NUMBER, { smsUrl: url, voiceUrl: '' });
    const at = parts.now();
    await settings(streamOf.organization(TENANT), {
      type: 'ChannelConnected',
      data: { channel: 'sms', hookId, by: 'opr_dan', at, private: { config: smsConfig } },
    });
    return url;
  }

  const approval = async (id: string) => (await eventLog.load(streamOf.approval(id))).events as unknown as ApprovalEvent[];
  const found = async <T>(look: () => T | undefined): Promise<T> => {
    for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 20) {
      const it = look();
      if (it !== undefined) return it;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    throw new Error('it did not come within 10 s');
  };
  const sentTo = (events: readonly RecordedEvent[], channel: AlertChannel, address: string) =>
    events.find(
      ({ type, data }) =>
        type === 'NotificationSent' &&
        (data as { channel: string }).channel === channel &&
        (data as { private: { address: string | null } }).private.address === address,
    )?.data as { providerMessageId: string } | undefined;
  return {
    ...base,
    fake,
    hooks,
    settings,
    addAddress,
    approval,
    ask: (names, options = {}, gate = {}) =>
      base.ask(
        { steps: [routeStep({ approvers: { roles: [], operators: names.map(name => `opr_${name}`) } })], ...gate },
        { riskLevel: 'low', ...options },
      ),
    chat: async (id, chatId) => {
      const events = await base.until(id, all => sentTo(all, 'telegram', String(chatId)) !== undefined);
      const messageId = Number(sentTo(events, 'telegram', String(chatId))!.providerMessageId);
      return found(() => telegram.messages.find(message => message.messageId === messageId));
    },
    text: async (id, number) => {
      const events = await base.until(id, all => sentTo(all, 'sms', number) !== undefined);
      return found(() => twilio.messages.find(({ sid }) => sid === sentTo(events, 'sms', number)!.providerMessageId));
    },
    answers: async id =>
      (await base.events(id)).filter(({ type }) => type.startsWith('ChannelReply')) as unknown as Event<
        'ChannelReplyAccepted' | 'ChannelReplyRefused'
      >[],
    policy,
    close: async () => {
      await deciding.close();
      await base.close();
      await fake.close();
    },
  };
};
