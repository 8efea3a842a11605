import type { InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity } from '@grammyjs/types';
import type { Message, MessageAction } from '../channel.ts';
import { fitFields, UNVERIFIED } from '../fit-fields.ts';
import { elided } from '../plain-text.ts';

/** Each text of the agent; four of them and our own words stay below what a message holds. */
export const TEXT_CHARS_MAX = 700;
/** Bot API, sendMessage: 1–4096 characters after entities are parsed. We count UTF-16 units, which are never fewer. */
const MESSAGE_CHARS_MAX = 4_096;
/** What our own words may take, so that the agent's always have room for more than their notice. */
const OWN_CHARS_MAX = 2_400;
/** Longer labels are cut by the apps. */
const BUTTON_CHARS_MAX = 64;

export type TelegramMessage = {
  text: string;
  entities: MessageEntity[];
  reply_markup?: InlineKeyboardMarkup;
  link_preview_options: { is_disabled: true };
  /** No forwarding or saving: the buttons are for one person. */
  protect_content: true;
};

/**
 * The message as text with explicit entities. There is no parse mode, so nothing in it can be markup; Telegram still turns `@name`, `#tag`,
 * `$TAG` and `/command` into links by itself, but never inside `pre`, where the agent's words are, and never where a word joiner separates
 * the sign from the name, as in ours.
 */
export const renderTelegram = (message: Message): TelegramMessage => {
  const written = openText();
  const footer = [message.approvalId === null ? null : `Request ${message.approvalId}`, message.organization]
    .filter(part => part !== null)
    .join(', ');
  const own = elided([message.title, ...message.lines].map(inert).join('\n'), OWN_CHARS_MAX);
  const [title = '', ...lines] = own.split('\n');
  const button = canBeButton(message.link.url);
  const tail = [button ? '' : `${message.link.label}: ${message.link.url}`, `${inert(footer)}.`].filter(part => part !== '').join('\n');

  written.add(title, 'bold');
  if (lines.length > 0) written.add(`\n${lines.join('\n')}`);
  if (message.fields.length > 0) {
    written.add('\n\n');
    written.add(UNVERIFIED, 'italic');
    for (const { label, text } of fitFields(message.fields, MESSAGE_CHARS_MAX - written.length() - tail.length - 2, FIELD_OVERHEAD)) {
      written.add(`\n${inert(label)}:\n`);
      written.add(text, 'pre');
    }
  }
  written.add(`\n\n${tail}`);
  const keyboard = keyboardOf(message, button);
  return {
    text: written.text(),
    entities: written.entities,
    // Without a keyboard an edited message loses the one it had.
    ...(keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } }),
    link_preview_options: { is_disabled: true },
    protect_content: true,
  };
};

/** Line breaks, colon, and a word joiner or two in the label. */
const FIELD_OVERHEAD = 8;

const openText = () => {
  let text = '';
  const entities: MessageEntity[] = [];
  return {
    entities,
    length: () => text.length,
    text: () => text,
    add: (part: string, type?: 'bold' | 'italic' | 'pre') => {
      if (type !== undefined && part !== '') entities.push({ type, offset: text.length, length: part.length });
      text += part;
    },
  };
};

/** Takes from a word what Telegram would make a link of: the sign is kept, an invisible word joiner (U+2060) parts it from what follows. */
export const inert = (text: string): string => text.replace(/([@#$/])(?=[\p{L}\p{N}_])/gu, '$1\u2060');

/** Telegram refuses a whole message for a button whose link leads to a name without a dot, such as localhost. */
const canBeButton = (url: string): boolean => URL.canParse(url) && new URL(url).hostname.includes('.');

const STYLES = { approve: 'success', reject: 'danger', claim: 'primary' } as const;

const keyboardOf = (message: Message, withLink: boolean): InlineKeyboardButton[][] => {
  const press = (action: MessageAction): InlineKeyboardButton => ({
    text: elided(action.label, BUTTON_CHARS_MAX),
    callback_data: action.handle,
    style: STYLES[action.verb],
  });
  const decide = message.actions.filter(({ verb }) => verb !== 'claim').map(press);
  const claim = message.actions.filter(({ verb }) => verb === 'claim').map(press);
  const open = withLink ? [{ text: elided(message.link.label, BUTTON_CHARS_MAX), url: message.link.url }] : [];
  return [decide, claim, open].filter(row => row.length > 0);
};
