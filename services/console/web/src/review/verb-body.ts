import type { Action, DecisionVerb, VerbBody } from '@holdpoint/contracts';

/** What a person has written and picked so far; nothing of it is lost when a verb is refused. */
export type Draft = { note: string; reasonCode: string | undefined; to: string[]; until: string | null; understood: boolean };
export const EMPTY_DRAFT: Draft = { note: '', reasonCode: undefined, to: [], until: null, understood: false };

/** Verbs that are prepared on the page, with words or a choice, before they are sent. */
export const PREPARED_VERBS = [
  'approve',
  'reject',
  'modify',
  'comment',
  'escalate',
  'ask',
  'delegate',
  'reassign',
  'snooze',
  'extend',
  'bypass',
] as const satisfies readonly DecisionVerb[];
export type PreparedVerb = (typeof PREPARED_VERBS)[number];

const NAMES_PEOPLE: readonly PreparedVerb[] = ['delegate', 'reassign'];
const NAMES_TIME: readonly PreparedVerb[] = ['snooze', 'extend'];
const NEEDS_WORDS: Partial<Record<PreparedVerb, string>> = {
  comment: 'Write the comment first.',
  ask: 'Write the question first.',
  bypass: 'Say why the rules are set aside.',
};

/** The body of a verb: only what the verb takes. */
export const verbBodyOf = (verb: PreparedVerb, draft: Draft, action: Action): VerbBody => ({
  ...(draft.note.trim() === '' || NAMES_TIME.includes(verb) || verb === 'reassign' ? {} : { note: draft.note.trim() }),
  ...(verb === 'reject' && draft.reasonCode !== undefined ? { reasonCode: draft.reasonCode } : {}),
  ...(verb === 'modify' ? { action } : {}),
  ...(NAMES_PEOPLE.includes(verb) ? { to: draft.to } : {}),
  ...(NAMES_TIME.includes(verb) && draft.until !== null ? { until: draft.until } : {}),
});

/** What is still missing before the verb may be sent; null when nothing is. */
export const missingIn = (verb: PreparedVerb, draft: Draft, mustGiveReason: boolean): string | null => {
  const words = NEEDS_WORDS[verb];
  if (words !== undefined && draft.note.trim() === '') return words;
  if (verb === 'bypass' && !draft.understood) return 'Confirm that you know what this does.';
  if (NAMES_PEOPLE.includes(verb) && draft.to.length === 0) return 'Choose who.';
  if (NAMES_TIME.includes(verb) && draft.until === null) return 'Choose until when.';
  if (verb === 'reject' && mustGiveReason && draft.reasonCode === undefined && draft.note.trim() === '')
    return 'Choose a reason or write a note.';
  return null;
};
