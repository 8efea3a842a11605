import type { Message } from './channel.ts';
import { cutText } from './plain-text.ts';

/** Above what an agent wrote, in every channel. */
export const UNVERIFIED = 'Written by the agent, unverified:';
/** After a text that is not whole. */
export const CUT_NOTICE = '[cut; the whole text is in the console]';

/** Room for the notice and what separates it from the text. */
const NOTICE_CHARS = CUT_NOTICE.length + 1;

export type FittedField = { label: string; text: string };

/**
 * The agent's texts as they fit into what a channel has left: each gets an equal share, what a short one leaves goes to the long ones, and
 * whatever is cut says so. No field is left out without a word: one for which nothing is left is the notice alone.
 * @param charsMax UTF-16 units for all labels, texts and notices together
 * @param overhead what the channel adds to each field (separators, quotes), UTF-16 units
 */
export const fitFields = (fields: Message['fields'], charsMax: number, overhead = 0): FittedField[] => {
  let left = charsMax - fields.reduce((sum, { label }) => sum + label.length + overhead, 0);
  const fitted = new Map<Message['fields'][number], FittedField>();
  // Shortest first: what one does not need is shared by the longer ones that follow.
  for (const [index, field] of fields.toSorted((a, b) => a.text.length - b.text.length).entries()) {
    const share = Math.max(0, Math.floor(left / (fields.length - index)));
    const needed = field.text.length + (field.cut ? NOTICE_CHARS : 0);
    const text =
      needed <= share
        ? field.cut
          ? `${field.text} ${CUT_NOTICE}`
          : field.text
        : `${cutText(field.text, Math.max(0, share - NOTICE_CHARS))} ${CUT_NOTICE}`.trimStart();
    left -= text.length;
    fitted.set(field, { label: field.label, text });
  }
  return fields.map(field => fitted.get(field)!);
};
