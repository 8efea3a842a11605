import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, type AllStreamSubscription, type StreamSubscription } from '@eventstore/db-client';
import { startEventStore, type EventStoreOptions, type RunningEventStore } from './start-event-store.ts';

/** A store in a folder of its own, for one spec. */
export type SpecStore = RunningEventStore & { dataDir: string; connectionString: string };

/** @param options what differs from an open store with room on its disk. */
export const startSpecStore = async (options: Partial<EventStoreOptions> = {}): Promise<SpecStore> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'event-store-spec-'));
  const { limits, ...others } = options;
  const store = await startEventStore({ ...others, dataDir, limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0, ...limits } });
  return { ...store, dataDir, connectionString: `esdb://127.0.0.1:${store.port}?tls=false` };
};

export const connect = (store: SpecStore): EventStoreDBClient => EventStoreDBClient.connectionString`${store.connectionString}`;

export const removeStore = async (store: SpecStore): Promise<void> => {
  await store.close();
  rmSync(store.dataDir, { recursive: true, force: true });
};

/** An event whose data is a number. */
export const numbered = (n: number, type = 'Numbered') => jsonEvent({ type, data: { n } });

export const numberedUpTo = (count: number, type = 'Numbered') => Array.from({ length: count }, (_, n) => numbered(n, type));

/** What a read or subscription delivered, short: `stream@revision`. */
export const places = async (read: AsyncIterable<{ event?: { streamId: string; revision: bigint } }>): Promise<string[]> => {
  const found: string[] = [];
  for await (const { event } of read) found.push(`${event?.streamId}@${event?.revision}`);
  return found;
};

/** The error a promise is rejected with. */
export const rejection = async (promise: Promise<unknown>): Promise<Record<string, unknown> & Error> => {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown> & Error;
  }
  throw new Error('it was not refused');
};

type AnySubscription = AllStreamSubscription | StreamSubscription;

/** Listens to a subscription; `until` waits for as many events as asked. */
export const listen = (subscription: AnySubscription) => {
  const seen: string[] = [];
  const happenings: string[] = [];
  const errors: Error[] = [];
  let check = (): void => undefined;
  const source = subscription as AllStreamSubscription;
  const happened = (what: string): void => {
    happenings.push(what);
    check();
  };
  source.on('data', ({ event }) => {
    seen.push(`${event?.streamId}@${event?.revision}`);
    happened('event');
  });
  source.on('confirmation', () => happened('confirmation'));
  source.on('caughtUp', () => happened('caughtUp'));
  source.on('error', error => {
    errors.push(error);
    happened('error');
  });
  const wait = (condition: () => boolean): Promise<void> =>
    new Promise(resolve => {
      check = () => {
        if (condition()) resolve();
      };
      check();
    });
  return {
    seen,
    happenings,
    errors,
    events: (count: number) => wait(() => seen.length >= count),
    caughtUp: () => wait(() => happenings.includes('caughtUp')),
    failed: () => wait(() => errors.length > 0),
    stop: () => source.unsubscribe(),
  };
};
