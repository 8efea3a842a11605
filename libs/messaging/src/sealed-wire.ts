import { SealBroken, type Sealer } from '@holdpoint/sealing';

/**
 * Where a text on the broker belongs. It opens nowhere else: not under another subject, not as another kind, an answer not for another question.
 * @property to the question as it was on the broker: an older answer, kept by whoever listens, does not pass for this one
 */
export type Place = { kind: 'work' | 'live' | 'question'; subject: string } | { kind: 'answer'; subject: string; to: string };

/**
 * What processes say to each other, as it is on the broker: sealed JSON. The broker, and whoever listens or speaks there without the key,
 * can neither read nor make it.
 */
export type Wire = {
  /** @param json what is said, as JSON. @returns ASCII, a third longer */
  seal(json: string, place: Place): string;
  /** @throws SealBroken for what was made without the key, changed, or said elsewhere */
  open<T>(text: string, place: Place): T;
};

/** @param key the master key, see `MasterKey`; all processes of an installation have the same */
export const openWire = (key: Sealer): Wire => ({
  seal: (json, place) => key.seal(json, wordsOf(place)),
  open: <T>(text: string, place: Place) => JSON.parse(key.open(text, wordsOf(place))) as T,
});

// No subject has a line break, so no two places have the same words; and none is the place of a stored event (stream, type, id).
const wordsOf = (place: Place): string => ['broker', place.kind, place.subject, ...(place.kind === 'answer' ? [place.to] : [])].join('\n');

/** Why nothing was done with a text that did not open; null for any other error. */
export const whyUnopened = (error: unknown): string | null =>
  error instanceof SealBroken
    ? `it was not sealed by this installation (${error.code}): start all services with the same master key and version, and let nobody else use this broker`
    : null;
