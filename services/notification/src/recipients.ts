import type { AlertChannel } from '@holdpoint/contracts';
import type { Directory, Operator } from '@holdpoint/directory';
import { isSenior, type Round } from './round.ts';

/** One person at one address. */
export type Reach = { operatorId: string; operatorName: string; channel: AlertChannel; address: string | null };
/** The same in one round. */
export type Recipient = Reach & { attemptId: string };

/** The address in its channel's canonical form; null when the channel is not set up or the address unusable. */
export type Normalise = (channel: AlertChannel, address: string) => string | null;

/** People alerted in one round. A route that names more is a mailing list, not an approval. */
export const RECIPIENTS_MAX = 50;

/** Every verified address of every person on a channel that is set up; whoever has none still finds the request in the inbox. */
export const reachOf = (operators: readonly Operator[], normalise: Normalise): Reach[] =>
  operators.slice(0, RECIPIENTS_MAX).flatMap(({ operatorId, name, addresses }) => {
    const reachable = new Map<string, { channel: AlertChannel; address: string | null }>();
    for (const { channel, address, verified } of addresses) {
      const usable = verified ? normalise(channel, address) : null;
      if (usable !== null) reachable.set(`${channel} ${usable}`, { channel, address: usable });
    }
    if (reachable.size === 0) reachable.set('inbox', { channel: 'inbox', address: null });
    return [...reachable.values()].map(to => ({ operatorId, operatorName: name, ...to }));
  });

/** How many people a round asks, and where they are reached. */
export type Asked = { people: number; reach: readonly Reach[] };
export type AskedLookup = {
  /** Whom a round asks: those its event names, or whoever its approvers come to at that instant; without the absent, with who stands in. */
  of(tenant: string, round: Pick<Round, 'approvers' | 'people' | 'seniorOnly' | 'channels' | 'askedAt'>): Asked;
};

/**
 * Answers who is asked and where they are reached. The directory answers the first with the same list for as long as nothing changes, and the
 * second is worked out once for each list.
 */
export const openAsked = (directory: Pick<Directory, 'asked' | 'operator'>, normalise: Normalise): AskedLookup => {
  const known = new WeakMap<readonly string[], Asked>();
  const search = (tenant: string, ids: readonly string[], seniorOnly: boolean): Asked => {
    const operators = ids
      .map(id => directory.operator(id))
      .filter(operator => operator !== null)
      .filter(operator => operator.tenant === tenant && (!seniorOnly || isSenior(operator)));
    return { people: operators.length, reach: reachOf(operators, normalise) };
  };
  return {
    of: (tenant, { approvers, people, seniorOnly = false, channels, askedAt }) => {
      const ids = people ?? directory.asked(tenant, approvers, askedAt).operators;
      // What an event names, and what only seniors may decide, is rarer than what everybody is asked.
      const found = people !== undefined || seniorOnly ? search(tenant, ids, seniorOnly) : (known.get(ids) ?? search(tenant, ids, false));
      if (people === undefined && !seniorOnly) known.set(ids, found);
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
