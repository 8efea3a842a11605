import {
  deliverMeta,
  list,
  member,
  metaError,
  seenIn,
  unixSeconds,
  type Json,
  type MetaDelivery,
  type MetaMessage,
  type MetaState,
} from './meta-state.ts';
import type { FakeAnswer } from './provider.ts';

/** A person on WhatsApp: with a number, a business-scoped user id, or both. Who has a user name may show none. */
export type WhatsappPerson = { waId?: string; userId?: string };

/** Checks what the Cloud API checks (limits of its reference), in its order: form, recipient, template, window. */
export const whatsappMessages = (state: MetaState, body: Json): FakeAnswer => {
  const refusal = wrongForm(body) ?? wrongTemplate(state, body);
  if (refusal !== undefined) return refusal;
  const to = typeof body['to'] === 'string' ? body['to'] : String(body['recipient']);
  const key = to.replace(/^\+/, '');
  if (key === state.phoneNumber) return metaError(131_021, { message: 'Recipient cannot be sender' });
  const closed = body['type'] !== 'template' && !state.open.has(key);
  if (closed && !state.tellsClosedWindowsLater) return metaError(131_047, { message: 'Re-engagement message' });
  const message: MetaMessage = { product: 'whatsapp', to, id: `wamid.HBgL${String(++state.lastId).padStart(10, '0')}`, body };
  state.messages.push(message);
  const failsWith = closed ? 131_047 : state.later.get(to)?.shift();
  if (failsWith !== undefined) state.pending.push(deliverStatus(state, message, 'failed', { code: failsWith }));
  return {
    status: 200,
    body: {
      messaging_product: 'whatsapp',
      contacts: [{ input: to, wa_id: key }],
      messages: [{ id: message.id, message_status: 'accepted' }],
    },
  };
};

const parameter = (message: string): FakeAnswer => metaError(131_009, { message: `Parameter value is not valid: ${message}` });
const within = (value: unknown, charsMax: number): boolean => typeof value === 'string' && value !== '' && value.length <= charsMax;

const wrongForm = (body: Json): FakeAnswer | undefined => {
  if (body['messaging_product'] !== 'whatsapp') return metaError(100, { message: 'The parameter messaging_product is required.' });
  if ((body['to'] === undefined) === (body['recipient'] === undefined))
    return metaError(131_008, { message: 'Required parameter is missing' });
  if (body['to'] !== undefined && !/^\+?\d{5,15}$/.test(String(body['to']))) return parameter('to');
  if (body['recipient'] !== undefined && !/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(String(body['recipient'])))
    return parameter('recipient');
  if (body['biz_opaque_callback_data'] !== undefined && !within(body['biz_opaque_callback_data'], 512))
    return parameter('biz_opaque_callback_data');
  switch (body['type']) {
    case 'text':
      return within(member(body, 'text')?.['body'], 4_096) ? undefined : parameter('text.body');
    case 'interactive':
      return wrongButtons(member(body, 'interactive'));
    case 'template':
      return undefined;
    default:
      return metaError(131_051, { message: 'Unsupported message type' });
  }
};

const wrongButtons = (interactive: Json | undefined): FakeAnswer | undefined => {
  if (interactive?.['type'] !== 'button') return parameter('interactive.type');
  if (!within(member(interactive, 'body')?.['text'], 1_024)) return parameter('interactive.body.text');
  const replies = list(member(interactive, 'action')?.['buttons']).map(button =>
    button['type'] === 'reply' ? member(button, 'reply') : undefined,
  );
  if (replies.length < 1 || replies.length > 3) return parameter('interactive.action.buttons');
  if (!replies.every(reply => within(reply?.['title'], 20) && within(reply?.['id'], 256))) return parameter('a button');
  return new Set(replies.map(reply => reply?.['id'])).size === replies.length ? undefined : parameter('buttons with the same id');
};

const wrongTemplate = (state: MetaState, body: Json): FakeAnswer | undefined => {
  if (body['type'] !== 'template') return undefined;
  const template = member(body, 'template');
  const known = state.templates.get(String(template?.['name']));
  if (known === undefined || !known.languages.includes(String(member(template, 'language')?.['code'])))
    return metaError(132_001, { status: 404, message: 'Template name does not exist in the translation' });
  const components = list(template?.['components']);
  const variables = components.filter(({ type }) => type === 'body').flatMap(component => list(component['parameters']));
  const buttons = components.filter(({ type }) => type === 'button');
  if (variables.length !== known.variables) return metaError(132_000, { message: 'Number of parameters does not match' });
  if (variables.some(({ text }) => !within(text, 1_024) || /[\n\t]| {5}/.test(String(text))))
    return metaError(132_018, { message: 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces' });
  if (variables.reduce((sum, { text }) => sum + String(text).length, 0) > 1_024)
    return metaError(132_005, { message: 'Translated text too long' });
  const fits = buttons.every((button, index) => button['sub_type'] === known.buttons[index] && button['index'] === `${index}`);
  return fits && buttons.length === known.buttons.length ? undefined : metaError(132_012, { message: 'Parameter format does not match' });
};

const change = (state: MetaState, value: object): object => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: state.businessAccountId,
      changes: [
        {
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: state.phoneNumber, phone_number_id: state.phoneNumberId },
            ...value,
          },
          field: 'messages',
        },
      ],
    },
  ],
});

export type WhatsappStatus = 'sent' | 'delivered' | 'read' | 'failed';

const deliverStatus = (
  state: MetaState,
  { id, to, body }: MetaMessage,
  status: WhatsappStatus,
  { code, ...delivery }: MetaDelivery & { code?: number } = {},
) =>
  deliverMeta(
    state,
    'whatsapp',
    change(state, {
      statuses: [
        {
          id,
          status,
          timestamp: unixSeconds(),
          ...(to.includes('.') ? { recipient_user_id: to } : { recipient_id: to.replace(/^\+/, '') }),
          ...(body['biz_opaque_callback_data'] === undefined ? {} : { biz_opaque_callback_data: body['biz_opaque_callback_data'] }),
          ...(status === 'failed'
            ? { errors: [{ code, title: 'Undeliverable', message: 'Undeliverable', error_data: { details: 'Details of it' } }] }
            : {}),
        },
      ],
    }),
    delivery,
  );

/** What people do on WhatsApp; each resolves with our webhook's answer. */
export const whatsappPeople = (state: MetaState) => {
  const says = ({ waId, userId }: WhatsappPerson, content: object, delivery?: MetaDelivery) => {
    for (const key of [waId, userId]) if (key !== undefined) state.open.add(key);
    const ids = { ...(waId === undefined ? {} : { wa_id: waId }), ...(userId === undefined ? {} : { user_id: userId }) };
    const message = {
      ...(waId === undefined ? {} : { from: waId }),
      ...(userId === undefined ? {} : { from_user_id: userId }),
      id: `wamid.IN${String(++state.lastId).padStart(10, '0')}`,
      timestamp: unixSeconds(),
      ...content,
    };
    return deliverMeta(
      state,
      'whatsapp',
      change(state, { contacts: [{ profile: { name: 'A person' }, ...ids }], messages: [message] }),
      delivery,
    );
  };
  return {
    writes: (person: WhatsappPerson, text: string, delivery?: MetaDelivery) =>
      says(person, { type: 'text', text: { body: text } }, delivery),
    /** Presses the n-th button of a message, whoever it was sent to. @throws Error when it has none */
    presses: (person: WhatsappPerson, message: MetaMessage, index: number, delivery?: MetaDelivery) => {
      const button = seenIn(message).buttons[index];
      if (button === undefined) throw new Error(`there is no button ${index}`);
      const context = { from: state.phoneNumber, id: message.id };
      return says(
        person,
        message.body['type'] === 'template'
          ? { context, type: 'button', button: { payload: button.payload, text: button.title } }
          : {
              context,
              type: 'interactive',
              interactive: { type: 'button_reply', button_reply: { id: button.payload, title: button.title } },
            },
        delivery,
      );
    },
    /** Takes another phone number, which brings a new user id along. */
    changesNumber: ({ waId, userId }: WhatsappPerson, to: WhatsappPerson, delivery?: MetaDelivery) =>
      deliverMeta(
        state,
        'whatsapp',
        change(state, {
          messages: [
            {
              from: waId,
              id: `wamid.SYS${String(++state.lastId).padStart(10, '0')}`,
              timestamp: unixSeconds(),
              type: 'system',
              system: {
                body: `User A person changed from ${waId} to ${to.waId}`,
                wa_id: to.waId,
                type: 'user_changed_number',
                ...(userId === undefined ? {} : { user_id: to.userId, previous_user_id: userId }),
              },
            },
          ],
        }),
        delivery,
      ),
    /** Receipts of a message in the order given, right or wrong. Resolves with the last answer. */
    receipts: async (message: MetaMessage, statuses: readonly Exclude<WhatsappStatus, 'failed'>[], delivery?: MetaDelivery) => {
      let answer;
      for (const status of statuses) answer = await deliverStatus(state, message, status, delivery);
      return answer;
    },
    fails: (message: MetaMessage, code: number, delivery?: MetaDelivery) => deliverStatus(state, message, 'failed', { ...delivery, code }),
  };
};
