import type { InboundItem, Message, OpenChannel, OpenOptions, Outcome, SendOptions, SendResult, To } from '../../channels/channel.ts';
import { cutText } from '../../channels/plain-text.ts';
import { settled } from '../../channels/provider-http.ts';
import { openGraph } from './graph.ts';
import type { GraphSettings } from './graph-settings.ts';
import { idOf, textOf } from './json.ts';
import { messagingMeaning } from './messaging-classify.ts';
import { parseMessaging } from './messaging-events.ts';
import { buttonsForm, messagingForm, textForm, within, type MessagingForm, type TextLimits } from './messaging-render.ts';
import { plainMarks } from './plain-marks.ts';
import { reasonButtons } from './reasons.ts';
import { verifyMeta } from './signature.ts';

/** What sets Messenger and Instagram apart. */
export type MessagingKind = {
  object: 'page' | 'instagram';
  /** The page or account that sends. */
  accountId: string;
  limits: TextLimits;
  /** Messenger wants to know why a message is sent, and echoes `metadata`; Instagram has neither. */
  namesItsReason: boolean;
  /** What tells whose access token it is, and the member that says so. */
  self: { path: string; member: string };
  /** Where a conversation with the account opens, without the token. */
  conversationUrl: string;
  /** Makes Meta tell our app of the account's events, and the conversation pass on tokens; can be repeated. */
  preparation: readonly { path: string; body: unknown }[];
};

/** A page of Messenger or an account of Instagram, over the Send API both have. Works only within 24 hours after a person wrote. */
export const openMessaging = (config: GraphSettings, kind: MessagingKind, { http, nowMs }: OpenOptions): OpenChannel => {
  const graph = openGraph(http, config, messagingMeaning, nowMs);
  const post = async (
    address: string,
    reason: 'UPDATE' | 'RESPONSE',
    form: MessagingForm,
    metadata: string | null,
  ): Promise<SendResult> => {
    const answer = await graph.post(`${kind.accountId}/messages`, {
      recipient: { id: address },
      ...(kind.namesItsReason ? { messaging_type: reason } : {}),
      message: { ...form, ...(kind.namesItsReason && metadata !== null ? { metadata } : {}) },
    });
    return answer.outcome === 'failed' ? answer : { outcome: 'accepted', providerMessageId: textOf(answer.body, 'message_id') };
  };
  return {
    send: ({ address }: To, message: Message, { correlation }: SendOptions) =>
      settled(() => post(address, 'UPDATE', messagingForm(message, kind.limits), correlation)),
    acknowledge: async (item, result) => {
      const address = item.reply['to'];
      if (address != null) await settled(() => post(address, 'RESPONSE', answerForm(item, result, kind.limits), null));
    },
    enrolmentLink: async token => `${kind.conversationUrl}?ref=${token}`,
    inbound: {
      verify: request => verifyMeta(config, request),
      parse: request => parseMessaging(request.rawBody.toString('utf8'), kind.object, kind.accountId),
      answersWithOutcome: false,
      answer: () => ({ status: 200, body: 'EVENT_RECEIVED' }),
    },
    healthCheck: async () => {
      const account = await settled(() => graph.get(kind.self.path));
      if (account.outcome === 'failed') return account.safeMessage;
      if (idOf(account.body, kind.self.member) !== kind.accountId) return 'The access token belongs to another account';
      for (const { path, body } of kind.preparation) {
        const prepared = await settled(() => graph.post(path, body));
        if (prepared.outcome === 'failed') return prepared.safeMessage;
      }
      return null;
    },
    close: async () => {},
  };
};

/** What the person reads about their press: the outcome, or reasons to choose from. The window is open, they have just written. */
const answerForm = (item: Extract<InboundItem, { reply: unknown }>, { outcome, text }: Outcome, limits: TextLimits): MessagingForm =>
  outcome === 'asksNote' && item.kind === 'press'
    ? buttonsForm(plainMarks(text), reasonButtons(item.handle), limits)
    : textForm(within(limits, charsMax => cutText(plainMarks(text), charsMax)));
