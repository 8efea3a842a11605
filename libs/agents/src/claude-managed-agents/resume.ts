import type { AgentIntegration, ResumeRequest, ResumeResult } from '../agent.ts';
import { carriedDecision, carryDecision } from '../carried-decision.ts';
import { resumeByLooking, type Look, type Reply } from '../reconcile.ts';
import { UnknownPause } from '../unknown-pause.ts';
import { blockedOn, formatSessionEvents, MANAGED_AGENTS, pauseOn } from './claude-managed-agents.ts';
import { eventsBackTo, sendEvents, type SessionEvent } from './wire.ts';

const ANSWERS = new Set(['user.tool_confirmation', 'user.custom_tool_result', 'user.tool_result']);

/** One attempt to answer a session's tool use. */
export const resumeSessionEvents = (request: ResumeRequest): Promise<ResumeResult> =>
  resumeByLooking({ look: () => look(request), send: body => sendEvents(request, request.threadId, body) });

const look = async (request: ResumeRequest): Promise<Look | { unreadable: Reply }> => {
  const { toolCallId } = request;
  const events = await eventsBackTo(request, request.threadId, read => read.some(({ id }) => id === toolCallId));
  if ('unreadable' in events) return events;
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
  const place = { nowMs: now(), ...(use?.type === 'agent.custom_tool_use' ? { gateTool: String(use['name']) } : {}) };
  const answer = formatSessionEvents([{ ...decision, toolCallId }], pauseOn(threadId, events, toolCallId), place);
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
