export type TelegramEntity = { type: string; offset: number; length: number };
export type TelegramButton = { text: string; callback_data?: string; url?: string; style?: string };
export type TelegramMarkup = { inline_keyboard: TelegramButton[][] } | { force_reply: true; input_field_placeholder?: string };

const MESSAGE_CHARS_MAX = 4_096;
const CALLBACK_BYTES_MAX = 64;
const PLACEHOLDER_CHARS_MAX = 64;
const ENTITY_TYPES = ['bold', 'italic', 'underline', 'strikethrough', 'spoiler', 'blockquote', 'code', 'pre', 'text_link'];

/** What Telegram would refuse a text message for, in its own words; null when it takes it. */
export const checkMessage = (body: Record<string, unknown>): string | null => {
  const { text, entities = [], reply_markup: markup } = body;
  if (typeof text !== 'string' || text.trim() === '') return 'message text is empty';
  if ([...text].length > MESSAGE_CHARS_MAX) return 'message is too long';
  if (body['parse_mode'] !== undefined) return "can't parse entities: this fake wants explicit entities";
  for (const { type, offset, length } of entities as TelegramEntity[]) {
    if (!ENTITY_TYPES.includes(type)) return `can't parse MessageEntity: Field "type" is "${type}"`;
    if (offset < 0 || length <= 0 || offset + length > text.length) return `entity beginning at UTF-16 offset ${offset} is out of range`;
    if (isInsidePair(text, offset) || isInsidePair(text, offset + length))
      return `entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol`;
  }
  return markup === undefined ? null : checkMarkup(markup as TelegramMarkup);
};

const isInsidePair = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
};

const checkMarkup = (markup: TelegramMarkup): string | null => {
  if ('force_reply' in markup)
    return [...(markup.input_field_placeholder ?? 'x')].length > PLACEHOLDER_CHARS_MAX ? 'placeholder is too long' : null;
  for (const button of markup.inline_keyboard.flat()) {
    if (typeof button.text !== 'string' || button.text === '') return 'can\'t parse inline keyboard button: Field "text" must be non-empty';
    const data = Buffer.byteLength(button.callback_data ?? 'x');
    if (data < 1 || data > CALLBACK_BYTES_MAX) return 'BUTTON_DATA_INVALID';
    if ((button.callback_data === undefined) === (button.url === undefined)) return 'text buttons are unallowed in the inline keyboard';
    if (button.url !== undefined && (!URL.canParse(button.url) || !new URL(button.url).hostname.includes('.')))
      return `inline keyboard button URL '${button.url}' is invalid: Wrong HTTP URL`;
    if (button.style !== undefined && !['danger', 'success', 'primary'].includes(button.style)) return 'unsupported button style';
  }
  return null;
};
