import {
  deliverMeta,
  list,
  member,
  metaError,
  seenIn,
  type Json,
  type MetaDelivery,
  type MetaMessage,
  type MetaState,
} from './meta-state.ts';
import type { FakeAnswer } from './provider.ts';

type Product = 'page' | 'instagram';

const accountOf = ({ pageId, instagramId }: MetaState, product: Product): string => (product === 'page' ? pageId : instagramId);

/** Checks what the Send API checks: form and limits, then whether the person may be written to now. */
export const messagingMessages = (state: MetaState, product: Product, body: Json): FakeAnswer => {
  const to = String(member(body, 'recipient')?.['id']);
  if (!/^\d{5,32}$/.test(to)) return metaError(100, { subcode: 2_018_001, message: 'No matching user found' });
  if (product === 'page' && !['RESPONSE', 'UPDATE'].includes(String(body['messaging_type'])))
    return metaError(100, { message: 'Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}' });
  const refusal = wrongMessage(product, member(body, 'message'));
  if (refusal !== undefined) return refusal;
  if (state.blocked.has(to)) return metaError(551, { subcode: 1_545_041, message: "This person isn't available right now." });
  if (!state.open.has(to))
    return product === 'page'
      ? metaError(10, { subcode: 2_018_278, message: 'This message is sent outside of allowed window.' })
      : metaError(10, { subcode: 2_534_022, status: 403, message: 'This message is sent outside of allowed window.' });
  const id = `m_${product}${String(++state.lastId).padStart(10, '0')}`;
  state.messages.push({ product, to, id, body });
  return { status: 200, body: { recipient_id: to, message_id: id } };
};

const invalid = (what: string): FakeAnswer => metaError(100, { message: `Invalid parameter: ${what}` });
const within = (value: unknown, charsMax: number): boolean => typeof value === 'string' && value !== '' && value.length <= charsMax;

const wrongMessage = (product: Product, message: Json | undefined): FakeAnswer | undefined => {
  if (message?.['metadata'] !== undefined && (product === 'instagram' || !within(message['metadata'], 1_000))) return invalid('metadata');
  const attachment = member(message, 'attachment');
  if (attachment === undefined) {
    const text = message?.['text'];
    if (!within(text, 2_000)) return invalid('message[text]');
    return product === 'instagram' && Buffer.byteLength(String(text)) > 1_000 ? invalid('message[text]') : undefined;
  }
  const payload = member(attachment, 'payload');
  if (attachment['type'] !== 'template' || payload?.['template_type'] !== 'button') return invalid('message[attachment]');
  if (!within(payload['text'], 640)) return invalid('message[attachment][payload][text]');
  const buttons = list(payload['buttons']);
  const fit = ({ type, title, payload: handle }: Json) => type === 'postback' && within(title, 20) && within(handle, 1_000);
  return buttons.length >= 1 && buttons.length <= 3 && buttons.every(fit) ? undefined : invalid('message[attachment][payload][buttons]');
};

/** What people do on Messenger or Instagram; each resolves with our webhook's answer. */
export const messagingPeople = (state: MetaState, product: Product) => {
  const tell = (from: string, content: object, delivery?: MetaDelivery) => {
    const account = accountOf(state, product);
    const event = { sender: { id: from }, recipient: { id: account }, timestamp: Date.now(), ...content };
    return deliverMeta(state, product, { object: product, entry: [{ id: account, time: Date.now(), messaging: [event] }] }, delivery);
  };
  const mid = () => `m_in${String(++state.lastId).padStart(10, '0')}`;
  const wroteIn = (from: string) => void state.open.add(from);
  return {
    writes: (from: string, text: string, delivery?: MetaDelivery) => {
      wroteIn(from);
      return tell(from, { message: { mid: mid(), text } }, delivery);
    },
    /** Opens the conversation by its link: a person who is new presses "Get started", one who is known is only announced. */
    opens: (from: string, token: string, { isNew = true, ...delivery }: MetaDelivery & { isNew?: boolean } = {}) => {
      wroteIn(from);
      const referral = { ref: token, source: product === 'page' ? 'SHORTLINK' : 'SHORTLINKS', type: 'OPEN_THREAD' };
      return tell(from, isNew ? { postback: { mid: mid(), title: 'Get started', payload: 'start', referral } } : { referral }, delivery);
    },
    /** Presses the n-th button of a message, whoever it was sent to. @throws Error when it has none */
    presses: (from: string, message: MetaMessage, index: number, delivery?: MetaDelivery) => {
      const button = seenIn(message).buttons[index];
      if (button === undefined) throw new Error(`there is no button ${index}`);
      wroteIn(from);
      return tell(from, { postback: { mid: mid(), ...button } }, delivery);
    },
    blocks: (from: string) => void state.blocked.add(from),
    /** Has read everything until now. */
    reads: (from: string, delivery?: MetaDelivery) =>
      tell(
        from,
        product === 'page' ? { read: { watermark: Date.now() } } : { read: { mid: state.messages.at(-1)?.id ?? mid() } },
        delivery,
      ),
    /** Meta tells of our own message. */
    echoes: ({ to, id }: MetaMessage, delivery?: MetaDelivery) => {
      const account = accountOf(state, product);
      return tell(account, { recipient: { id: to }, message: { is_echo: true, mid: id, text: 'what we wrote' } }, delivery);
    },
  };
};
