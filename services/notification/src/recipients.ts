import type { AlertChannel, Importance, NotificationRule } from '@holdpoint/contracts';
import type { Address, Directory, Operator } from '@holdpoint/directory';
import { isSenior, type Round } from './round.ts';

/** One person at one address. */
export type Reach = {
  operatorId: string;
  operatorName: string;
  channel: AlertChannel;
  address: string | null;
  /** What sending needs besides the address. */
  route: string | null;
  /** Since when the address is theirs, RFC 3339; null for the inbox. */
  verifiedAt: string | null;
  /** How long after the alert was due, by the person's own rules; seconds. */
  afterSec: number;
};
/** The same in one round. */
export type Recipient = Reach & { attemptId: string };

/** The address in its channel's canonical form; null when the organisation has no such channel or the address is unusable. */
export type Normalise = (tenant: string, channel: AlertChannel, address: string) => string | null;

/** People alerted in one round. A route that names more is a mailing list, not an approval. */
export const RECIPIENTS_MAX = 50;

/** Channels on which a person has to write first, so that an alert may not arrive: the inbox stands beside them. */
const OPPORTUNISTIC: ReadonlySet<AlertChannel> = new Set(['messenger', 'instagram']);

type RulesOf = (operatorId: string) => readonly NotificationRule[] | null;

/**
 * Where each person is told: by their own rules for this importance, else on every verified address at once; whoever has no usable address still
 * finds the request in the inbox.
 */
export const reachOf = (
  operators: readonly Operator[],
  normalise: Normalise,
  importance: Importance | 'everywhere' = 'everywhere',
  rulesOf: RulesOf = () => null,
): Reach[] =>
  operators.slice(0, RECIPIENTS_MAX).flatMap(({ operatorId, tenant, name, addresses }) => {
    const who = { operatorId, operatorName: name };
    const usable = usableOf(tenant, addresses, normalise);
    const own = importance === 'everywhere' ? [] : byRules(usable, rulesOf(operatorId) ?? [], importance);
    const reach = [...(own.length > 0 ? own : usable).values()].map(({ addressId: _id, ...to }) => ({ ...who, ...to }));
    return reach.every(({ channel }) => OPPORTUNISTIC.has(channel)) ? [...reach, { ...who, ...IN_INBOX }] : reach;
  });

const IN_INBOX = { channel: 'inbox' as const, address: null, route: null, verifiedAt: null, afterSec: 0 };
/** The inbox of a person, where nothing else reaches them. */
export const inInbox = (who: Pick<Reach, 'operatorId' | 'operatorName'>): Reach => ({ ...who, ...IN_INBOX });

type Usable = Omit<Reach, 'operatorId' | 'operatorName'> & { addressId: string };

const usableOf = (tenant: string, addresses: readonly Address[], normalise: Normalise): Usable[] => {
  const usable = new Map<string, Usable>();
  for (const { addressId, channel, address: raw, verified, verifiedAt, route } of addresses) {
    const address = verified ? normalise(tenant, channel, raw) : null;
    if (address !== null) usable.set(`${channel} ${address}`, { addressId, channel, address, route, verifiedAt, afterSec: 0 });
  }
  return [...usable.values()];
};

/** The addresses the rules for this importance name, soonest first; those for ordinary alerts, where a person has none for important ones. */
const byRules = (usable: readonly Usable[], rules: readonly NotificationRule[], importance: Importance): Usable[] => {
  const meant = rules.filter(rule => rule.importance === importance);
  return (meant.length > 0 ? meant : rules.filter(rule => rule.importance === 'default'))
    .toSorted((a, b) => a.afterSec - b.afterSec)
    .flatMap(({ addressId, afterSec }) => usable.filter(to => to.addressId === addressId).map(to => ({ ...to, afterSec })));
};

/** How many people a round asks, and where they are reached. */
export type Asked = { people: number; reach: readonly Reach[] };
export type AskedLookup = {
  /** Whom a round asks: those its event names, or whoever its approvers come to at that instant; without the absent, with who stands in. */
  of(
    tenant: string,
    round: Pick<Round, 'approvers' | 'people' | 'seniorOnly' | 'channels' | 'askedAt' | 'important' | 'everywhere'>,
  ): Asked;
};

/**
 * Answers who is asked and where they are reached. The directory answers the first with the same list for as long as nobody comes or goes, and the
 * second is worked out once for each list and importance, until anything in the directory changes.
 */
export const openAsked = (
  directory: Pick<Directory, 'asked' | 'operator' | 'notificationRules' | 'onChange'>,
  normalise: Normalise,
): AskedLookup => {
  let known = new WeakMap<readonly string[], Map<string, Asked>>();
  directory.onChange(() => (known = new WeakMap()));
  const search = (tenant: string, ids: readonly string[], seniorOnly: boolean, importance: Importance | 'everywhere'): Asked => {
    const operators = ids
      .map(id => directory.operator(id))
      .filter(operator => operator !== null)
      .filter(operator => operator.tenant === tenant && (!seniorOnly || isSenior(operator)));
    return { people: operators.length, reach: reachOf(operators, normalise, importance, id => directory.notificationRules(id)) };
  };
  const searchOnce: typeof search = (tenant, ids, seniorOnly, importance) => {
    const found = known.get(ids)?.get(importance) ?? search(tenant, ids, seniorOnly, importance);
    known.set(ids, (known.get(ids) ?? new Map<string, Asked>()).set(importance, found));
    return found;
  };
  return {
    of: (tenant, { approvers, people, seniorOnly = false, channels, askedAt, important, everywhere }) => {
      const importance = everywhere === true ? 'everywhere' : important ? 'important' : 'default';
      const ids = people ?? directory.asked(tenant, approvers, askedAt).operators;
      // What an event names, and what only seniors may decide, is rarer than what everybody is asked.
      const rare = people !== undefined || seniorOnly;
      const found = (rare ? search : searchOnce)(tenant, ids, seniorOnly, importance);
      return channels === undefined ? found : { people: found.people, reach: onChannels(found.reach, channels) };
    },
  };
};

/** Each person on these channels only, in this order; on their own where they have none of these. */
export const onChannels = (reach: readonly Reach[], channels: readonly AlertChannel[]): Reach[] =>
  [...Map.groupBy(reach, ({ operatorId }) => operatorId).values()].flatMap(own => {
    const wanted = channels.flatMap(channel => own.filter(to => to.channel === channel));
    return wanted.length > 0 ? wanted : own;
  });
