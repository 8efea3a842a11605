import type { Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gatedCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'ai-sdk';
const toolCall = z.looseObject({ toolCallId: z.string(), toolName: z.string(), input: z.unknown() });
const part = z.looseObject({ type: z.string() });
const approvalPart = z.looseObject({
  approvalId: z.string(),
  /** In a result's `content` the call stands inside; in a model message it is a part of its own. */
  toolCall: toolCall.optional(),
  toolCallId: z.string().optional(),
  reason: z.string().optional(),
  isAutomatic: z.boolean().optional(),
});
const pauses = z.union(
  [
    z.array(part),
    z.looseObject({ content: z.array(part) }),
    z.looseObject({ messages: z.array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(part)]) })) }),
  ],
  'Invalid input: expected a result’s content parts, {content} or {messages}',
);
type Pending = { approvalId: string; call: z.infer<typeof toolCall>; reason: string | undefined };

export type ToolApprovalResponse = { type: 'tool-approval-response'; approvalId: string; approved: boolean; reason?: string };
/** The message to append before calling `generateText` or `streamText` again. */
export type AiSdkAnswer = { role: 'tool'; content: ToolApprovalResponse[] };

const partsOf = (pause: unknown): z.infer<typeof part>[] => {
  const read = readShape(ID, pauses, pause);
  if (Array.isArray(read)) return read;
  if ('messages' in read && Array.isArray(read.messages))
    return (read.messages as { content: unknown }[]).flatMap(({ content }) =>
      Array.isArray(content) ? (content as z.infer<typeof part>[]) : [],
    );
  return (read as { content: z.infer<typeof part>[] }).content;
};

/** Requests that nothing answered yet and that are not decided automatically. */
const pendingIn = (parts: readonly z.infer<typeof part>[]): Pending[] => {
  const answered = new Set(parts.filter(({ type }) => type === 'tool-approval-response').map(given => given['approvalId']));
  return parts.flatMap((given, index): Pending[] => {
    if (given.type !== 'tool-approval-request') return [];
    const { approvalId, toolCall: inside, toolCallId, isAutomatic, reason } = readShape(ID, approvalPart, given, String(index));
    if (isAutomatic === true || answered.has(approvalId)) return [];
    const beside = parts.find(({ type, ...call }) => type === 'tool-call' && call['toolCallId'] === toolCallId);
    if (inside === undefined && beside === undefined)
      throw new UnknownPause(ID, `${index}.toolCall`, 'the tool call, inside the request or as a part of its own');
    return [{ approvalId, call: inside ?? readShape(ID, toolCall, beside, `${index}.toolCall`), reason }];
  });
};

/** Reads the approval requests of a result or of the messages so far. */
export const parseApprovalParts = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const pending = pendingIn(partsOf(pause));
  const calls = pending.map(({ call, reason }) =>
    gatedCall({ toolCallId: call.toolCallId, tool: call.toolName, args: call.input, description: reason }, { ...place, source: 'aiSdk' }),
  );
  return batched(place.runId ?? pending[0]?.approvalId ?? '', calls);
};

/** The tool message with one response per request. A change cannot be expressed: it is denied, and the reason names what was agreed to. */
export const formatApprovalParts = (decisions: readonly Decision[], pause: unknown, place: Place = {}): AiSdkAnswer => {
  const pending = pendingIn(partsOf(pause));
  return {
    role: 'tool',
    content: answersOf(parseApprovalParts(pause, place), decisions, true, place.nowMs).map(({ call, verdict }): ToolApprovalResponse => {
      const { approvalId } = pending.find(({ call: { toolCallId } }) => toolCallId === call.toolCallId)!;
      const approved = verdict.is === 'asAsked';
      return { type: 'tool-approval-response', approvalId, approved, ...(approved ? {} : { reason: verdict.message }) };
    }),
  };
};

export const aiSdk: WayIn<AiSdkAnswer> = { id: ID, source: 'aiSdk', parse: parseApprovalParts, format: formatApprovalParts };
