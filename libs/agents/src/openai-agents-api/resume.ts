import { sha256Hex } from '@holdpoint/sealing';
import { z } from 'zod';
import type { AgentIntegration, ResumeRequest, ResumeResult } from '../agent.ts';
import { carriedDecision, carryDecision } from '../carried-decision.ts';
import { resumeByLooking, type Look, type Reply } from '../reconcile.ts';
import { UnknownPause } from '../unknown-pause.ts';
import { AGENTS_API, formatSession } from './openai-agents-api.ts';
import { getSession, sendEvents } from './wire.ts';

const sessionView = z.looseObject({
  id: z.string(),
  status: z.string(),
  required_actions: z.array(z.looseObject({ type: z.string(), name: z.unknown().optional() })),
});
const itemsView = z.looseObject({ data: z.array(z.looseObject({ type: z.string() })) });

/** One attempt to answer a session. `202` says nothing about its effect: the action has to be gone. */
export const resumeSession = (request: ResumeRequest): Promise<ResumeResult> =>
  resumeByLooking({ look: () => look(request), send: body => send(request, body) });

const send = (request: ResumeRequest, body: unknown): Promise<Reply> =>
  sendEvents(request, request.threadId, body, sha256Hex(`holdpoint ${request.threadId} ${request.toolCallId}`));

const look = async (request: ResumeRequest): Promise<Look | { unreadable: Reply }> => {
  const reply = await getSession(request, request.threadId);
  const read = sessionView.safeParse(reply?.body);
  if (reply?.status !== 200 || !read.success) return { unreadable: reply };
  const session = read.data;
  const waiting = session.required_actions.find(action => [action['call_id'], action['request_id']].includes(request.toolCallId));
  if (waiting === undefined) return { settle: await settled(request, session.status) };
  const decision = carriedDecision(request.output);
  if (decision === null) return { settle: impossible(session.status, 'the decision cannot be read') };
  try {
    // Whatever tool the app asked through, its result is ours to give.
    const place = { nowMs: (request.now ?? Date.now)(), ...(waiting.type === 'function_call' ? { gateTool: String(waiting.name) } : {}) };
    const answer = formatSession(
      [{ ...decision, toolCallId: request.toolCallId }],
      { ...session, object: 'agent.session', required_actions: [waiting] },
      place,
    );
    if (answer.events.length === 0) return { settle: impossible(session.status, `an action of type ${waiting.type} takes no decision`) };
    return { send: answer };
  } catch (error) {
    if (error instanceof UnknownPause) return { settle: impossible(session.status, error.message) };
    throw error;
  }
};

/** The session does not wait for our call any more. One that failed had our answer only if an item shows it. */
const settled = async (request: ResumeRequest, status: string): Promise<ResumeResult> => {
  if (status !== 'failed') return { outcome: 'reconciled', runStatus: status, detail: 'the session no longer waits for this call' };
  const items = itemsView.safeParse((await getSession(request, request.threadId, '/items?limit=100'))?.body);
  const answered =
    items.success && items.data.data.some(item => item.type === 'function_call_output' && item['call_id'] === request.toolCallId);
  return answered
    ? { outcome: 'reconciled', runStatus: status, detail: 'the session failed; it had received the answer' }
    : impossible(status, 'the session failed and never received the answer');
};

const impossible = (runStatus: string, detail: string): ResumeResult => ({ outcome: 'impossible', runStatus, detail });

/** Sessions of OpenAI's Agents API, answered from outside. */
export const openaiAgentsApiResumer: AgentIntegration = {
  id: AGENTS_API,
  mode: 'openai.agentsApi',
  format: carryDecision,
  resume: resumeSession,
  warm: async () => {},
};
