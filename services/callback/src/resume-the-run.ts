import { resumerFor, type AgentIntegration, type ResumeResult } from '@holdpoint/agents';
import { decisionOf } from '@holdpoint/approval';
import type { CallbackEvent } from '@holdpoint/contracts';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import { nextDelayMs } from './schedule.ts';
import { siblingLookup } from './siblings.ts';
import type { Terminal } from './terminal.ts';

/**
 * One attempt to hand the decision to the paused run, one at a time per run: pending calls of one run are answered together, by
 * whichever of their approvals was decided last.
 */
export const resumeTheRun = async (deps: Deps, approvalId: string, terminal: Terminal, ledger: Ledger): Promise<void> => {
  const { runId, threadId } = terminal.data.decision;
  const result = await deps.runTurns.take(`${terminal.metadata.tenant}/${threadId}/${runId}`, async () => {
    const startedMs = performance.now();
    const outcome = await attempt(deps, terminal);
    return { ...outcome, durationMs: Math.round(performance.now() - startedMs) };
  });
  deps.metrics.resumeAttempt(result.outcome, result.durationMs);
  const { attempts, step } = ledger.progress().resume;
  const made = { approvalId, attempt: attempts + 1, at: deps.now() };
  await ledger.record('resume', [eventOf(deps, result, made, step)]);
};

const attempt = async (deps: Deps, terminal: Terminal): Promise<ResumeResult> => {
  const { decision, delivery } = terminal.data;
  const { mode, connectionId } = delivery.resume;
  const agent = resumerFor(mode);
  const { threadId, runId, toolCallId } = decision;
  if (agent === undefined) return impossible(`runs with resume mode ${mode} are resumed by the app`);
  if (threadId === null || runId === null || toolCallId === null) return impossible('the request named no thread, run and tool call');
  const connection = connectionId === undefined ? null : deps.directory.connection(terminal.metadata.tenant, connectionId);
  if (connection === null)
    return { outcome: 'failed', runStatus: null, detail: 'the connection is not in the settings; add it again to go on' };
  return submitThrough(deps, agent, connection, terminal, { threadId, runId, toolCallId });
};

const submitThrough = (
  deps: Deps,
  agent: AgentIntegration,
  connection: { baseUrl: string; apiKey: string },
  terminal: Terminal,
  call: { threadId: string; runId: string; toolCallId: string },
): Promise<ResumeResult> =>
  agent.resume({
    connection,
    ...call,
    output: agent.format(decisionOf(terminal.data)),
    siblingOutputs: terminal.data.private.siblingOutputs ?? [],
    siblingOf: siblingLookup(deps, agent, terminal),
    fetch: deps.egress.fetchFor(),
  });

const impossible = (detail: string): ResumeResult => ({ outcome: 'impossible', runStatus: null, detail });

const eventOf = (
  deps: Pick<Deps, 'resumeScheduleSec' | 'random'>,
  { outcome, runStatus, detail, durationMs }: ResumeResult & { durationMs: number },
  made: { approvalId: string; attempt: number; at: string },
  step: number,
): CallbackEvent => {
  switch (outcome) {
    case 'submitted':
    case 'reconciled':
      return { type: 'RunResumed', data: { ...made, durationMs, how: outcome, runStatus: runStatus ?? 'unknown' } };
    case 'impossible':
      return { type: 'ResumeImpossible', data: { ...made, reason: detail, runStatus } };
    case 'waiting':
    case 'unknown':
    case 'failed': {
      const delayMs = nextDelayMs(step + 1, deps.resumeScheduleSec, deps.random(), 'half');
      if (delayMs === null)
        return { type: 'ResumeImpossible', data: { ...made, reason: `gave up after ${made.attempt} attempts: ${detail}`, runStatus } };
      const nextAttemptAt = new Date(Date.parse(made.at) + delayMs).toISOString();
      return { type: 'ResumeAttempted', data: { ...made, durationMs, outcome, detail, nextAttemptAt } };
    }
  }
};
