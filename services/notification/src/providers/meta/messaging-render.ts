import type { Message } from '../../channels/channel.ts';
import { cutText } from '../../channels/plain-text.ts';
import { chatText } from './chat-text.ts';

/** Button template: text above the buttons, buttons, and the title of each, UTF-16 units (Meta's page, 2026-04-22). */
export const BUTTON_TEXT_CHARS_MAX = 640;
export const BUTTONS_MAX = 3;
export const TITLE_CHARS_MAX = 20;

/** Longest plain text; Messenger counts characters, Instagram bytes of UTF-8 as well. */
export type TextLimits = { charsMax: number; bytesMax: number };

export type MessagingForm =
  | { text: string }
  | {
      attachment: {
        type: 'template';
        payload: { template_type: 'button'; text: string; buttons: { type: 'postback'; title: string; payload: string }[] };
      };
    };

/** Buttons where there is something to press, else a text. Postbacks rather than quick replies: those vanish with the next message. */
export const messagingForm = (message: Message, limits: TextLimits): MessagingForm =>
  message.actions.length === 0
    ? textForm(within(limits, charsMax => chatText(message, charsMax)))
    : buttonsForm(
        within({ ...limits, charsMax: BUTTON_TEXT_CHARS_MAX }, charsMax => chatText(message, charsMax)),
        message.actions.slice(0, BUTTONS_MAX).map(({ label, handle }) => ({ title: label, payload: handle })),
        limits,
      );

export const textForm = (text: string): MessagingForm => ({ text });

export const buttonsForm = (text: string, buttons: readonly { title: string; payload: string }[], limits: TextLimits): MessagingForm => ({
  attachment: {
    type: 'template',
    payload: {
      template_type: 'button',
      text: within({ ...limits, charsMax: BUTTON_TEXT_CHARS_MAX }, charsMax => cutText(text, charsMax)),
      buttons: buttons.map(({ title, payload }) => ({ type: 'postback', title: cutText(title, TITLE_CHARS_MAX), payload })),
    },
  },
});

/** Text made for as many characters as also fit in bytes: what is not Latin takes two to four for each. */
export const within = ({ charsMax, bytesMax }: TextLimits, make: (charsMax: number) => string): string => {
  let room = charsMax;
  let text = make(room);
  for (let bytes = Buffer.byteLength(text); bytes > bytesMax && room > 0; bytes = Buffer.byteLength(text)) {
    // At least one less each time, so that this ends; in proportion, so that it ends soon.
    room = Math.min(room - 1, Math.floor((Math.min(room, text.length) * bytesMax) / bytes));
    text = make(room);
  }
  return text;
};
