import type { ServerResponse } from 'node:http';
import type { LiveEvent } from '@holdpoint/contracts';
import { comparePositions } from '@holdpoint/event-log';

/** Browsers listening at once, per process and per person: each holds a socket and a buffer. A person has some tabs, not a hundred. */
export const LIVE_LIMITS = {
  clientsMax: 1_000,
  clientsPerPersonMax: 16,
  /** A beat this often keeps proxies from closing the connection, tells a page that it is still heard, and finds sessions that have ended, ms. */
  heartbeatMs: 15_000,
  /** What may wait in one client's socket, bytes. Who reads slower is disconnected and resumes by position. */
  unreadBytesMax: 262_144,
  /** Changes sent on resuming; further behind, the client reads its page again. */
  resumeMax: 1_000,
  /** What the browser waits before it connects again, ms. */
  retryMs: 1_000,
} as const;

export type LiveClient = {
  tenant: string;
  operatorId: string;
  /** Whether the session or token still holds; asked at every heartbeat. */
  stillSignedIn(): Promise<boolean>;
};

export type LiveClients = {
  /** Whether another stream of this person may be opened. */
  hasRoomFor(operatorId: string): boolean;
  /** Takes a response whose head is written. Events published from now on are held back until `resume` has sent what was missed. */
  add(client: LiveClient, response: ServerResponse): { resume(missed: Missed): void };
  publish(tenant: string, changes: readonly LiveEvent[]): void;
  /** Tells everybody that settings may have changed: not whose, not which. */
  settingsChanged(): void;
  count(): number;
  close(): void;
};

/** What a client missed: changes, or too many of them. `position` is where a client starts that asks for none. */
export type Missed = { changes: readonly LiveEvent[] } | { from: string | null } | 'tooOld';

/** An event and not a comment: a page sees no comments. Without an id, so that resuming begins where it would have. */
const BEAT = 'event: beat\ndata: still here\n\n';

type Connected = LiveClient & { response: ServerResponse; heldBack: LiveEvent[] | null };

/** The browsers that listen to `GET /api/live`, in this process. */
export const openLiveClients = (): LiveClients => {
  const clients = new Set<Connected>();
  const drop = (client: Connected) => {
    clients.delete(client);
    client.response.end();
  };
  const send = (client: Connected, text: string) => {
    client.response.write(text);
    if (client.response.writableLength > LIVE_LIMITS.unreadBytesMax) {
      clients.delete(client);
      client.response.destroy();
    }
  };
  const heartbeat = setInterval(() => {
    for (const client of clients) {
      client.stillSignedIn().then(
        holds => (holds ? send(client, BEAT) : drop(client)),
        () => drop(client),
      );
    }
  }, LIVE_LIMITS.heartbeatMs);
  heartbeat.unref();

  return {
    hasRoomFor: operatorId => {
      if (clients.size >= LIVE_LIMITS.clientsMax) return false;
      let own = 0;
      for (const client of clients) if (client.operatorId === operatorId) own += 1;
      return own < LIVE_LIMITS.clientsPerPersonMax;
    },
    add: (client, response) => {
      const connected: Connected = { ...client, response, heldBack: [] };
      clients.add(connected);
      response.once('close', () => clients.delete(connected));
      response.write(`retry: ${LIVE_LIMITS.retryMs}\n\n`);
      return {
        resume: missed => {
          const held = connected.heldBack ?? [];
          connected.heldBack = null;
          if (missed === 'tooOld') return send(connected, RESET + eventsText(held));
          if ('from' in missed) return send(connected, startText(missed.from) + eventsText(held));
          const last = missed.changes.at(-1)?.position;
          // The read model may already have had what arrived while it was asked.
          const later = held.filter(event => last === undefined || comparePositions(event.position, last) > 0);
          send(connected, eventsText([...missed.changes, ...later]));
        },
      };
    },
    publish: (tenant, changes) => {
      let text: string | undefined;
      for (const client of clients) {
        if (client.tenant !== tenant) continue;
        if (client.heldBack) client.heldBack.push(...changes);
        else send(client, (text ??= eventsText(changes)));
      }
    },
    settingsChanged: () => {
      for (const client of clients) send(client, SETTINGS);
    },
    count: () => clients.size,
    close: () => {
      clearInterval(heartbeat);
      for (const client of clients) drop(client);
    },
  };
};

/** Tells a client that changes were missed: it reads its page again. */
const RESET = 'event: reset\ndata: {}\n\n';

const SETTINGS = 'event: settings\ndata: {}\n\n';

const eventsText = (events: readonly LiveEvent[]): string =>
  events.map(event => `id: ${event.position}\nevent: change\ndata: ${JSON.stringify(event)}\n\n`).join('');

/** An id without data sets what the browser sends back as `Last-Event-ID`, and shows as nothing. */
const startText = (position: string | null): string => (position === null ? '' : `id: ${position}\n\n`);
