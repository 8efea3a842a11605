import type { Message, OpenChannel, SendResult, To } from '../channel.ts';
import { renderSlack } from './render.ts';
import type { WebApi } from './web-api.ts';

/** Conversations that are remembered, so that an alert is one call, not two: a direct message keeps its id for ever. */
const CONVERSATIONS_MAX = 10_000;
/** Nothing in our texts is to be found and linked; chat.update would do it unless told not to (its default is `client`). */
const AS_IT_IS = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false } as const;
/** Refusals of a change that say that there is nothing left to change. */
const GONE = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'is_inactive', 'channel_not_found'];

export type Messages = {
  send(to: To, message: Message): Promise<SendResult>;
  update(ref: string, message: Message): ReturnType<NonNullable<OpenChannel['update']>>;
};

/** A message is named by `<conversation>/<ts>`, which is what changing it takes. */
export const messageRef = (channel: string, ts: string): string => `${channel}/${ts}`;

export const openMessages = (api: WebApi): Messages => {
  const conversations = new Map<string, string>();
  const conversationWith = async (user: string) => {
    const known = conversations.get(user);
    if (known !== undefined) return { outcome: 'ok' as const, id: known };
    const opened = await api.call<{ channel?: { id?: string } }>('conversations.open', { users: user });
    if (opened.outcome === 'failed') return opened;
    const id = opened.result.channel?.id ?? '';
    if (conversations.size >= CONVERSATIONS_MAX) conversations.delete(conversations.keys().next().value!);
    conversations.set(user, id);
    return { outcome: 'ok' as const, id };
  };
  return {
    send: async ({ address }, message) => {
      const user = address.split('/')[1] ?? '';
      const conversation = await conversationWith(user);
      if (conversation.outcome === 'failed') return conversation;
      const sent = await api.call<{ channel?: string; ts?: string }>('chat.postMessage', {
        channel: conversation.id,
        ...renderSlack(message),
        ...AS_IT_IS,
        mrkdwn: false,
      });
      if (sent.outcome === 'failed') {
        if (sent.class === 'recipient_gone') conversations.delete(user);
        return sent;
      }
      const { channel = conversation.id, ts = '' } = sent.result;
      return { outcome: 'accepted', providerMessageId: ts, ref: messageRef(channel, ts) };
    },
    update: async (ref, message) => {
      const [channel = '', ts = ''] = ref.split('/');
      const { parse, link_names } = AS_IT_IS;
      const changed = await api.call('chat.update', { channel, ts, ...renderSlack(message), parse, link_names });
      if (changed.outcome === 'ok') return { outcome: 'updated' };
      return GONE.includes(changed.code) ? { outcome: 'gone' } : changed;
    },
  };
};
