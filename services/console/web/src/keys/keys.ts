/** What a key does; each page answers the ones it knows. */
export type Intent =
  | 'next'
  | 'previous'
  | 'open'
  | 'mark'
  | 'approve'
  | 'reject'
  | 'edit'
  | 'claim'
  | 'comment'
  | 'ask'
  | 'delegate'
  | 'snooze'
  | 'extend'
  | 'more'
  | 'search'
  | 'help'
  | 'back'
  | 'confirm';

/** The keys, as the help lists them. */
export const KEYS: readonly { keys: string; intent: Intent; does: string }[] = [
  { keys: 'J', intent: 'next', does: 'Next request' },
  { keys: 'K', intent: 'previous', does: 'Previous request' },
  { keys: 'Enter', intent: 'open', does: 'Open the selected request' },
  { keys: 'V', intent: 'mark', does: 'Select; A or R then ask about all that are selected' },
  { keys: 'A', intent: 'approve', does: 'Approve: asks once more, then Enter' },
  { keys: 'R', intent: 'reject', does: 'Reject: asks for a note' },
  { keys: 'E', intent: 'edit', does: 'Edit the action, then approve the edit' },
  { keys: 'C', intent: 'claim', does: 'Claim, or release your claim' },
  { keys: 'M', intent: 'comment', does: 'Comment' },
  { keys: 'S', intent: 'snooze', does: 'Snooze: out of your sight for a while' },
  { keys: 'Q', intent: 'ask', does: 'Ask the agent a question' },
  { keys: 'D', intent: 'delegate', does: 'Delegate to a colleague' },
  { keys: 'X', intent: 'extend', does: 'Extend the deadline' },
  { keys: '.', intent: 'more', does: 'More: everything else you can do' },
  { keys: 'Ctrl Enter', intent: 'confirm', does: 'Confirm what you are about to do' },
  { keys: '/', intent: 'search', does: 'Search' },
  { keys: 'Esc', intent: 'back', does: 'Cancel, or back to the inbox' },
  { keys: '?', intent: 'help', does: 'Show these keys' },
];

const BY_KEY: Record<string, Intent> = {
  j: 'next',
  k: 'previous',
  v: 'mark',
  a: 'approve',
  r: 'reject',
  e: 'edit',
  c: 'claim',
  m: 'comment',
  s: 'snooze',
  q: 'ask',
  d: 'delegate',
  x: 'extend',
  '.': 'more',
  '/': 'search',
  '?': 'help',
  Escape: 'back',
};

/** The part of a keyboard event the decision needs. */
export type KeyPress = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; repeat: boolean; isComposing: boolean };

/**
 * Reads a key press.
 * @param press the event's fields
 * @param typing whether the focus is in a field a person types into: letters are then text
 * @returns null when the key means nothing here; a held key only ever moves the selection, so it can never decide
 */
export const intentOf = (press: KeyPress, typing: boolean): Intent | null => {
  if (press.isComposing || press.altKey) return null;
  if (press.key === 'Enter' && (press.ctrlKey || press.metaKey)) return press.repeat ? null : 'confirm';
  if (press.ctrlKey || press.metaKey) return null;
  const intent = BY_KEY[press.key.length === 1 ? press.key.toLowerCase() : press.key] ?? null;
  if (typing && intent !== 'back') return null;
  if (press.repeat && intent !== 'next' && intent !== 'previous') return null;
  return intent;
};
