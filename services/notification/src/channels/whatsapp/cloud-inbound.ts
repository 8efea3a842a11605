import { classifyGraph } from '../../providers/meta/classify.ts';
import { codesOf } from '../../providers/meta/graph.ts';
import { childOf, jsonOf, listOf, textOf } from '../../providers/meta/json.ts';
import { optWordOf } from '../../providers/meta/opt-words.ts';
import { pressOf } from '../../providers/meta/reasons.ts';
import type { InboundItem } from '../channel.ts';
import { phonesOf, userIdsOf } from './address.ts';
import { cloudMeaning } from './cloud-classify.ts';

const ignored = (reason: string): InboundItem => ({ kind: 'ignored', reason });

/**
 * What one webhook brings: messages, presses and receipts, several of each. Only of our own number: an app is told of all numbers of its account.
 * @param text the body, whose signature is right
 */
export const parseCloud = (text: string, phoneNumberId: string): InboundItem[] => {
  const body = jsonOf(text);
  if (textOf(body, 'object') !== 'whatsapp_business_account') return [ignored('no webhook of WhatsApp')];
  return listOf(body, 'entry').flatMap(entry =>
    listOf(entry, 'changes').flatMap(change => {
      const value = childOf(change, 'value');
      if (textOf(change, 'field') !== 'messages') return [ignored('a change of something else')];
      if (textOf(childOf(value, 'metadata'), 'phone_number_id') !== phoneNumberId) return [ignored('another number')];
      return [
        ...listOf(value, 'statuses').map(receiptOf),
        ...listOf(value, 'messages').flatMap(message => itemsOf(message, contactOf(value, message))),
        ...listOf(value, 'errors').map(() => ignored('an error without a message')),
      ];
    }),
  );
};

const STATUSES = ['sent', 'delivered', 'read', 'failed'] as const;

const receiptOf = (status: unknown): InboundItem => {
  const id = textOf(status, 'id');
  const name = STATUSES.find(known => known === textOf(status, 'status'));
  if (id === null || name === undefined) return ignored('a receipt of an unknown form');
  if (textOf(status, 'recipient_type') === 'group') return ignored('a receipt of a group');
  const codes = codesOf(listOf(status, 'errors')[0]);
  return {
    kind: 'receipt',
    inboundId: `${id}:${name}`,
    correlation: textOf(status, 'biz_opaque_callback_data'),
    status: name,
    at: atOf(status),
    ...(name === 'failed' ? { failure: classifyGraph(codes ?? { code: 131_000, subcode: null }, cloudMeaning) } : {}),
  };
};

/** Seconds since 1970, as text. */
const atOf = (status: unknown): string | null => {
  const seconds = textOf(status, 'timestamp');
  return seconds !== null && /^\d{1,11}$/.test(seconds) ? new Date(Number(seconds) * 1_000).toISOString() : null;
};

/** The contact a message is from: named by its ids, or the only one there is. */
const contactOf = (value: unknown, message: unknown): unknown => {
  const contacts = listOf(value, 'contacts');
  const [from, userId] = [textOf(message, 'from'), textOf(message, 'from_user_id')];
  return (
    contacts.find(
      contact => (from !== null && textOf(contact, 'wa_id') === from) || (userId !== null && textOf(contact, 'user_id') === userId),
    ) ?? (contacts.length === 1 && listOf(value, 'messages').length === 1 ? contacts[0] : undefined)
  );
};

/** Phone numbers and business-scoped user ids of whoever wrote: people with a user name have no number here, older webhooks no user id. */
const identitiesOf = (message: unknown, contact: unknown): string[] => [
  ...new Set([
    ...phonesOf(textOf(message, 'from') ?? ''),
    ...phonesOf(textOf(contact, 'wa_id') ?? ''),
    ...userIdsOf(
      textOf(message, 'from_user_id'),
      textOf(contact, 'user_id'),
      textOf(message, 'from_parent_user_id'),
      textOf(contact, 'parent_user_id'),
    ),
  ]),
];

const itemsOf = (message: unknown, contact: unknown): InboundItem[] => {
  const inboundId = textOf(message, 'id');
  const type = textOf(message, 'type') ?? 'unknown';
  if (inboundId === null) return [ignored('a message without an id')];
  if (type === 'system') return changesOf(inboundId, message);
  const identities = identitiesOf(message, contact);
  if (identities.length === 0) return [ignored('a message from nobody')];
  const inGroup = textOf(message, 'group_id') !== null;
  const reply = { to: identities[0]!, messageId: inGroup ? null : inboundId };
  const payload = textOf(childOf(childOf(message, 'interactive'), 'button_reply'), 'id') ?? textOf(childOf(message, 'button'), 'payload');
  // We write to single persons only: a button in a group was forwarded, and its press proves nobody. It is refused and explained.
  if (payload !== null) return [{ kind: 'press', inboundId, identities: inGroup ? [] : identities, ...pressOf(payload), reply }];
  if (inGroup) return [ignored('a message in a group')];
  const text = textOf(childOf(message, 'text'), 'body');
  if (text === null) return [ignored(`a message of type ${type.slice(0, 32)}`)];
  const wish = optWordOf(text);
  return wish === null ? [{ kind: 'text', inboundId, identities, text, reply }] : [{ kind: wish, inboundId, identities }];
};

/** A new phone number brings a new user id along; each is an address of its own. */
const changesOf = (inboundId: string, message: unknown): InboundItem[] => {
  const system = childOf(message, 'system');
  const [from] = phonesOf(textOf(message, 'from') ?? '').slice(-1);
  const [to] = phonesOf(textOf(system, 'wa_id') ?? textOf(system, 'new_wa_id') ?? '').slice(-1);
  const [oldId] = userIdsOf(textOf(system, 'previous_user_id'));
  const [newId] = userIdsOf(textOf(system, 'user_id'));
  const changes = [
    ...(from !== undefined && to !== undefined && from !== to ? [{ from, to }] : []),
    ...(oldId !== undefined && newId !== undefined ? [{ from: oldId, to: newId }] : []),
  ];
  return changes.length === 0
    ? [ignored('a notice of the system')]
    : changes.map((change, index) => ({ kind: 'addressChanged', inboundId: index === 0 ? inboundId : `${inboundId}:${index}`, ...change }));
};
