import type { ServiceError } from '@grpc/grpc-js';
import { OPEN_READS_MAX } from './limits.ts';
import { exhausted } from './refusals.ts';

type Closable = { once: (event: 'close' | 'cancelled', listener: () => void) => unknown };

/** The calls under way, so that a stop can end them instead of cutting the connection. */
export type OpenCalls = {
  /** Registers a call, or says why there is no room for another. */
  admit: (call: Closable, cancel: () => void) => ServiceError | undefined;
  /** Ends every open call with CANCELLED. */
  cancelAll: () => void;
  count: () => number;
};

export const trackOpenCalls = (max = OPEN_READS_MAX): OpenCalls => {
  const open = new Map<Closable, () => void>();
  return {
    admit(call, cancel) {
      if (open.size >= max)
        return exhausted(`The event store serves at most ${max} calls at a time. Close subscriptions that are no longer needed.`);
      open.set(call, cancel);
      call.once('close', () => open.delete(call));
      call.once('cancelled', () => open.delete(call));
      return undefined;
    },
    cancelAll() {
      const cancels = Array.from(open.values());
      for (const cancel of cancels) cancel();
      open.clear();
    },
    count: () => open.size,
  };
};
