import { z } from 'zod';
import type { Connection } from '../agent.ts';
import { callJson, type Reply } from '../reconcile.ts';

type Place = { connection: Connection; fetch: typeof fetch };
const page = z.looseObject({ data: z.array(z.looseObject({ id: z.string(), type: z.string() })), next_page: z.string().nullish() });
export type SessionEvent = z.infer<typeof page>['data'][number];

/** Events looked at, newest first: what a session waits for stands at its end. Small pages, since tool results can be long. */
const PAGE_EVENTS = 25;
const PAGES_MAX = 40;

export const managedAgentsHeaders = ({ apiKey }: Connection) => ({
  authorization: `Bearer ${apiKey}`,
  'anthropic-version': '2026-10-21',
  'anthropic-beta': 'managed-agents-2026-04-01',
});
const callEvents = (place: Place, sessionId: string, method: 'GET' | 'POST', query: string, body?: unknown): Promise<Reply> =>
  callJson(place, {
    method,
    path: `/v1/sessions/${encodeURIComponent(sessionId)}/events?beta=true${query}`,
    headers: managedAgentsHeaders(place.connection),
    ...(body === undefined ? {} : { body }),
  });

/** Sends events to a session. */
export const sendEvents = (place: Place, sessionId: string, body: unknown): Promise<Reply> =>
  callEvents(place, sessionId, 'POST', '', body);

/**
 * The session's events, oldest first, as far back as it takes.
 * @param enough looks at what was read so far, oldest first
 */
export const eventsBackTo = async (
  place: Place,
  sessionId: string,
  enough: (events: readonly SessionEvent[]) => boolean,
): Promise<SessionEvent[] | { unreadable: Reply }> => {
  let events: SessionEvent[] = [];
  let cursor = '';
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const reply = await callEvents(place, sessionId, 'GET', `&order=desc&limit=${PAGE_EVENTS}${cursor}`);
    const read = page.safeParse(reply?.body);
    if (reply?.status !== 200 || !read.success) return { unreadable: reply };
    events = [...read.data.data.toReversed(), ...events];
    const { next_page: next } = read.data;
    if (next === null || next === undefined || enough(events)) break;
    cursor = `&page=${encodeURIComponent(next)}`;
  }
  return events;
};
