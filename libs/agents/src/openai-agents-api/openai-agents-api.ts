import type { Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gateCall, gatedCall, type CallPlace, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf, type Answered } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

export const AGENTS_API = 'openai-agents-api';
const session = z.looseObject({
  id: z.string(),
  object: z.literal('agent.session'),
  status: z.string(),
  required_actions: z.array(z.looseObject({ type: z.string() })),
});
const functionCall = z.looseObject({ call_id: z.string(), turn_id: z.string(), name: z.string(), arguments: z.unknown() });
const mcpRequest = z.looseObject({
  request_id: z.string(),
  turn_id: z.string(),
  request: z.looseObject({
    type: z.literal('mcp_tool_call'),
    server_label: z.string(),
    name: z.string().nullable(),
    arguments: z.unknown(),
    message: z.string(),
  }),
});
const computerRequest = z.looseObject({ request_id: z.string(), turn_id: z.string(), request: z.looseObject({ type: z.string() }) });
const originAccess = z.looseObject({ origin: z.string(), reason: z.string().nullable() });
const thinEvent = z.looseObject({
  type: z.literal('agent.session.action_required'),
  data: z.looseObject({ id: z.string(), required_action: z.looseObject({ type: z.string() }) }),
});

type Decided = 'approve' | 'deny';
export type AgentsApiEvent =
  | { type: 'agent.session.input.tool_result'; call_id: string; turn_id: string; success: true; output: string }
  | {
      type: 'agent.session.input.mcp_approval_request_result';
      request_id: string;
      response: { type: 'mcp_tool_call'; decision: Decided };
    }
  | {
      type: 'agent.session.input.computer_use_approval_request_result';
      request_id: string;
      response: { type: 'browser_origin_access'; decision: Decided };
    };
/** Body of `POST /v1/agents/sessions/{id}/events`. Partial answers are allowed. */
export type AgentsApiAnswer = { events: AgentsApiEvent[] };

/**
 * Reads the thin webhook `agent.session.action_required`, after its signature was checked. It says which session to retrieve and nothing
 * that could be decided on.
 */
export const parseActionRequired = (event: unknown): { sessionId: string; actionType: string } => {
  const { data } = readShape(AGENTS_API, thinEvent, event);
  return { sessionId: data.id, actionType: data.required_action.type };
};

/** Reads a retrieved session. What needs no decision of ours (an environment to connect, a password to type) is foreign. */
export const parseSession = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const { id, status, required_actions: actions } = readShape(AGENTS_API, session, pause);
  if (status !== 'requires_action') return [];
  return batched(
    id,
    actions.map((action, index) => parseAction(action, `required_actions.${index}`, id, place)),
  );
};

const parseAction = (action: { type: string }, path: string, threadId: string, place: Place): ParsedCall => {
  const at = (runId: string): CallPlace => ({
    ...place,
    source: 'openai.agentsApi',
    threadId,
    runId,
    ...(place.connectionId === undefined ? {} : { resume: { mode: 'openai.agentsApi', connectionId: place.connectionId } }),
  });
  switch (action.type) {
    case 'function_call': {
      const call = readShape(AGENTS_API, functionCall, action, path);
      return gateCall({ toolCallId: call.call_id, tool: call.name, args: call.arguments }, at(call.turn_id));
    }
    case 'mcp_approval_request': {
      const { request_id: toolCallId, turn_id: turn, request } = readShape(AGENTS_API, mcpRequest, action, path);
      const native = {
        toolCallId,
        tool: request.name ?? request.server_label,
        args: request.arguments ?? {},
        description: request.message,
      };
      return gatedCall(native, at(turn));
    }
    case 'computer_use_approval_request': {
      const { request_id: toolCallId, turn_id: turn, request } = readShape(AGENTS_API, computerRequest, action, path);
      if (request.type === 'browser_authentication') return { kind: 'foreign', toolCallId, toolName: request.type };
      if (request.type !== 'browser_origin_access')
        throw new UnknownPause(AGENTS_API, `${path}.request.type`, 'browser_origin_access or browser_authentication');
      const { origin, reason } = readShape(AGENTS_API, originAccess, request, `${path}.request`);
      const description = `The browser is about to open ${origin}.${reason === null ? '' : ` ${reason}`}`;
      return gatedCall({ toolCallId, tool: 'browser_origin_access', args: { origin }, description }, at(turn));
    }
    case 'environment_connection':
      return { kind: 'foreign', toolCallId: String((action as { environment_id?: unknown }).environment_id), toolName: action.type };
    default:
      throw new UnknownPause(
        AGENTS_API,
        `${path}.type`,
        'function_call, mcp_approval_request, computer_use_approval_request or environment_connection',
      );
  }
};

/**
 * Events that answer the session. "No" to a function call is a successful result that says so: `success: false` would mean that the tool
 * broke. An MCP call can be approved or denied, not changed.
 */
export const formatSession = (decisions: readonly Decision[], pause: unknown, place: Place = {}): AgentsApiAnswer => {
  const { required_actions: actions } = readShape(AGENTS_API, session, pause);
  return { events: answersOf(parseSession(pause, place), decisions, false, place.nowMs).map(answered => eventFor(answered, actions)) };
};

const eventFor = ({ call, verdict }: Answered, actions: readonly { type: string }[]): AgentsApiEvent => {
  const found = actions.find(action => idOf(action) === call.toolCallId) as { type: string; turn_id: string } | undefined;
  const decision: Decided = verdict.is === 'asAsked' ? 'approve' : 'deny';
  switch (found?.type) {
    case 'mcp_approval_request':
      return mcpResult(call.toolCallId, decision);
    case 'computer_use_approval_request':
      return {
        type: 'agent.session.input.computer_use_approval_request_result',
        request_id: call.toolCallId,
        response: { type: 'browser_origin_access', decision },
      };
    default:
      return toolResult(call.toolCallId, found?.turn_id ?? '', verdict.message);
  }
};

/** The id an answer names: a call's or a request's. */
const idOf = (action: object): unknown => ('call_id' in action ? action.call_id : 'request_id' in action ? action.request_id : undefined);

export const toolResult = (callId: string, turnId: string, output: string): AgentsApiEvent => ({
  type: 'agent.session.input.tool_result',
  call_id: callId,
  turn_id: turnId,
  success: true,
  output,
});
export const mcpResult = (requestId: string, decision: Decided): AgentsApiEvent => ({
  type: 'agent.session.input.mcp_approval_request_result',
  request_id: requestId,
  response: { type: 'mcp_tool_call', decision },
});

export const openaiAgentsApi: WayIn<AgentsApiAnswer> = {
  id: AGENTS_API,
  source: 'openai.agentsApi',
  parse: parseSession,
  format: formatSession,
};
