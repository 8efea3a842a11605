import type { Importance, NotificationRule } from '@holdpoint/contracts';
import type { OwnAddress } from './addresses-of.ts';

/** Delays to choose from, seconds. */
export const DELAYS = [0, 60, 180, 300, 600, 900, 1_800, 3_600];
/** What an added rule waits longer than the last one before it, seconds. */
const LATER_SEC = 300;
const DELAY_SEC_MAX = 86_400;

/** When a rule tells: `at once`, `after 5 min`. */
export const delayWords = (seconds: number): string =>
  seconds === 0
    ? 'at once'
    : seconds < 60
      ? `after ${seconds} s`
      : seconds < 3_600
        ? `after ${Math.round(seconds / 6) / 10} min`
        : `after ${Math.round(seconds / 360) / 10} h`;

export const soonestFirst = (rules: readonly NotificationRule[]): NotificationRule[] => rules.toSorted((a, b) => a.afterSec - b.afterSec);

/** The rules to edit: those there are without addresses that are gone, or one for the first address. */
export const rulesOf = (rules: readonly NotificationRule[] | null, addresses: readonly Pick<OwnAddress, 'id'>[]): NotificationRule[] => {
  const known = new Set(addresses.map(({ id }) => id));
  const kept = (rules ?? []).filter(({ addressId }) => known.has(addressId));
  const [first] = addresses;
  return kept.length > 0 || first === undefined ? kept : [{ importance: 'default', addressId: first.id, afterSec: 0 }];
};

/** The next rule for an importance: an address that has none yet, a while after the last. */
export const addedRule = (
  rules: readonly NotificationRule[],
  importance: Importance,
  addresses: readonly Pick<OwnAddress, 'id'>[],
): NotificationRule => {
  const meant = rules.filter(rule => rule.importance === importance);
  const free = addresses.find(({ id }) => meant.every(({ addressId }) => addressId !== id)) ?? addresses[0];
  const last = soonestFirst(meant).at(-1);
  const afterSec = last === undefined ? 0 : Math.min(DELAY_SEC_MAX, last.afterSec + LATER_SEC);
  return { importance, addressId: free?.id ?? '', afterSec };
};
