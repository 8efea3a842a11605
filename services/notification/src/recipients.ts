import type { AlertChannel, Approvers } from '@holdpoint/contracts';
import type { Directory, Operator } from '@holdpoint/directory';

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

/** How many people are entitled, and where they are reached. */
export type Entitled = { people: number; reach: readonly Reach[] };
export type EntitledLookup = { of(tenant: string, approvers: Approvers): Entitled; close(): void };

/**
 * Answers who is entitled to decide and where they are reached. Searched once for each organisation and list of approvers, and all
 * forgotten whenever the directory changes: steps ask far more often than people come, go or change an address.
 */
export const openEntitled = (directory: Pick<Directory, 'operatorsWith' | 'onChange'>, normalise: Normalise): EntitledLookup => {
  const known = new Map<string, Entitled>();
  const close = directory.onChange(() => known.clear());
  return {
    of: (tenant, approvers) => {
      const key = `${tenant} ${JSON.stringify(approvers)}`;
      let entitled = known.get(key);
      if (entitled !== undefined) return entitled;
      const operators = directory.operatorsWith(tenant, approvers);
      entitled = { people: operators.length, reach: reachOf(operators, normalise) };
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(key, entitled);
      return entitled;
    },
    close,
  };
};

/** Lists of approvers remembered: a policy has a handful for each organisation. */
const KNOWN_MAX = 1_000;
