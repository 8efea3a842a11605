import type { LiveMessage } from '@holdpoint/contracts';

type Listener = { tenant: string; handler: (message: LiveMessage, tenant: string) => void };

/** Live messages within this process, by reference: nobody may change what it got. */
export const openLocalLive = () => {
  const listeners = new Set<Listener>();
  return {
    /** Hands the message over in a later turn of the loop: telling must not cost the teller the time of the listeners. */
    publish: (tenant: string, message: LiveMessage): void => {
      for (const listener of listeners) {
        if (listener.tenant === tenant || listener.tenant === '*')
          setImmediate(() => listeners.has(listener) && listener.handler(message, tenant));
      }
    },
    subscribe: (tenant: string, handler: Listener['handler']): { close(): void } => {
      const listener = { tenant, handler };
      listeners.add(listener);
      return { close: () => void listeners.delete(listener) };
    },
  };
};
