import { z } from 'zod';
import type { Hook } from '../hook.ts';
import { saidBefore } from '../said-before.ts';
import { readShape } from '../unknown-pause.ts';
import { blockedOn, claudeManagedAgents, MANAGED_AGENTS, pauseOn, sessionEvents } from './claude-managed-agents.ts';
import { eventsBackTo, sendEvents, type SessionEvent } from './wire.ts';

const anyEvent = z.looseObject({ type: z.literal('event'), data: z.looseObject({ type: z.string() }) });
const thinEvent = z.looseObject({ data: z.looseObject({ id: z.string(), type: z.string() }) });
/** Both come when a session begins to wait; whichever is first, the session says the same. */
const WAITS = new Set(['session.requires_action', 'session.status_idled']);
/** Events in which somebody says something, and who. */
const SAYS: Readonly<Record<string, string>> = { 'user.message': 'user', 'agent.message': 'assistant' };

/** Webhooks of Claude Managed Agents. */
export const claudeManagedAgentsHook: Hook = {
  provider: 'anthropic.managedAgents',
  wayIn: claudeManagedAgents,
  sessionOf: event =>
    WAITS.has(readShape(MANAGED_AGENTS, anyEvent, event).data.type) ? readShape(MANAGED_AGENTS, thinEvent, event).data.id : null,
  look: async place => {
    const events = await eventsBackTo(place, place.sessionId, hasAllItWaitsFor);
    return 'unreadable' in events ? events : { session: { session_id: place.sessionId, events } };
  },
  apart: session => {
    const { session_id: sessionId, events } = readShape(MANAGED_AGENTS, sessionEvents, session);
    return blockedOn(events).map(id => pauseOn(sessionId, events, id));
  },
  contextOf: session => {
    const read = sessionEvents.safeParse(session);
    if (!read.success) return undefined;
    return saidBefore(
      read.data.events.flatMap(event => (SAYS[event.type] === undefined ? [] : [{ role: SAYS[event.type], content: event['content'] }])),
    );
  },
  answer: (place, events) => sendEvents(place, place.sessionId, events),
};

const hasAllItWaitsFor = (events: readonly SessionEvent[]): boolean => {
  if (!events.some(({ type }) => type.startsWith('session.status_'))) return false;
  try {
    return blockedOn(events).every(id => events.some(event => event.id === id));
  } catch {
    // A status of a shape we do not know: reading further back does not make it known. It is refused where the session is taken apart.
    return true;
  }
};
