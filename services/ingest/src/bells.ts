import type { Messaging } from '@holdpoint/messaging';
import { gauge, ProblemError } from '@holdpoint/service-kit';

/** A client that found no room tries again after this long, seconds. */
const RETRY_AFTER_SEC = 5;
/** After the broker was away every waiter looks again, spread over this long so that the log is not asked all at once, milliseconds. */
const LOOK_AGAIN_WITHIN_MS = 1_000;

export type Bell = {
  /** Resolves when news was announced since the last call, after `ms`, or when `gone` aborts; whichever comes first. */
  rung(ms: number, gone: AbortSignal): Promise<void>;
  takeDown(): void;
};

export type Bells = {
  /** @param isNews the types of events it rings for @throws ProblemError 503 `too_many_waiters` */
  hang(approvalId: string, isNews: (type: string) => boolean): Bell;
  /** Rings all for the last time: whoever waits answers with what there is. */
  close(): void;
  readonly closed: boolean;
};

type Hung = { isNews: (type: string) => boolean; rang: boolean; wake: (() => void) | null };

/**
 * One bell for each long poll, rung by the live messages. A bell only says "look again": what is answered is always read from the
 * log. A lost message therefore costs patience, never truth.
 */
export const hangBells = (messaging: Pick<Messaging, 'subscribeLive' | 'onReset'>, waitersMax: number): Bells => {
  const byApproval = new Map<string, Set<Hung>>();
  let count = 0;
  let closed = false;
  const ring = (hung: Hung) => {
    hung.rang = true;
    hung.wake?.();
  };
  const live = messaging.subscribeLive('*', ({ changes }) => {
    for (const { approvalId, type } of changes)
      byApproval.get(approvalId)?.forEach(hung => {
        if (hung.isNews(type)) ring(hung);
      });
  });
  const stopReset = messaging.onReset(() => {
    for (const bells of byApproval.values()) for (const bell of bells) setTimeout(ring, Math.random() * LOOK_AGAIN_WITHIN_MS, bell).unref();
  });
  gauge('holdpoint_ingest_waiters', 'Long polls held', [], it => it.set(count));
  return {
    hang: (approvalId, isNews) => {
      if (count >= waitersMax)
        throw new ProblemError('too_many_waiters', 503, 'Too many long polls are held; repeat this one after retry-after seconds.', {
          headers: { 'retry-after': String(RETRY_AFTER_SEC) },
        });
      const hung: Hung = { isNews, rang: false, wake: null };
      const bells = byApproval.get(approvalId) ?? new Set();
      byApproval.set(approvalId, bells.add(hung));
      count += 1;
      return { rung: (ms, gone) => rung(hung, ms, gone), takeDown: () => takeDown(approvalId, hung) };
    },
    close: () => {
      closed = true;
      live.close();
      stopReset();
      for (const bells of byApproval.values()) bells.forEach(ring);
    },
    get closed() {
      return closed;
    },
  };

  function takeDown(approvalId: string, hung: Hung): void {
    const bells = byApproval.get(approvalId);
    if (!bells?.delete(hung)) return;
    count -= 1;
    if (bells.size === 0) byApproval.delete(approvalId);
  }
};

const rung = (hung: Hung, ms: number, gone: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const wake = () => {
      clearTimeout(timer);
      gone.removeEventListener('abort', wake);
      hung.wake = null;
      hung.rang = false;
      resolve();
    };
    const timer = setTimeout(wake, ms);
    if (hung.rang || gone.aborted) return wake();
    hung.wake = wake;
    gone.addEventListener('abort', wake, { once: true });
  });
