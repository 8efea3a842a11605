import type { Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gateCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape } from '../unknown-pause.ts';
import { answersOf } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'anthropic-messages';
const message = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string().optional(),
  stop_reason: z.string().nullable(),
  content: z.array(z.looseObject({ type: z.string() })),
});
const toolUse = z.looseObject({ id: z.string(), name: z.string(), input: z.unknown() });

export type ToolResultBlock = { type: 'tool_result'; tool_use_id: string; content: string; is_error: boolean };
/** The next user message. Results of foreign calls have to be added to it: the API wants all of them in this very message. */
export type MessagesAnswer = { role: 'user'; content: ToolResultBlock[] };

/** Reads a reply that stopped for tools: the calls of the gate tool. */
export const parseMessage = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const { id, content, model, stop_reason: stopped } = readShape(ID, message, pause);
  if (stopped !== 'tool_use') return [];
  const at = { ...(model === undefined ? {} : { agent: { model } }), ...place, source: 'anthropic.messages' as const, runId: id };
  return batched(
    id,
    content.flatMap((block, index): ParsedCall[] => {
      if (block.type !== 'tool_use') return [];
      const { id: toolCallId, name, input } = readShape(ID, toolUse, block, `content.${index}`);
      return [gateCall({ toolCallId, tool: name, args: input }, at)];
    }),
  );
};

/** The user message with one result per call of the gate tool. "No" is an ordinary result: the gate tool did its work. */
export const formatMessage = (decisions: readonly Decision[], pause: unknown, place: Place = {}): MessagesAnswer => ({
  role: 'user',
  content: answersOf(parseMessage(pause, place), decisions, true, place.nowMs).map(({ call, verdict }) => ({
    type: 'tool_result',
    tool_use_id: call.toolCallId,
    content: verdict.message,
    is_error: false,
  })),
});

export const anthropicMessages: WayIn<MessagesAnswer> = {
  id: ID,
  source: 'anthropic.messages',
  parse: parseMessage,
  format: formatMessage,
};
