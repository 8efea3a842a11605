import { z } from 'zod';
import type { AgentIntegration, ResumeRequest, ResumeResult } from '../agent.ts';
import { carriedDecision, carryDecision } from '../carried-decision.ts';
import type { ParsedCall } from '../pending-call.ts';
import { callJson, resumeByLooking, type Look, type Reply } from '../reconcile.ts';
import { UnknownPause } from '../unknown-pause.ts';
import { verdictOn, type Verdict } from '../verdict.ts';
import { callsOf, interruptAnswer, interruptsOf, LANGCHAIN } from './langchain.ts';
import { langgraphHeaders } from './wire.ts';

const runs = z.array(z.looseObject({ assistant_id: z.string(), status: z.string() }));
const WORKING = new Set(['pending', 'running']);

/** One attempt to resume a thread of a LangGraph server. A blind second resume would start another run, so a busy thread is left alone. */
export const resumeThread = (request: ResumeRequest): Promise<ResumeResult> =>
  resumeByLooking({ look: () => look(request), send: body => call(request, 'POST', 'runs', body) });

const call = (request: ResumeRequest, method: 'GET' | 'POST', rest: string, body?: unknown): Promise<Reply> =>
  callJson(request, {
    method,
    path: `/threads/${encodeURIComponent(request.threadId)}/${rest}`,
    headers: langgraphHeaders(request.connection),
    ...(body === undefined ? {} : { body }),
  });

const look = async (request: ResumeRequest): Promise<Look | { unreadable: Reply }> => {
  const [state, latest] = await Promise.all([call(request, 'GET', 'state'), call(request, 'GET', 'runs?limit=1')]);
  const read = runs.safeParse(latest?.body);
  if (state?.status !== 200) return { unreadable: state };
  if (latest?.status !== 200 || !read.success) return { unreadable: latest };
  const run = read.data[0];
  if (run !== undefined && WORKING.has(run.status)) return { busy: `the thread works on a run that is ${run.status}` };
  const settle = (outcome: ResumeResult['outcome'], detail: string): Look => ({
    settle: { outcome, runStatus: run?.status ?? null, detail },
  });
  if (run === undefined) return settle('impossible', 'the thread has no run that could go on');
  try {
    const interrupt = interruptsOf(state.body).find(candidate => isOurs(candidate, request.toolCallId));
    if (interrupt === undefined) return settle('reconciled', 'the thread no longer waits for this interrupt');
    const { verdicts, missing } = await verdictsOn(request, callsOf(interrupt));
    if (missing.length > 0) return settle('waiting', `the interrupt also waits for ${missing.join(', ')}`);
    const resume = { [interrupt.id]: interruptAnswer(interrupt, verdicts) };
    return { send: { assistant_id: run.assistant_id, command: { resume }, multitask_strategy: 'reject' } };
  } catch (error) {
    if (error instanceof UnknownPause) return settle('impossible', error.message);
    throw error;
  }
};

/** Calls are named after their interrupt: its id, or its id and their place in it. Other shapes of other nodes are not read. */
const isOurs = ({ id }: { id: string }, toolCallId: string): boolean =>
  toolCallId === id || (toolCallId.startsWith(`${id}:`) && /^\d+$/.test(toolCallId.slice(id.length + 1)));

/** One interrupt is answered at once: all its calls have to be decided. */
const verdictsOn = async (request: ResumeRequest, calls: readonly ParsedCall[]): Promise<{ verdicts: Verdict[]; missing: string[] }> => {
  const verdicts: Verdict[] = [];
  const missing: string[] = [];
  for (const waiting of calls) {
    const { toolCallId } = waiting;
    const output = toolCallId === request.toolCallId ? request.output : await decidedOutput(request, toolCallId);
    const decision = output === null ? null : carriedDecision(output);
    if (waiting.kind !== 'request' || decision !== null)
      verdicts.push(verdictOn(waiting, decision ?? NOT_DECIDED, (request.now ?? Date.now)()));
    else missing.push(`${toolCallId} (not decided yet)`);
  }
  return { verdicts, missing };
};
/** A call that could be put before nobody is refused whatever the decision is. */
const NOT_DECIDED = { approved: false } as Parameters<typeof verdictOn>[1];

const decidedOutput = async (request: ResumeRequest, toolCallId: string): Promise<string | null> => {
  const sibling = await request.siblingOf(toolCallId);
  return sibling.state === 'decided' ? sibling.output : null;
};

/** Threads of a LangGraph server, resumed from outside. */
export const langgraphServer: AgentIntegration = {
  id: LANGCHAIN,
  mode: 'langgraph',
  format: carryDecision,
  resume: resumeThread,
  warm: async () => {},
};
