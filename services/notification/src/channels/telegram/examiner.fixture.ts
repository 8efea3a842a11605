import type { Examiner } from '../examiner.fixture.ts';
import { over } from '../examiner.fixture.ts';
import type { TelegramMessage } from './render.ts';

/** What Telegram finds by itself outside `pre` (tdlib, find_entities): mentions, commands, hashtags, cashtags, bank cards. */
const FOUND = [
  /(?<![\w])@\w{3,}/g,
  /(?<![\p{L}\p{N}_/])\/\w{1,64}/gu,
  /#[\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*/gu,
  /\$[A-Z]{1,8}\b/g,
  /(?<!\d)(?:\d[ -]?){13,19}(?!\d)/g,
];

export const examiner: Examiner = {
  configs: [{ botToken: '110201543:CANARY-vGWJxfSeofSAs0K5PALDsaw' }],
  addresses: ['1111111', '9007199254740'],
  examine: rendered => {
    const { text, entities, reply_markup: markup } = rendered as TelegramMessage;
    const buttons = markup?.inline_keyboard.flat() ?? [];
    let outside = text;
    for (const { type, offset, length } of entities.toReversed())
      if (type === 'pre') outside = `${outside.slice(0, offset)} ${outside.slice(offset + length)}`;
    const urls = buttons.flatMap(button => ('url' in button ? [button.url] : []));
    const data = buttons.flatMap(button => ('callback_data' in button ? [button.callback_data] : []));
    const withoutLinks = outside.replace(/https?:\/\/\S+/g, ' ');
    return {
      shown: [text.replaceAll('\u2060', ''), ...buttons.map(button => button.text)],
      urls,
      handles: data,
      alive: [...entities.map(({ type }) => type), ...FOUND.flatMap(found => withoutLinks.match(found) ?? [])],
      exceeded: [
        ...over('text', text.length, 4_096),
        ...data.flatMap(handle => over('callback_data', Buffer.byteLength(handle), 64)),
        ...entities.flatMap(({ offset, length }) => over('entity', offset + length, text.length)),
      ],
    };
  },
};
