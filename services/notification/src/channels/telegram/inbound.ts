import type { CallbackQuery, ChatMemberUpdated, Message, Update } from '@grammyjs/types';
import type { InboundItem, InboundRequest } from '../channel.ts';
import { promptedBy } from './note-prompt.ts';

const ignored = (reason: string): InboundItem[] => [{ kind: 'ignored', reason }];

/** `/start <token>`, as `https://t.me/<bot>?start=<token>` sends it: at most 64 characters A–Z a–z 0–9 _ - (Bot features, deep linking). */
const START = /^\/start(?:@\w+)? ([\w-]{1,64})$/;

/** One update of the Bot API as items. @param botId number of our own bot, the only author whose prompts count */
export const parseUpdate = ({ rawBody }: InboundRequest, botId: number): InboundItem[] => {
  let update: Partial<Update> & { update_id?: unknown };
  try {
    update = JSON.parse(rawBody.toString('utf8')) as typeof update;
  } catch {
    return ignored('not JSON');
  }
  if (typeof update !== 'object' || update === null || typeof update.update_id !== 'number') return ignored('not an update');
  const inboundId = String(update.update_id);
  if (update.callback_query !== undefined) return ofPress(update.callback_query, inboundId);
  if (update.message !== undefined) return ofMessage(update.message, inboundId, botId);
  if (update.my_chat_member !== undefined) return ofMembership(update.my_chat_member, inboundId);
  return ignored('a kind of update nobody asked for');
};

const ofPress = (query: CallbackQuery, inboundId: string): InboundItem[] => {
  if (typeof query.data !== 'string' || typeof query.from?.id !== 'number') return ignored('a press without data');
  const { message } = query;
  // The bot only writes to private chats; pressed anywhere else, the button was brought there, and proves nobody.
  const isPrivate = message?.chat?.type === 'private' && message.chat.id === query.from.id;
  return [
    {
      kind: 'press',
      inboundId,
      identities: isPrivate ? [String(query.from.id)] : [],
      handle: query.data,
      reply: {
        query: query.id,
        chat: isPrivate ? String(query.from.id) : null,
        message: isPrivate ? String(message.message_id) : null,
      },
    },
  ];
};

const ofMessage = (message: Message, inboundId: string, botId: number): InboundItem[] => {
  const { from, chat, text } = message;
  if (from === undefined || from.is_bot || chat?.type !== 'private' || chat.id !== from.id)
    return ignored('not a private chat with a person');
  if (typeof text !== 'string') return ignored('not a text');
  const address = String(from.id);
  const token = START.exec(text)?.[1];
  if (token !== undefined)
    return [{ kind: 'enrol', inboundId, token, address, route: null, reply: { query: null, chat: address, message: null } }];
  const prompt = message.reply_to_message?.from?.id === botId ? promptedBy(message.reply_to_message.text ?? '') : null;
  if (prompt === null) return ignored('neither an enrolment nor an answer to a question of ours');
  return [
    {
      kind: 'press',
      inboundId,
      identities: [address],
      handle: prompt.handle,
      note: text,
      reply: { query: null, chat: address, message: prompt.messageId },
    },
  ];
};

/** A person who blocks the bot tells us before the next message would. */
const ofMembership = ({ chat, from, new_chat_member: member }: ChatMemberUpdated, inboundId: string): InboundItem[] => {
  if (chat?.type !== 'private' || chat.id !== from?.id) return ignored('not a private chat with a person');
  const kind = ({ kicked: 'optOut', member: 'optIn' } as const)[member?.status as string];
  return kind === undefined ? ignored('a change of no consequence') : [{ kind, inboundId, identities: [String(from.id)] }];
};
