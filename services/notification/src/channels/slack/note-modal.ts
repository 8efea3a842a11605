import { LIMITS } from '@holdpoint/contracts';
import { plain } from './render.ts';

/** Tells our form from others of the app. */
export const NOTE_VIEW = 'holdpoint_note';
export const NOTE_BLOCK = 'note';
export const NOTE_ACTION = 'note';
/** Block Kit, plain_text_input: at most 3000 characters. */
const NOTE_CHARS_MAX = Math.min(3_000, LIMITS.noteCharsMax);
/** Modals: title and buttons have at most 24 characters. */
const TITLE_CHARS_MAX = 24;

export type NoteMetadata = { handle: string; channel: string | null; message: string | null };

/** `private_metadata` of the form, the whole memory of the question: it comes back in Slack's signed envelope, and people never see it. */
const writeMetadata = ({ handle, channel, message }: NoteMetadata): string => JSON.stringify([handle, channel, message]);

export const readMetadata = (text: string): NoteMetadata | null => {
  try {
    const [handle, channel, message] = JSON.parse(text) as unknown[];
    return typeof handle !== 'string'
      ? null
      : { handle, channel: typeof channel === 'string' ? channel : null, message: typeof message === 'string' ? message : null };
  } catch {
    return null;
  }
};

/** The form that asks for the reason of a rejection. @param words one or two sentences above the field */
export const noteModal = (words: string, metadata: NoteMetadata) => ({
  type: 'modal' as const,
  callback_id: NOTE_VIEW,
  private_metadata: writeMetadata(metadata),
  title: plain('Reject', TITLE_CHARS_MAX),
  submit: plain('Reject', TITLE_CHARS_MAX),
  close: plain('Cancel', TITLE_CHARS_MAX),
  blocks: [
    { type: 'section' as const, text: plain(words, 3_000) },
    {
      type: 'input' as const,
      block_id: NOTE_BLOCK,
      label: plain('Reason', 2_000),
      element: { type: 'plain_text_input' as const, action_id: NOTE_ACTION, multiline: true, min_length: 1, max_length: NOTE_CHARS_MAX },
    },
  ],
});
