import type { Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gateCall, gatedCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

export const MANAGED_AGENTS = 'claude-managed-agents';
export const sessionEvents = z.looseObject({
  session_id: z.string(),
  /** From `GET /v1/sessions/{id}/events`, oldest first. */
  events: z.array(z.looseObject({ type: z.string(), id: z.string() })),
});
const stopReason = z.looseObject({ type: z.string(), event_ids: z.array(z.string()).optional() });
const toolUse = z.looseObject({ id: z.string(), name: z.string(), input: z.unknown() });

export type ManagedAgentsEvent =
  | { type: 'user.tool_confirmation'; tool_use_id: string; result: 'allow' }
  | { type: 'user.tool_confirmation'; tool_use_id: string; result: 'deny'; deny_message: string }
  | { type: 'user.custom_tool_result'; custom_tool_use_id: string; content: [{ type: 'text'; text: string }]; is_error: false };
/** Body of `POST /v1/sessions/{id}/events`. Partial answers are allowed: the session names the rest again. */
export type ManagedAgentsAnswer = { events: ManagedAgentsEvent[] };

type SessionEvent = z.infer<typeof sessionEvents>['events'][number];

/** Ids of the events a session is blocked on, from the last event that says how it stands; empty when it is not waiting. */
export const blockedOn = (events: readonly SessionEvent[]): string[] => {
  const index = events.findLastIndex(({ type }) => type.startsWith('session.status_'));
  const last = events[index];
  if (last?.type !== 'session.status_idle') return [];
  const reason = readShape(MANAGED_AGENTS, stopReason, last['stop_reason'], `events.${index}.stop_reason`);
  if (reason.type === 'requires_action' && reason.event_ids === undefined)
    throw new UnknownPause(MANAGED_AGENTS, `events.${index}.stop_reason.event_ids`, 'the ids of the events it waits for');
  return reason.type === 'requires_action' ? (reason.event_ids ?? []) : [];
};

/** A session as if it waited for one tool use alone: the others are answered by their own decisions. */
export const pauseOn = (sessionId: string, events: readonly SessionEvent[], toolUseId: string) => {
  const onlyOurs = { type: 'session.status_idle', id: 'ours', stop_reason: { type: 'requires_action', event_ids: [toolUseId] } };
  return { session_id: sessionId, events: [...events.filter(({ id }) => id === toolUseId), onlyOurs] };
};

/** Reads a session's events: the tool uses its last `session.status_idle` waits for. Calls of custom tools other than the gate's are foreign. */
export const parseSessionEvents = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const { session_id: threadId, events } = readShape(MANAGED_AGENTS, sessionEvents, pause);
  const at = {
    ...place,
    source: 'anthropic.managedAgents' as const,
    threadId,
    runId: place.runId ?? threadId,
    ...(place.connectionId === undefined ? {} : { resume: { mode: 'anthropic.managedAgents' as const, connectionId: place.connectionId } }),
  };
  const calls = blockedOn(events).map((id, index): ParsedCall => {
    const event = events.find(candidate => candidate.id === id);
    const path = `events[${id}]`;
    if (event === undefined) throw new UnknownPause(MANAGED_AGENTS, path, `event ${index} of those it waits for; list more events`);
    const { name, input } = readShape(MANAGED_AGENTS, toolUse, event, path);
    const call = { toolCallId: id, tool: name, args: input };
    if (event.type === 'agent.custom_tool_use') return gateCall(call, at);
    if (event.type === 'agent.tool_use' || event.type === 'agent.mcp_tool_use') return gatedCall(call, at);
    throw new UnknownPause(MANAGED_AGENTS, `${path}.type`, 'agent.tool_use, agent.mcp_tool_use or agent.custom_tool_use');
  });
  return batched(threadId, calls);
};

/** Events that answer. A waiting tool can be allowed or denied, not changed; `deny_message` only goes with a denial. */
export const formatSessionEvents = (decisions: readonly Decision[], pause: unknown, place: Place = {}): ManagedAgentsAnswer => {
  const { events } = readShape(MANAGED_AGENTS, sessionEvents, pause);
  const custom = new Set(events.filter(({ type }) => type === 'agent.custom_tool_use').map(({ id }) => id));
  return {
    events: answersOf(parseSessionEvents(pause, place), decisions, false, place.nowMs).map(({ call: { toolCallId }, verdict }) =>
      custom.has(toolCallId)
        ? customResult(toolCallId, verdict.message)
        : confirmation(toolCallId, verdict.is === 'asAsked', verdict.message),
    ),
  };
};

export const confirmation = (toolUseId: string, allow: boolean, denyMessage: string): ManagedAgentsEvent => ({
  type: 'user.tool_confirmation',
  tool_use_id: toolUseId,
  ...(allow ? { result: 'allow' } : { result: 'deny', deny_message: denyMessage }),
});
export const customResult = (toolUseId: string, text: string): ManagedAgentsEvent => ({
  type: 'user.custom_tool_result',
  custom_tool_use_id: toolUseId,
  content: [{ type: 'text', text }],
  is_error: false,
});

export const claudeManagedAgents: WayIn<ManagedAgentsAnswer> = {
  id: MANAGED_AGENTS,
  source: 'anthropic.managedAgents',
  parse: parseSessionEvents,
  format: formatSessionEvents,
};
