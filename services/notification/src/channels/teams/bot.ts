import type { InboundItem, Message, OpenChannel, OpenOptions, Outcome, Reply, SendResult, To } from '../channel.ts';
import { conversationOf, isPerson } from './address.ts';
import { openBotApi, type BotApi } from './bot-api.ts';
import { botActivity, CARD_TYPE, noteCard, settledCard, type CardJson } from './card.ts';
import type { BotConfig } from './config.ts';
import { answerActivity, isInvoked, parseActivity } from './inbound.ts';
import { openVerifier } from './verify.ts';

/** A bot, ready to write and to listen. Connects to nothing before it is asked to. */
export const openBot = (config: BotConfig, { http, nowMs }: OpenOptions): OpenChannel => {
  const api = openBotApi(config, http, nowMs);
  return {
    send: (to, message) => send(api, to, message),
    update: async (to, ref, message) => {
      const conversation = conversationOf(to.route);
      if (conversation === null) return { outcome: 'gone' };
      const put = await api.put(conversation, botActivity(message), ref);
      if (put.outcome === 'ok') return { outcome: 'updated' };
      return put.class === 'recipient_gone' || put.code.endsWith('/ActivityNotFoundInConversation') ? { outcome: 'gone' } : put;
    },
    acknowledge: (item, result) => acknowledge(api, item, result),
    // Opens the chat with the bot, the token already written: sending it is the proof.
    enrolmentLink: async token => `https://teams.microsoft.com/l/chat/0/0?users=28:${config.appId}&message=${encodeURIComponent(token)}`,
    inbound: {
      verify: openVerifier(config, http),
      parse: request => parseActivity(request, config.tenantId),
      answersWithOutcome: true,
      isToldByAnswer: isInvoked,
      answer: answerActivity,
    },
    healthCheck: async () => (await api.signIn())?.safeMessage ?? null,
    close: async () => {},
  };
};

const send = async (api: BotApi, { address, route }: To, message: Message): Promise<SendResult> => {
  if (!isPerson(address))
    return {
      outcome: 'failed',
      class: 'unsupported',
      code: 'no_person',
      safeMessage: 'The address is that of a channel; the bot writes to people',
    };
  const conversation = conversationOf(route);
  if (conversation === null)
    return { outcome: 'failed', class: 'window_closed', code: 'no_conversation', safeMessage: 'The person has not written to the bot yet' };
  const put = await api.put(conversation, botActivity(message));
  if (put.outcome === 'failed') return put;
  return { outcome: 'accepted', providerMessageId: put.id, ...(put.id === null ? {} : { ref: put.id }) };
};

/**
 * Tells whom the answer to the call did not reach: whoever wrote a message, pressed in an old client, or waited too long. The card itself says it
 * where there is one to change; a message does otherwise.
 */
const acknowledge = async (
  api: BotApi,
  item: Extract<InboundItem, { reply: Reply }>,
  { outcome, text, message }: Outcome,
): Promise<void> => {
  const { serviceUrl, conversationId, activityId } = item.reply;
  if (typeof serviceUrl !== 'string' || typeof conversationId !== 'string') return;
  const conversation = { serviceUrl, conversationId };
  if (message !== undefined && typeof activityId === 'string') {
    const changed = await api.put(conversation, withCard(settledCard(message, text)), activityId);
    if (changed.outcome === 'ok') return;
  }
  const asked = outcome === 'asksNote' && item.kind === 'press' ? withCard(noteCard(text, item.handle)) : null;
  await api.put(conversation, asked ?? { type: 'message', text, textFormat: 'plain' });
};

const withCard = (content: CardJson): CardJson => ({ type: 'message', attachments: [{ contentType: CARD_TYPE, content }] });
