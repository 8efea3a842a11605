import { sha256Hex } from '@holdpoint/sealing';
import { z } from 'zod';
import type { Hook } from '../hook.ts';
import { readShape } from '../unknown-pause.ts';
import { AGENTS_API, openaiAgentsApi, parseActionRequired } from './openai-agents-api.ts';
import { getSession, sendEvents } from './wire.ts';

const anyEvent = z.looseObject({ object: z.literal('event'), type: z.string() });
const waiting = z.looseObject({ id: z.string(), status: z.string(), required_actions: z.array(z.unknown()) });

/** `agent.session.action_required` of OpenAI's Agents API. */
export const openaiAgentsApiHook: Hook = {
  provider: 'openai.agentsApi',
  wayIn: openaiAgentsApi,
  sessionOf: event =>
    readShape(AGENTS_API, anyEvent, event).type === 'agent.session.action_required' ? parseActionRequired(event).sessionId : null,
  look: async place => {
    const reply = await getSession(place, place.sessionId);
    return reply?.status === 200 ? { session: reply.body } : { unreadable: reply };
  },
  apart: session => {
    const read = readShape(AGENTS_API, waiting, session);
    return read.required_actions.map(action => ({ ...read, required_actions: [action] }));
  },
  answer: (place, events) =>
    sendEvents(place, place.sessionId, events, sha256Hex(`holdpoint ${place.sessionId} ${JSON.stringify(events)}`)),
};
