import type { CallbackEvent } from '@holdpoint/contracts';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { Message } from './message.ts';

type Waiting = Pick<Message, 'id' | 'webhookId'>;

/** Records that no attempt is made for now: until then the relay does not ask again. */
export const defer = ({ now }: Pick<Deps, 'now'>, ledger: Ledger, waiting: Waiting, delayMs: number): Promise<void> =>
  ledger.record('callback', [deferred(waiting, now(), delayMs)]);

/** Notes that an attempt takes its time: meanwhile the relay rings others. After a crash it rings for this one when the time is over. */
export const noteUnderWay = ({ now }: Pick<Deps, 'now'>, ledger: Ledger, waiting: Waiting, leaseMs: number): Promise<void> =>
  ledger.note(deferred(waiting, now(), leaseMs));

const deferred = ({ id, webhookId }: Waiting, at: string, delayMs: number): CallbackEvent => ({
  type: 'CallbackScheduled',
  data: { approvalId: id, webhookId, nextAttemptAt: new Date(Date.parse(at) + delayMs).toISOString(), reason: 'deferred', at },
});
