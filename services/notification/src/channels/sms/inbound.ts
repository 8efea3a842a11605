import { formOf, messageReceipt } from '../../providers/twilio/inbound.ts';
import type { InboundItem, InboundRequest } from '../channel.ts';
import { e164Of } from '../phone-number.ts';

/** What Twilio and carriers take for a wish, when it is all that a message says. Twilio acts on it by itself; we hear of it. */
const STOP = new Set(['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START = new Set(['START', 'UNSTOP', 'YES']);
const HELP = new Set(['HELP', 'INFO']);

/** A status of something we sent, or a text that came in. @param request whose signature is right */
export const parseSms = (request: InboundRequest): InboundItem[] => {
  const form = formOf(request);
  const receipt = messageReceipt(request, form);
  if (receipt !== null) return [receipt];
  const [inboundId, from, body] = [form.get('MessageSid'), form.get('From'), form.get('Body')];
  if (inboundId === null || from === null || body === null) return [{ kind: 'ignored', reason: 'neither a status nor a text message' }];
  const number = e164Of(from);
  if (number === null) return [{ kind: 'ignored', reason: 'a sender that is no phone number' }];
  const identities = [number];
  // `OptOutType` comes with Advanced Opt-Out, which may know other words, in other languages.
  const word = body.trim().toUpperCase();
  const wish =
    form.get('OptOutType')?.toUpperCase() ?? (STOP.has(word) ? 'STOP' : START.has(word) ? 'START' : HELP.has(word) ? 'HELP' : null);
  if (wish === 'STOP') return [{ kind: 'optOut', inboundId, identities }];
  if (wish === 'START') return [{ kind: 'optIn', inboundId, identities }];
  if (wish === 'HELP') return [{ kind: 'ignored', reason: 'a question that Twilio answers' }];
  return [{ kind: 'text', inboundId, identities, text: body, reply: { to: number } }];
};
