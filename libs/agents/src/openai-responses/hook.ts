import { z } from 'zod';
import type { Hook, SessionPlace } from '../hook.ts';
import { saidBefore } from '../said-before.ts';
import { readShape } from '../unknown-pause.ts';
import { openaiResponses, responseShape } from './openai-responses.ts';
import { answeredBy, callIdOf, getResponses, type Item } from './wire.ts';

/** `ResponseCompletedWebhookEvent` of the `openai` package: thin, and without `object` where that is left out. */
const anyEvent = z.looseObject({ id: z.string(), type: z.string() });
const completed = z.looseObject({ data: z.looseObject({ id: z.string() }) });
const itemsPage = z.object({ data: z.array(z.looseObject({ type: z.string() })) });
const withItems = z.object({ items: z.array(z.object({ type: z.literal('message'), role: z.unknown(), content: z.unknown() })) });

/**
 * `response.completed` of the Responses API: a background response that ended. It waits for nothing by itself, but no other follows while its
 * calls have no output; what continued it before, we see in its conversation only.
 *
 * There is no `answer`: to answer is to continue the response, which may be done more than once, so it is done after a note in the log (by the
 * resumer) and not by whichever of a webhook's deliveries comes.
 */
export const openaiResponsesHook: Hook = {
  provider: 'openai.responses',
  wayIn: openaiResponses,
  sessionOf: event =>
    readShape(openaiResponses.id, anyEvent, event).type === 'response.completed'
      ? readShape(openaiResponses.id, completed, event).data.id
      : null,
  look: async place => {
    const path = `/responses/${encodeURIComponent(place.sessionId)}`;
    const reply = await getResponses(place, path);
    if (reply?.status !== 200) return { unreadable: reply };
    const read = responseShape.safeParse(reply.body);
    // Refused as a shape we do not know when it is taken apart.
    if (!read.success) return { session: reply.body };
    const { conversation, output } = read.data;
    const isOfOne = conversation !== null && conversation !== undefined;
    const before = await itemsOf(place, isOfOne ? `/conversations/${encodeURIComponent(conversation.id)}/items` : `${path}/input_items`);
    const answered = new Set(before.map(answeredBy));
    const waiting = output.filter(item => callIdOf(item) === undefined || !answered.has(callIdOf(item)));
    const items = (isOfOne ? before : [...before, ...output]).filter(({ type }) => type === 'message');
    return { session: { ...read.data, output: waiting, items } };
  },
  apart: session => {
    const read = readShape(openaiResponses.id, responseShape, session);
    const ended = read.status === undefined || read.status === 'completed';
    return ended ? read.output.map(item => ({ ...read, output: [item] })) : [];
  },
  contextOf: session => {
    const read = withItems.safeParse(session);
    return read.success ? saidBefore(read.data.items) : undefined;
  },
};

/** The newest items, oldest first. What was said is for people to read; a response is asked about without it as well. */
const itemsOf = async (place: SessionPlace, path: string): Promise<Item[]> => {
  const reply = await getResponses(place, `${path}?order=desc&limit=50`);
  const read = itemsPage.safeParse(reply?.body);
  return reply?.status === 200 && read.success ? read.data.data.toReversed() : [];
};
