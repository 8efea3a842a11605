import type { ForceReply, MessageEntity } from '@grammyjs/types';

/**
 * Last line of a question for a reason: the handle that the answer is about, and the message whose button was pressed. It is the whole memory
 * of the question. Every other message of ours ends with its organisation, so no text of an agent ever stands there.
 */
const LAST_LINE = /\nRef: (hp1[a-z2-7]{52})\.(\d{1,16})$/;
/** Bot API, ForceReply: the placeholder has 1–64 characters. */
const PLACEHOLDER = 'Why is it rejected?';

export type NotePrompt = {
  text: string;
  entities: MessageEntity[];
  reply_markup: ForceReply;
};

/** The question for a reason, to be answered by a reply. @param messageId the message whose button was pressed */
export const notePrompt = (words: string, handle: string, messageId: string): NotePrompt => {
  const reference = `Ref: ${handle}.${messageId}`;
  return {
    text: `${words}\n\n${reference}`,
    entities: [{ type: 'code', offset: words.length + 2, length: reference.length }],
    reply_markup: { force_reply: true, input_field_placeholder: PLACEHOLDER },
  };
};

/** @returns what a message of ours asked about; null when it is no such question */
export const promptedBy = (text: string): { handle: string; messageId: string } | null => {
  const [, handle, messageId] = LAST_LINE.exec(text) ?? [];
  return handle === undefined || messageId === undefined ? null : { handle, messageId };
};
