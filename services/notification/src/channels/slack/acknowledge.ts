import type { InboundItem, Outcome, Reply } from '../channel.ts';
import { settled, type ProviderHttp } from '../provider-http.ts';
import { messageRef, type Messages } from './messages.ts';
import { noteModal } from './note-modal.ts';
import { escaped } from './render.ts';
import type { WebApi } from './web-api.ts';

type Means = { api: WebApi; http: ProviderHttp; messages: Messages; apiUrl: string };

/** A form can be opened for about three seconds after the press. */
const TOO_LATE = 'That took too long: press the button once more.';

/**
 * Tells whoever pressed, in a message only they see, asks for the reason in a form, and changes the message that was pressed. What fails is
 * of no consequence: the decision stands, and the engine changes the message again by its reference.
 */
export const acknowledge = async (means: Means, item: Extract<InboundItem, { reply: Reply }>, result: Outcome): Promise<void> => {
  const { user, channel, message, trigger } = item.reply;
  if (result.outcome === 'asksNote' && item.kind === 'press') {
    const opened = await means.api.call('views.open', {
      trigger_id: trigger ?? '',
      view: noteModal(result.text, { handle: item.handle, channel: channel ?? null, message: message ?? null }),
    });
    if (opened.outcome === 'failed') await tell(means, item.reply, TOO_LATE);
    return;
  }
  if (item.kind === 'press') await tell(means, item.reply, result.text);
  else await means.api.call('chat.postMessage', { channel: channel ?? user ?? '', ...spoken(result.text) });
  if (result.message !== undefined && typeof channel === 'string' && typeof message === 'string')
    await means.messages.update(messageRef(channel, message), result.message);
};

const spoken = (text: string) => ({ text: escaped(text), mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false });

/** By the press's own address where it has one (it also works where the app is no member), else in the conversation. */
const tell = async ({ api, http, apiUrl }: Means, { user, channel, responseUrl }: Reply, text: string): Promise<void> => {
  if (typeof responseUrl === 'string' && isSlacks(responseUrl, apiUrl)) {
    const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...spoken(text) });
    const told = await settled(async () => ({
      outcome: 'ok' as const,
      ...(await http.request({ method: 'POST', url: responseUrl, headers: { 'content-type': 'application/json' }, body })),
    }));
    if (told.outcome === 'ok' && told.status === 200) return;
  }
  if (typeof user === 'string' && typeof channel === 'string') await api.call('chat.postEphemeral', { channel, user, ...spoken(text) });
};

/** Answers go to `hooks.` beside the Web API (hooks.slack.com), or to where the configured one is, and nowhere else. */
export const isSlacks = (responseUrl: string, apiUrl: string): boolean => {
  if (!URL.canParse(responseUrl)) return false;
  const [url, api] = [new URL(responseUrl), new URL(apiUrl)];
  return url.origin === api.origin || (url.protocol === 'https:' && url.host === `hooks.${api.host}`);
};
