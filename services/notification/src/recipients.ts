import type { AlertChannel } from '@holdpoint/contracts';
import type { Operator } from '@holdpoint/directory';

/** One person at one address, in one round. */
export type Recipient = { operatorId: string; operatorName: string; channel: AlertChannel; address: string | null; attemptId: string };

/** People alerted in one round. A route that names more is a mailing list, not an approval. */
export const RECIPIENTS_MAX = 50;

/**
 * Every verified address of every person on a channel that is set up; whoever has none still finds the request in the inbox.
 * @param normalise the address in its channel's canonical form; null when the channel is not set up or the address unusable
 */
export const recipientsOf = (
  operators: readonly Operator[],
  normalise: (channel: AlertChannel, address: string) => string | null,
  attemptIdOf: (operatorId: string, channel: AlertChannel, address: string | null) => string,
): Recipient[] =>
  operators.slice(0, RECIPIENTS_MAX).flatMap(({ operatorId, name, addresses }) => {
    const reachable = new Map<string, { channel: AlertChannel; address: string | null }>();
    for (const { channel, address, verified } of addresses) {
      const usable = verified ? normalise(channel, address) : null;
      if (usable !== null) reachable.set(`${channel} ${usable}`, { channel, address: usable });
    }
    if (reachable.size === 0) reachable.set('inbox', { channel: 'inbox', address: null });
    return [...reachable.values()].map(to => ({
      operatorId,
      operatorName: name,
      ...to,
      attemptId: attemptIdOf(operatorId, to.channel, to.address),
    }));
  });
