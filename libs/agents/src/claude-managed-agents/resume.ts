import { z } from 'zod';
import type { AgentIntegration, ResumeRequest, ResumeResult } from '../agent.ts';
import { carriedDecision, carryDecision } from '../carried-decision.ts';
import { callJson, resumeByLooking, type Look, type Reply } from '../reconcile.ts';
import { UnknownPause } from '../unknown-pause.ts';
import { blockedOn, formatSessionEvents, MANAGED_AGENTS } from './claude-managed-agents.ts';

const page = z.looseObject({ data: z.array(z.looseObject({ id: z.string(), type: z.string() })), next_page: z.string().nullish() });
type SessionEvent = z.infer<typeof page>['data'][number];
/** Events looked at, newest first: what a session waits for stands at its end. Small pages, since tool results can be long. */
const PAGE_EVENTS = 25;
const PAGES_MAX = 40;
const ANSWERS = new Set(['user.tool_confirmation', 'user.custom_tool_result', 'user.tool_result']);

/** One attempt to answer a session's tool use. */
export const resumeSessionEvents = (request: ResumeRequest): Promise<ResumeResult> =>
  resumeByLooking({ look: () => look(request), send: body => call(request, 'POST', '', body) });

const call = (request: ResumeRequest, method: 'GET' | 'POST', query: string, body?: unknown): Promise<Reply> =>
  callJson(request, {
    method,
    path: `/v1/sessions/${encodeURIComponent(request.threadId)}/events?beta=true${query}`,
    headers: {
      authorization: `Bearer ${request.connection.apiKey}`,
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'managed-agents-2026-04-01',
    },
    ...(body === undefined ? {} : { body }),
  });

/** The session's events, oldest first, back to the tool use we are about. */
const eventsOf = async (request: ResumeRequest): Promise<SessionEvent[] | { unreadable: Reply }> => {
  const newestFirst: SessionEvent[] = [];
  let cursor = '';
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const reply = await call(request, 'GET', `&order=desc&limit=${PAGE_EVENTS}${cursor}`);
    const read = page.safeParse(reply?.body);
    if (reply?.status !== 200 || !read.success) return { unreadable: reply };
    newestFirst.push(...read.data.data);
    const { next_page: next } = read.data;
    if (next === null || next === undefined || read.data.data.some(({ id }) => id === request.toolCallId)) break;
    cursor = `&page=${encodeURIComponent(next)}`;
  }
  return newestFirst.toReversed();
};

const look = async (request: ResumeRequest): Promise<Look | { unreadable: Reply }> => {
  const events = await eventsOf(request);
  if ('unreadable' in events) return events;
  const { toolCallId } = request;
  const status = events.findLast(({ type }) => type.startsWith('session.status_'))?.type ?? null;
  if (events.some(event => ANSWERS.has(event.type) && [event['tool_use_id'], event['custom_tool_use_id']].includes(toolCallId)))
    return { settle: { outcome: 'reconciled', runStatus: status, detail: 'the session has its answer already' } };
  const impossible = (detail: string): Look => ({ settle: { outcome: 'impossible', runStatus: status, detail } });
  try {
    if (!blockedOn(events).includes(toolCallId))
      return impossible('the session no longer waits for this tool use, and never got an answer to it');
    const decision = carriedDecision(request.output);
    if (decision === null) return impossible('the decision cannot be read');
    return answerTo(request, events, decision) ?? impossible('the tool use takes no decision');
  } catch (error) {
    if (error instanceof UnknownPause) return impossible(error.message);
    throw error;
  }
};

const answerTo = (
  { threadId, toolCallId, now = Date.now }: ResumeRequest,
  events: SessionEvent[],
  decision: NonNullable<ReturnType<typeof carriedDecision>>,
): Look | null => {
  const use = events.find(({ id }) => id === toolCallId);
  // Other tool uses the session waits for are answered by their own decisions.
  const onlyOurs = { type: 'session.status_idle', id: 'ours', stop_reason: { type: 'requires_action', event_ids: [toolCallId] } };
  const pause = { session_id: threadId, events: use === undefined ? [onlyOurs] : [use, onlyOurs] };
  const place = { nowMs: now(), ...(use?.type === 'agent.custom_tool_use' ? { gateTool: String(use['name']) } : {}) };
  const answer = formatSessionEvents([{ ...decision, toolCallId }], pause, place);
  return answer.events.length === 0 ? null : { send: answer };
};

/** Sessions of Claude Managed Agents, answered from outside. */
export const claudeManagedAgentsResumer: AgentIntegration = {
  id: MANAGED_AGENTS,
  mode: 'anthropic.managedAgents',
  format: carryDecision,
  resume: resumeSessionEvents,
  warm: async () => {},
};
