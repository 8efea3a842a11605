import { openGraph, type Graph } from '../../providers/meta/graph.ts';
import { listOf, textOf } from '../../providers/meta/json.ts';
import { plainMarks } from '../../providers/meta/plain-marks.ts';
import { reasonButtons } from '../../providers/meta/reasons.ts';
import { verifyMeta } from '../../providers/meta/signature.ts';
import type { Accepted, InboundItem, Message, OpenChannel, OpenOptions, Outcome, SendOptions, SendResult, To } from '../channel.ts';
import { settled } from '../provider-http.ts';
import { recipientOf } from './address.ts';
import { cloudMeaning } from './cloud-classify.ts';
import type { CloudConfig } from './cloud-config.ts';
import { parseCloud } from './cloud-inbound.ts';
import { buttonsForm, sessionForm, templateForm, textForm, type SessionForm, type TemplateForm } from './cloud-render.ts';

/** WhatsApp over Meta's Cloud API, as one number of an organisation. */
export const openCloud = (config: CloudConfig, { http, nowMs }: OpenOptions): OpenChannel => {
  const graph = openGraph(http, config, cloudMeaning, nowMs);
  return {
    send: (to, message, options) => settled(() => sendInOneOfTwoForms(graph, config, to, message, options)),
    acknowledge: async (item, result) => {
      const address = item.reply['to'];
      if (address == null) return;
      await settled(() =>
        graph.post(`${config.phoneNumberId}/messages`, {
          ...envelope(address),
          ...quoting(item.reply['messageId']),
          ...answerForm(item, result),
        }),
      );
    },
    inbound: {
      verify: request => verifyMeta(config, request),
      parse: request => parseCloud(request.rawBody.toString('utf8'), config.phoneNumberId),
      answersWithOutcome: false,
      answer: () => ({ status: 200 }),
    },
    healthCheck: async () => {
      const answer = await settled(() => graph.get(`${config.phoneNumberId}?fields=id`));
      if (answer.outcome === 'failed') return answer.safeMessage;
      return textOf(answer.body, 'id') === config.phoneNumberId ? null : 'phoneNumberId names something else';
    },
    close: async () => {},
  };
};

const envelope = (address: string) => ({ messaging_product: 'whatsapp', recipient_type: 'individual', ...recipientOf(address) });
const quoting = (messageId: string | null | undefined) => (messageId == null ? {} : { context: { message_id: messageId } });

/**
 * One attempt in at most two forms: whether the person wrote within 24 hours is Meta's to know, and it says so by 131047. Refused as that, the
 * message goes as a template at once; nothing else is ever sent twice.
 */
const sendInOneOfTwoForms = async (
  graph: Graph,
  config: CloudConfig,
  { address }: To,
  message: Message,
  { correlation, windowOpen }: SendOptions,
): Promise<SendResult> => {
  const post = async (form: SessionForm | TemplateForm): Promise<SendResult> => {
    const answer = await graph.post(`${config.phoneNumberId}/messages`, {
      ...envelope(address),
      ...form,
      ...(correlation === null ? {} : { biz_opaque_callback_data: correlation }),
    });
    if (answer.outcome === 'failed') return answer;
    const id = textOf(listOf(answer.body, 'messages')[0], 'id');
    return { outcome: 'accepted', providerMessageId: id, units: form.type === 'template' ? 1 : 0 } satisfies Accepted;
  };
  const templateFirst = windowOpen === undefined ? config.firstForm === 'template' : !windowOpen;
  if (templateFirst) return post(templateForm(message, config));
  const first = await post(sessionForm(message));
  return first.outcome === 'failed' && first.class === 'window_closed' ? post(templateForm(message, config)) : first;
};

/** What the person reads about their press: the outcome, or reasons to choose from. The window is open, they have just written. */
const answerForm = (item: Extract<InboundItem, { reply: unknown }>, { outcome, text }: Outcome): SessionForm =>
  outcome === 'asksNote' && item.kind === 'press' ? buttonsForm(plainMarks(text), reasonButtons(item.handle)) : textForm(plainMarks(text));
