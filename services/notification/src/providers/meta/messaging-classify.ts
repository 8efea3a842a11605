import type { GraphCodes, Meaning } from './classify.ts';

const as = (name: Meaning['class'], says: string): Meaning => ({ class: name, says });

const CLOSED = as('window_closed', 'The person has not written within 24 hours');
const GONE = as('recipient_gone', 'Meta knows nobody by this id');
const BLOCKED = as('recipient_blocked', 'The person takes no messages of this account');

/** Subcodes are what tells a closed window from a missing permission, which share code 10. */
const BY_SUBCODE: Readonly<Record<number, Meaning>> = {
  // Messenger: the 24 hours (today, and as it was called with the subscription permission); Instagram: the same.
  2_018_278: CLOSED,
  2_018_065: CLOSED,
  2_534_022: CLOSED,
  1_545_041: BLOCKED,
  2_018_001: GONE,
  2_534_014: GONE,
  // Before the app is reviewed it may write to its own testers only.
  2_018_108: as('config', 'The app may write to its own testers only'),
  // "Service temporarily unavailable", until an administrator accepts the terms.
  2_018_344: as('config', 'The terms of the page have to be accepted'),
};
const BY_CODE: Readonly<Record<number, Meaning>> = { 551: BLOCKED };

/** @returns the meaning of a code that only the Send API of Messenger and Instagram has */
export const messagingMeaning = ({ code, subcode }: GraphCodes): Meaning | undefined =>
  (subcode === null ? undefined : BY_SUBCODE[subcode]) ?? BY_CODE[code];
