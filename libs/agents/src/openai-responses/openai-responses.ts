import type { Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gateCall, gatedCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'openai-responses';
/** A response as it is retrieved. */
export const responseShape = z.looseObject({
  id: z.string(),
  object: z.literal('response'),
  status: z.string().optional(),
  model: z.string().optional(),
  conversation: z.looseObject({ id: z.string() }).nullish(),
  previous_response_id: z.string().nullish(),
  output: z.array(z.looseObject({ type: z.string() })),
});
const functionCall = z.looseObject({ call_id: z.string(), name: z.string(), arguments: z.string() });
const mcpApproval = z.looseObject({ id: z.string(), server_label: z.string(), name: z.string(), arguments: z.string() });

/** Items of the next `responses.create`. */
export type ResponsesInputItem =
  | { type: 'function_call_output'; call_id: string; output: string }
  | { type: 'mcp_approval_response'; approval_request_id: string; approve: boolean; reason?: string };
/** Members of the next `responses.create`; model, instructions, tools and the outputs of foreign calls are the app's to add. */
export type ResponsesAnswer = { input: ResponsesInputItem[] } & ({ conversation: string } | { previous_response_id: string });

/** Reads a response: calls of the gate tool, and approvals that a hosted MCP server waits for. Other calls are foreign. */
export const parseResponse = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const { id, output, conversation, previous_response_id: previous, model } = readShape(ID, responseShape, pause);
  const at = {
    agent: model === undefined ? undefined : { model },
    ...place,
    source: 'openai.responses' as const,
    threadId: conversation?.id ?? previous ?? id,
    runId: id,
    ...(place.connectionId !== undefined && { resume: { mode: 'openai.responses' as const, connectionId: place.connectionId } }),
  };
  return batched(
    id,
    output.flatMap((item, index): ParsedCall[] => {
      const path = `output.${index}`;
      if (item.type === 'function_call') {
        const call = readShape(ID, functionCall, item, path);
        return [gateCall({ toolCallId: call.call_id, tool: call.name, args: call.arguments }, withoutUndefined(at))];
      }
      if (item.type === 'mcp_approval_request') {
        const call = readShape(ID, mcpApproval, item, path);
        const description = `${call.name} of the MCP server ${call.server_label} waits for approval.`;
        return [gatedCall({ toolCallId: call.id, tool: call.name, args: call.arguments, description }, withoutUndefined(at))];
      }
      if (item.type.endsWith('approval_request')) throw new UnknownPause(ID, `${path}.type`, 'mcp_approval_request');
      return [];
    }),
  );
};

const withoutUndefined = <T extends { agent?: unknown }>({ agent, ...rest }: T) =>
  ({ ...rest, ...(agent === undefined ? {} : { agent }) }) as Omit<T, 'agent'> & { agent?: NonNullable<T['agent']> };

/**
 * The next request's input. An MCP approval can be answered with yes or no only: a changed call is refused, and the reason names what
 * people agreed to.
 */
export const formatResponse = (decisions: readonly Decision[], pause: unknown, place: Place = {}): ResponsesAnswer => {
  const { id, conversation, output } = readShape(ID, responseShape, pause);
  const approvals = new Set(output.filter(({ type }) => type === 'mcp_approval_request').map(item => item['id']));
  const input = answersOf(parseResponse(pause, place), decisions, true, place.nowMs).map(({ call, verdict }): ResponsesInputItem => {
    if (!approvals.has(call.toolCallId)) return { type: 'function_call_output', call_id: call.toolCallId, output: verdict.message };
    const approve = verdict.is === 'asAsked';
    return {
      type: 'mcp_approval_response',
      approval_request_id: call.toolCallId,
      approve,
      ...(approve ? {} : { reason: verdict.message }),
    };
  });
  return conversation === null || conversation === undefined
    ? { previous_response_id: id, input }
    : { conversation: conversation.id, input };
};

export const openaiResponses: WayIn<ResponsesAnswer> = { id: ID, source: 'openai.responses', parse: parseResponse, format: formatResponse };
