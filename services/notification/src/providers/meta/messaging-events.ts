import type { InboundItem } from '../../channels/channel.ts';
import { childOf, idOf, jsonOf, listOf, textOf } from './json.ts';
import { optWordOf } from './opt-words.ts';
import { pressOf } from './reasons.ts';

/** A token of the console: it came along with a link, or somebody pasted it as a message. */
const TOKEN = /^[a-z2-7]{52}$/;

const ignored = (reason: string): InboundItem => ({ kind: 'ignored', reason });

/**
 * What one webhook of Messenger (`page`) or Instagram (`instagram`) brings.
 * @param text the body, whose signature is right
 * @param accountId the page or account that is ours: an app is told of all that are connected to it
 */
export const parseMessaging = (text: string, object: 'page' | 'instagram', accountId: string): InboundItem[] => {
  const body = jsonOf(text);
  if (textOf(body, 'object') !== object) return [ignored('a webhook of something else')];
  return listOf(body, 'entry').flatMap(entry =>
    idOf(entry, 'id') === accountId
      ? [...eventsOf(entry).map(event => itemOf(event, accountId)), ...standby(entry)]
      : [ignored('another account')],
  );
};

/** Both ways in which events are wrapped: `messaging[]`, and `changes[]` with the event as its value. */
const eventsOf = (entry: unknown): unknown[] => [
  ...listOf(entry, 'messaging'),
  ...listOf(entry, 'changes')
    .map(change => childOf(change, 'value'))
    .filter(value => childOf(value, 'sender') !== undefined),
];

/** Another app holds the conversation: what is said there is not said to us. */
const standby = (entry: unknown): InboundItem[] => listOf(entry, 'standby').map(() => ignored('said to another app'));

const itemOf = (event: unknown, accountId: string): InboundItem => {
  const sender = idOf(childOf(event, 'sender'), 'id');
  const message = childOf(event, 'message');
  // Our own messages come back as echoes, with the account as their sender.
  if (childOf(message, 'is_echo') === true || sender === accountId) return ignored('an echo');
  if (sender === null) return ignored('a message from nobody');
  if (childOf(event, 'delivery') !== undefined || childOf(event, 'read') !== undefined)
    return ignored('a watermark, which names no message of ours');
  return enrolmentOf(event, sender) ?? pressOrTextOf(event, sender) ?? ignored('an event of another kind');
};

const referralsOf = (event: unknown): unknown[] => [
  childOf(event, 'referral'),
  childOf(childOf(event, 'postback'), 'referral'),
  childOf(childOf(event, 'message'), 'referral'),
];

/** Each kind of event has its own id; a referral has none but when it happened. */
const inboundIdOf = (event: unknown, sender: string): string =>
  textOf(childOf(event, 'message'), 'mid') ??
  textOf(childOf(event, 'postback'), 'mid') ??
  `${sender}:${idOf(event, 'timestamp') ?? '0'}:${childOf(event, 'postback') === undefined ? 'referral' : 'postback'}`;

const enrolmentOf = (event: unknown, address: string): InboundItem | undefined => {
  const refs = [...referralsOf(event).map(referral => textOf(referral, 'ref')), textOf(childOf(event, 'message'), 'text')?.trim()];
  const token = refs.find(ref => typeof ref === 'string' && TOKEN.test(ref));
  return token == null
    ? undefined
    : { kind: 'enrol', inboundId: inboundIdOf(event, address), token, address, route: null, reply: { to: address } };
};

const pressOrTextOf = (event: unknown, sender: string): InboundItem | undefined => {
  const inboundId = inboundIdOf(event, sender);
  const message = childOf(event, 'message');
  const [identities, reply] = [[sender], { to: sender }];
  const payload = textOf(childOf(event, 'postback'), 'payload') ?? textOf(childOf(message, 'quick_reply'), 'payload');
  if (payload !== null) return { kind: 'press', inboundId, identities, ...pressOf(payload), reply };
  const text = textOf(message, 'text');
  if (text === null) return undefined;
  const wish = optWordOf(text);
  return wish === null ? { kind: 'text', inboundId, identities, text, reply } : { kind: wish, inboundId, identities };
};
