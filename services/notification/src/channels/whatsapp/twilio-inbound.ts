import { optWordOf } from '../../providers/meta/opt-words.ts';
import { pressOf } from '../../providers/meta/reasons.ts';
import { formOf, messageReceipt } from '../../providers/twilio/inbound.ts';
import type { InboundItem, InboundRequest } from '../channel.ts';
import { addressOf, phonesOf } from './address.ts';

const PREFIX = 'whatsapp:';
const ignored = (reason: string): InboundItem[] => [{ kind: 'ignored', reason }];

/**
 * A status of something we sent, a press or a text. Only to our own sender: one account may have several.
 * @param request whose signature is right
 * @param from our sender's number
 */
export const parseTwilio = (request: InboundRequest, from: string): InboundItem[] => {
  const form = formOf(request);
  const receipt = messageReceipt(request, form);
  if (receipt !== null) return [receipt];
  const [inboundId, sender, body] = [form.get('MessageSid'), form.get('From') ?? '', form.get('Body')];
  if (inboundId === null || !sender.startsWith(PREFIX)) return ignored('neither a status nor a message on WhatsApp');
  if (form.get('To') !== `${PREFIX}${from}`) return ignored('another number');
  const address = addressOf(sender.slice(PREFIX.length));
  const identities = [...new Set([...(address === null ? [] : [address]), ...phonesOf(form.get('WaId') ?? '')])];
  const [to] = identities;
  if (to === undefined) return ignored('a message from nobody');
  const reply = { to };
  const payload = form.get('ButtonPayload');
  if (payload !== null && payload !== '') return [{ kind: 'press', inboundId, identities, ...pressOf(payload), reply }];
  if (body === null) return ignored('a message without words');
  const wish = optWordOf(body);
  return wish === null ? [{ kind: 'text', inboundId, identities, text: body, reply }] : [{ kind: wish, inboundId, identities }];
};
