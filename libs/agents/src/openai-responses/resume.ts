import type { Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import type { AgentIntegration, ResumeRequest, ResumeResult } from '../agent.ts';
import { carriedDecision, carryDecision } from '../carried-decision.ts';
import { sendJson, unread } from '../reconcile.ts';
import { UnknownPause } from '../unknown-pause.ts';
import { formatResponse, openaiResponses, parseResponse, type ResponsesInputItem } from './openai-responses.ts';
import { answeredBy, callIdOf, getResponses, responsesHeaders } from './wire.ts';

const responseView = z.looseObject({
  id: z.string(),
  status: z.string().optional(),
  conversation: z.looseObject({ id: z.string() }).nullish(),
  output: z.array(z.looseObject({ type: z.string() })),
});
type ResponseView = z.infer<typeof responseView>;
type Item = ResponseView['output'][number];
const itemsPage = z.looseObject({
  data: z.array(z.looseObject({ id: z.string().optional(), type: z.string() })),
  has_more: z.boolean().optional(),
  last_id: z.string().nullish(),
});
const created = z.looseObject({ id: z.string(), status: z.string().optional() });

/** Pages of a conversation looked through, newest first: what answers a call stands after it. */
const PAGES_MAX = 20;

/**
 * One attempt to continue a response that asked: all its calls are answered in one request, with what the connection's template adds.
 * The API has no idempotency key here, and a response may be continued more than once, so it is noted before it is sent; what was in doubt
 * once is only looked for from then on, in the conversation, and never sent again.
 */
export const resumeResponse = async (request: ResumeRequest): Promise<ResumeResult> => {
  const { template, inDoubt = false } = request;
  if (template === null || template === undefined) return failed('the connection has no template; give it one to go on');
  const reply = await getResponses(request, `/responses/${encodeURIComponent(request.runId)}`);
  const read = responseView.safeParse(reply?.body);
  if (reply?.status !== 200 || !read.success) return unread(reply);
  const response = read.data;
  const settled = await settledBefore(request, response, inDoubt);
  if (settled !== null) return settled;
  const answer = await answerFor(request, response);
  if ('outcome' in answer) return answer;
  await request.beforeSend?.();
  return send(request, response, { background: true, store: true, ...template, ...answer });
};

/** What needs no sending: the answer is there, or nobody can tell whether it is. */
const settledBefore = async (request: ResumeRequest, response: ResponseView, inDoubt: boolean): Promise<ResumeResult | null> => {
  const { conversation, status = null } = response;
  if (conversation === null || conversation === undefined) {
    const detail = 'an answer was on its way and nobody can tell whether it arrived: the response belongs to no conversation';
    return inDoubt ? { outcome: 'impossible', runStatus: status, detail } : null;
  }
  const answered = await isAnswered(request, conversation.id);
  if (answered === 'unreadable') return failed('the conversation could not be read');
  if (answered) return { outcome: 'reconciled', runStatus: status, detail: 'the conversation has the answer already' };
  return inDoubt
    ? { outcome: 'unknown', runStatus: status, detail: 'an answer was sent, and the conversation does not show it yet' }
    : null;
};

const isAnswered = async (request: ResumeRequest, conversationId: string): Promise<boolean | 'unreadable'> => {
  let after = '';
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const reply = await getResponses(request, `/conversations/${encodeURIComponent(conversationId)}/items?order=desc&limit=100${after}`);
    const page = itemsPage.safeParse(reply?.body);
    if (reply?.status !== 200 || !page.success) return 'unreadable';
    const { data, has_more: more, last_id: last } = page.data;
    if (data.some(item => answeredBy(item) === request.toolCallId)) return true;
    if (data.some(item => callIdOf(item) === request.toolCallId) || more !== true || !last) return false;
    after = `&after=${encodeURIComponent(last)}`;
  }
  return 'unreadable';
};

type Answer = { input: ResponsesInputItem[] } & ({ conversation: string } | { previous_response_id: string });

/** All outputs in one request, as the API wants them; or why they cannot be given yet. */
const answerFor = async (request: ResumeRequest, response: ResponseView): Promise<Answer | ResumeResult> => {
  const runStatus = response.status ?? null;
  const pending = response.output.filter(item => callIdOf(item) !== undefined);
  if (!pending.some(item => callIdOf(item) === request.toolCallId))
    return { outcome: 'impossible', runStatus, detail: 'the response never made this call' };
  const input: ResponsesInputItem[] = [];
  const missing: string[] = [];
  try {
    for (const item of pending) {
      const given = await inputFor(request, response, item);
      if (typeof given === 'string') missing.push(`${String(callIdOf(item))} (${given})`);
      else input.push(given);
    }
  } catch (error) {
    if (error instanceof UnknownPause) return { outcome: 'impossible', runStatus, detail: error.message };
    throw error;
  }
  if (missing.length > 0) return { outcome: 'waiting', runStatus, detail: `the response also waits for ${missing.join(', ')}` };
  const { conversation } = response;
  return conversation === null || conversation === undefined
    ? { input, previous_response_id: response.id }
    : { input, conversation: conversation.id };
};

/** What answers one call; or why there is nothing yet. */
const inputFor = async (request: ResumeRequest, response: ResponseView, item: Item): Promise<ResponsesInputItem | string> => {
  const toolCallId = String(callIdOf(item));
  if (toolCallId === request.toolCallId) return decided(request, response, item, carriedDecision(request.output));
  const sibling = await request.siblingOf(toolCallId);
  if (sibling.state === 'decided') return decided(request, response, item, carriedDecision(sibling.output));
  const given = request.siblingOutputs.find(output => output.toolCallId === toolCallId);
  if (given !== undefined && item.type === 'function_call')
    return { type: 'function_call_output', call_id: toolCallId, output: given.output };
  if (sibling.state === 'undecided') return 'not decided yet';
  return refused(response, item) ?? 'not ours, and no siblingOutputs for it';
};

/** "No" to a call that does not mean one thing: nobody could be asked, and the others would wait for it for ever. */
const refused = (response: ResponseView, item: Item): ResponsesInputItem | undefined => {
  const alone = { ...response, object: 'response', output: [item] };
  return parseResponse(alone)[0]?.kind === 'refused' ? formatResponse([], alone).input[0] : undefined;
};

const decided = (request: ResumeRequest, response: ResponseView, item: Item, decision: Decision | null): ResponsesInputItem | string => {
  const toolCallId = String(callIdOf(item));
  if (decision === null) return 'its decision cannot be read';
  // Whatever tool the app asked through, its result is ours to give.
  const place = {
    nowMs: (request.now ?? Date.now)(),
    ...(item.type === 'function_call' ? { gateTool: String(item['name']) } : {}),
  };
  const alone = { ...response, object: 'response', output: [item] };
  const [input] = formatResponse([{ ...decision, toolCallId }], alone, place).input;
  return input ?? 'it takes no decision';
};

const send = async (request: ResumeRequest, { conversation, status }: ResponseView, body: unknown): Promise<ResumeResult> => {
  const runStatus = status ?? null;
  const { reply, mayHaveArrived } = await sendJson(request, {
    method: 'POST',
    path: '/responses',
    headers: responsesHeaders(request.connection),
    body,
  });
  if (reply !== null && reply.status < 300) {
    const next = created.safeParse(reply.body);
    const detail = next.success ? `continued as ${next.data.id}` : 'the server took the answer';
    return { outcome: 'submitted', runStatus: next.success ? (next.data.status ?? null) : null, detail };
  }
  if (reply?.status === 404)
    return { outcome: 'impossible', runStatus, detail: 'the response, or the template’s model, is not there (404)' };
  if (reply !== null && reply.status !== 408 && reply.status < 500) return failed(`the answer was refused with ${reply.status}`);
  if (reply === null && !mayHaveArrived) return failed("the agent's server could not be reached");
  const why = reply === null ? 'no answer to what was sent' : `what was sent was answered with ${reply.status}`;
  return conversation === null || conversation === undefined
    ? { outcome: 'impossible', runStatus, detail: `${why}; the response belongs to no conversation, so it is not sent again` }
    : { outcome: 'unknown', runStatus, detail: why };
};

const failed = (detail: string): ResumeResult => ({ outcome: 'failed', runStatus: null, detail });

/** Responses that asked, continued with a stored template. */
export const openaiResponsesResumer: AgentIntegration = {
  id: openaiResponses.id,
  mode: 'openai.responses',
  format: carryDecision,
  resume: resumeResponse,
  warm: async () => {},
};
