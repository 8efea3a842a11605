import { CODE_ALPHABET, CODE_CHARS } from '../handles.ts';

/**
 * What a reply says. `command`: exactly one of the two forms. `unclear`: it begins like one and is none, and the person should be told why.
 * `none`: it is about something else.
 */
export type ReplyCommand =
  | { kind: 'command'; verb: 'approve' | 'reject'; code: string; note: string | null }
  | { kind: 'unclear'; verb: 'approve' | 'reject'; why: 'no_code' | 'look_alike' | 'words_after_approve' }
  | { kind: 'none' };

const VERBS: Readonly<Record<string, 'approve' | 'reject'>> = { A: 'approve', APPROVE: 'approve', R: 'reject', REJECT: 'reject' };
/** A verb, and what follows it. Nothing may stand before: a quoted line (`> A …`) is not the person's own. */
const BEGINS = /^(A|R|APPROVE|REJECT)(?:\s+(.*))?$/isu;
/** As long as a code, made of what one might type for it. What follows is set apart by a space, or by a mark and a space. */
const CODE_AND_REST = new RegExp(`^([0-9A-Z]{${CODE_CHARS}})(?:[.,:;!]?(?:\\s+(.*))?)?$`, 'isu');
const UNAMBIGUOUS = new RegExp(`^[${CODE_ALPHABET}]+$`, 'u');

/** The first line that is not empty, without the space around it; all that a reply is judged by. `''` where there is none. */
export const firstLineOf = (text: string): string =>
  text
    .split(/\r\n?|\n|\u2028|\u2029|\u0085/)
    .map(line => line.trim())
    .find(line => line !== '') ?? '';

/**
 * Reads a reply by text message or mail: `A <code>` or `R <code> <reason>`, in full `APPROVE` and `REJECT`, in any case, on its first line that
 * is not empty. Nothing is guessed: a character that is taken for another (0 and O, 1, I and L) is never exchanged for it, approving takes no
 * conditions, and a bare word is no decision.
 * @returns the code in capitals; a note only with a rejection
 */
export const replyCommandOf = (text: string): ReplyCommand => {
  const [, word, after = ''] = BEGINS.exec(firstLineOf(text)) ?? [];
  const verb = word === undefined ? undefined : VERBS[word.toUpperCase()];
  if (verb === undefined) return { kind: 'none' };
  const isShort = word!.length === 1;
  const [, typed, rest = ''] = CODE_AND_REST.exec(after.trim()) ?? [];
  if (typed === undefined) {
    // "A friend of mine …" is a sentence; "Approve the refund" and a lone "A" are attempts to decide.
    return isShort && after.trim() !== '' && /\s/.test(after.trim()) ? { kind: 'none' } : { kind: 'unclear', verb, why: 'no_code' };
  }
  const code = typed.toUpperCase();
  if (!UNAMBIGUOUS.test(code)) return { kind: 'unclear', verb, why: 'look_alike' };
  const note = rest.trim();
  if (verb === 'approve' && note !== '') return { kind: 'unclear', verb, why: 'words_after_approve' };
  return { kind: 'command', verb, code, note: note === '' ? null : note };
};

/** What an answer says whose address already holds the handle: see {@link handleCommandOf}. */
export type HandleCommand =
  | { kind: 'command'; verb: 'approve' | 'reject'; note: string | null }
  | { kind: 'unclear'; verb: 'approve'; why: 'words_after_approve' }
  | { kind: 'none' };

const WHOLE_WORD = /^(APPROVE|REJECT)(?:[.,:;!]?(?:\s+(.*))?)?$/isu;

/**
 * Reads an answer to a mail. The handle in its address stands for the code, so the first line that is not empty is the word alone, always in full
 * (`A` and `R` begin too many sentences), with the reason after a rejection. Approving takes no conditions here either.
 */
export const handleCommandOf = (text: string): HandleCommand => {
  const [, word, rest = ''] = WHOLE_WORD.exec(firstLineOf(text)) ?? [];
  if (word === undefined) return { kind: 'none' };
  const note = rest.trim();
  if (word.toUpperCase() === 'REJECT') return { kind: 'command', verb: 'reject', note: note === '' ? null : note };
  return note === '' ? { kind: 'command', verb: 'approve', note: null } : { kind: 'unclear', verb: 'approve', why: 'words_after_approve' };
};
