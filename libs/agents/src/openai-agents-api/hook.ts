import { sha256Hex } from '@holdpoint/sealing';
import { z } from 'zod';
import type { Hook } from '../hook.ts';
import { saidBefore } from '../said-before.ts';
import { readShape } from '../unknown-pause.ts';
import { AGENTS_API, openaiAgentsApi, parseActionRequired } from './openai-agents-api.ts';
import { getSession, sendEvents } from './wire.ts';

const anyEvent = z.looseObject({ object: z.literal('event'), type: z.string() });
const waiting = z.looseObject({ id: z.string(), status: z.string(), required_actions: z.array(z.unknown()) });
const said = z.object({ data: z.array(z.looseObject({ type: z.string() })) });
const withItems = z.object({ items: z.array(z.object({ type: z.literal('message'), role: z.unknown(), content: z.unknown() })) });

/** `agent.session.action_required` of OpenAI's Agents API. */
export const openaiAgentsApiHook: Hook = {
  provider: 'openai.agentsApi',
  wayIn: openaiAgentsApi,
  sessionOf: event =>
    readShape(AGENTS_API, anyEvent, event).type === 'agent.session.action_required' ? parseActionRequired(event).sessionId : null,
  look: async place => {
    const reply = await getSession(place, place.sessionId);
    if (reply?.status !== 200) return { unreadable: reply };
    const items = await getSession(place, place.sessionId, '/items?order=desc&limit=50');
    // What was said is for people to read; a session is asked about without it as well.
    const read = said.safeParse(items?.body);
    const messages = read.success ? read.data.data.filter(({ type }) => type === 'message').toReversed() : [];
    return { session: typeof reply.body === 'object' && reply.body !== null ? { ...reply.body, items: messages } : reply.body };
  },
  apart: session => {
    const read = readShape(AGENTS_API, waiting, session);
    return read.required_actions.map(action => ({ ...read, required_actions: [action] }));
  },
  contextOf: session => {
    const read = withItems.safeParse(session);
    return read.success ? saidBefore(read.data.items) : undefined;
  },
  answer: (place, events) =>
    sendEvents(place, place.sessionId, events, sha256Hex(`holdpoint ${place.sessionId} ${JSON.stringify(events)}`)),
};
