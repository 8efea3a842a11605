import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { Message } from './message.ts';

/** Records that there is no attempt for now, or that one takes its time: until then the relay does not ask again, and rings others. */
export const defer = (
  { now }: Pick<Deps, 'now'>,
  ledger: Ledger,
  { id, webhookId }: Pick<Message, 'id' | 'webhookId'>,
  delayMs: number,
): Promise<void> => {
  const at = now();
  const nextAttemptAt = new Date(Date.parse(at) + delayMs).toISOString();
  return ledger.record('callback', [
    { type: 'CallbackScheduled', data: { approvalId: id, webhookId, nextAttemptAt, reason: 'deferred', at } },
  ]);
};
