import type { GraphCodes, Meaning } from '../../providers/meta/classify.ts';

/** Between two messages to the same person, milliseconds; above it Meta answers 131056. */
const PAIR_PAUSE_MS = 6_000;

const all = (meaning: Meaning, ...codes: readonly number[]): [number, Meaning][] => codes.map(code => [code, meaning]);
const as = (name: Meaning['class'], says: string): Meaning => ({ class: name, says });

/** Codes of the Cloud API, in answers and in receipts (Meta's page on WhatsApp error codes, 2026-06-18). */
const CLOUD = new Map<number, Meaning>([
  ...all(as('retryable', 'WhatsApp is not available just now'), 131_000, 131_016, 131_057, 133_004),
  ...all(as('throttled', 'The number sends faster than it may'), 130_429, 133_016),
  ...all(as('throttled', 'WhatsApp takes the messages of this number for unwanted and slows it down'), 131_048),
  ...all({ ...as('throttled', 'Too many messages to the same person'), retryAfterMs: PAIR_PAUSE_MS }, 131_056),
  ...all(as('window_closed', 'The person has not written within 24 hours'), 131_047),
  ...all(as('recipient_gone', 'WhatsApp cannot deliver to this person'), 131_026),
  ...all(as('recipient_gone', 'The number is the sender itself'), 131_021),
  ...all(as('recipient_gone', 'The number is not on the list of a test account'), 131_030),
  ...all(as('recipient_blocked', 'The person does not want messages of this number'), 131_050),
  ...all(as('content_rejected', 'WhatsApp holds the message back for this person'), 131_049, 130_472),
  ...all(as('content_rejected', 'WhatsApp refused a member of the message'), 131_008, 131_009, 131_052, 131_053),
  ...all(as('content_rejected', 'The message does not fit the template'), 132_000, 132_005, 132_012, 132_018),
  ...all(as('unsupported', 'WhatsApp does not take this kind of message for this person'), 131_051, 131_062, 130_497),
  ...all(as('config', 'The account is restricted'), 131_031),
  ...all(as('config', 'The account has to be paid for'), 131_042),
  ...all(as('config', 'The number is not ready to send'), 131_005, 131_037, 131_045, 133_010),
  ...all(as('config', 'The template is missing or does not exist in this language'), 132_001),
  ...all(as('config', 'The template is not in order at Meta'), 132_007, 132_015, 132_016),
]);

/** @returns the meaning of a code that only the Cloud API has */
export const cloudMeaning = ({ code }: GraphCodes): Meaning | undefined => CLOUD.get(code);
