import { openInProcessLeases } from './in-process-leases.ts';
import { openInProcessWork } from './in-process-work.ts';
import { openLocalLive } from './local-live.ts';
import { openLocalRequests } from './local-requests.ts';
import { MESSAGING_LIMITS, type Messaging, type MessagingOptions } from './messaging.ts';

type InProcessOptions = Omit<Extract<MessagingOptions, { transport: 'inProcess' }>, 'transport'>;

/** All parts of one process talk through one object; messages are passed by reference, so nobody may change what it got. */
export const openInProcessMessaging = (options: InProcessOptions): Messaging => createInProcessHub(options).connect();

/** A hub several parties connect to; a party that closes stops taking work and stops renewing its leases, like a process that ends. */
export const createInProcessHub = (options: InProcessOptions = {}): { connect(): Messaging } => {
  const limits = { ...MESSAGING_LIMITS, ...options.limits };
  const work = openInProcessWork(limits, options.log);
  const leases = openInProcessLeases();
  const live = openLocalLive();
  const requests = openLocalRequests(options.log);

  const connect = (): Messaging => {
    const closers = new Set<() => Promise<void> | void>();
    let closed = false;
    const closing = <T extends { close(): Promise<void> | void }>(part: T): T => {
      closers.add(() => part.close());
      return part;
    };
    return {
      publishWork: (worker, kind, batch) => work.publish(worker, kind, batch),
      consumeWork: (worker, handler) => closing(work.consume(worker, handler)),
      parkedBatches: () => Promise.resolve(work.parked()),
      request: requests.request,
      respond: (subject, queue, handler) => closing(requests.respond(subject, queue, handler)),
      publishLive: live.publish,
      subscribeLive: (tenant, handler) => closing(live.subscribe(tenant, handler)),
      lease: async (name, holder, ttlMs, signal) => {
        const { lease, abandon } = await leases.acquire(name, holder, ttlMs, signal);
        closers.add(abandon);
        return lease;
      },
      // Nothing is ever lost here short of the process itself.
      onReset: () => () => undefined,
      status: () => ({ transport: 'inProcess', connected: !closed }),
      close: async () => {
        closed = true;
        await Promise.all(Array.from(closers, close => close()));
        closers.clear();
      },
    };
  };
  return { connect };
};
