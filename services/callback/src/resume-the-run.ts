import { resumerFor, type AgentIntegration, type Connection, type NewRun, type ResumeRequest, type ResumeResult } from '@holdpoint/agents';
import { decisionOf } from '@holdpoint/approval';
import type { CallbackEvent } from '@holdpoint/contracts';
import type { Connection as StoredConnection } from '@holdpoint/directory';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import { nextDelayMs } from './schedule.ts';
import { siblingLookup } from './siblings.ts';
import type { Terminal } from './terminal.ts';
import { fallbackOf, openUntold, type Party } from './untold.ts';

/** How long what was about to be sent is given before it is looked at again, milliseconds: longer than any one call may take. */
const SENDING_MS = 60_000;
const TAKEN = 'another worker answers this run already';
/** Modes whose run is reached without stored credentials. */
const WITHOUT_CONNECTION: ReadonlySet<string> = new Set(['logicApps']);

/**
 * One attempt to hand the decision to the paused run, one at a time per run: pending calls of one run are answered together, by
 * whichever of their approvals was decided last. What comes of it is recorded for every approval whose answer it sent.
 */
export const resumeTheRun = async (deps: Deps, approvalId: string, terminal: Terminal, ledger: Ledger): Promise<void> => {
  const { runId, threadId } = terminal.data.decision;
  const parties: Party[] = [{ approvalId, ledger }];
  const result = await deps.runTurns.take(`${terminal.metadata.tenant}/${threadId}/${runId}`, async () => {
    const startedMs = performance.now();
    const outcome = await attempt(deps, terminal, parties);
    return { ...outcome, durationMs: Math.round(performance.now() - startedMs) };
  });
  deps.metrics.resumeAttempt(result.outcome, result.durationMs);
  await recordFor(deps, parties, result);
};

const recordFor = async (deps: Deps, parties: readonly Party[], result: ResumeResult & { durationMs: number }): Promise<void> => {
  for (const { approvalId, ledger } of parties) {
    const { attempts, step } = ledger.progress().resume;
    const made = { approvalId, attempt: attempts + 1, at: deps.now() };
    await ledger.record('resume', [eventOf(deps, result, made, step)]);
  }
};

/** @param parties whose answer is sent; those that go along are added */
const attempt = async (deps: Deps, terminal: Terminal, parties: Party[]): Promise<ResumeResult> => {
  const { decision, delivery } = terminal.data;
  const { mode, connectionId } = delivery.resume;
  const agent = resumerFor(mode);
  const { threadId, runId, toolCallId } = decision;
  if (agent === undefined) return impossible(`runs with resume mode ${mode} are resumed by the app`);
  const connection = connectionId === undefined ? null : deps.directory.connection(terminal.metadata.tenant, connectionId);
  if (WITHOUT_CONNECTION.has(mode))
    return agent.resume(
      requestFor(deps, agent, terminal, parties, null, { threadId: threadId ?? '', runId: runId ?? '', toolCallId: toolCallId ?? '' }),
    );
  if (threadId === null || runId === null || toolCallId === null) return impossible('the request named no thread, run and tool call');
  if (connection === null)
    return { outcome: 'failed', runStatus: null, detail: 'the connection is not in the settings; add it again to go on' };
  const request = requestFor(deps, agent, terminal, parties, connection, { threadId, runId, toolCallId });
  const result = await agent.resume(request);
  if (result.outcome !== 'impossible' || fallbackOf(terminal, connection) === 'callback' || agent.startAnew === undefined) return result;
  const anew = await agent.startAnew(request, newRunFor(deps, agent, terminal, parties, connection));
  return anew.outcome === 'startedAnew' ? anew : { ...anew, runStatus: result.runStatus, detail: `${result.detail}; ${anew.detail}` };
};

const newRunFor = (deps: Deps, agent: AgentIntegration, terminal: Terminal, parties: Party[], connection: StoredConnection): NewRun => {
  const [own] = parties;
  const untold = openUntold(deps, agent, terminal, connection);
  return {
    approvalId: terminal.data.decision.approvalId,
    untoldOf: untold.of,
    claim: async along => {
      const noted = await noteSending(deps, [...parties, ...along.map(other => untold.party(other.approvalId))]);
      const others = noted.filter(party => party !== own);
      if (others.length === noted.length) {
        await recordFor(deps, others, { outcome: 'waiting', runStatus: null, detail: TAKEN, durationMs: 0 });
        throw new Error(TAKEN);
      }
      parties.push(...others);
      return along.filter(({ approvalId }) => others.some(party => party.approvalId === approvalId));
    },
  };
};

const NOWHERE: Connection = { baseUrl: '', apiKey: '' };

const requestFor = (
  deps: Deps,
  agent: AgentIntegration,
  terminal: Terminal,
  parties: Party[],
  connection: StoredConnection | null,
  call: { threadId: string; runId: string; toolCallId: string },
): ResumeRequest => {
  const { siblingOutputs = [], resumeUrl } = terminal.data.private;
  return {
    connection: connection ?? NOWHERE,
    ...call,
    output: agent.format(decisionOf(terminal.data)),
    siblingOutputs,
    siblingOf: siblingLookup(deps, agent, terminal),
    template: connection?.template ?? null,
    ...(resumeUrl !== undefined && { url: resumeUrl }),
    inDoubt: parties.some(({ ledger }) => ledger.progress().resume.inDoubt !== null),
    beforeSend: async () => {
      if ((await noteSending(deps, parties)).length === 0) throw new Error(TAKEN);
    },
    fetch: deps.egress.fetchFor(),
  };
};

/**
 * Records that answers are about to be sent which may not be sent twice. After a crash the log says so, and nobody sends them again without
 * a look. All workers note those of one run in the same order, so that mostly one of them gets all.
 * @returns without those of which another worker recorded something meanwhile: it is sending, and this one leaves them alone
 */
const noteSending = async (deps: Pick<Deps, 'now'>, parties: readonly Party[]): Promise<Party[]> => {
  const at = deps.now();
  const nextAttemptAt = new Date(Date.parse(at) + SENDING_MS).toISOString();
  const noted: Party[] = [];
  for (const party of parties.toSorted((a, b) => (a.approvalId < b.approvalId ? -1 : 1))) {
    const { approvalId, ledger } = party;
    const made = { approvalId, attempt: ledger.progress().resume.attempts + 1, at, durationMs: 0 };
    const data = { ...made, outcome: 'sending' as const, detail: 'about to be sent', nextAttemptAt };
    if (await ledger.claim({ type: 'ResumeAttempted', data })) noted.push(party);
  }
  return noted;
};

const impossible = (detail: string): ResumeResult => ({ outcome: 'impossible', runStatus: null, detail });

const eventOf = (
  deps: Pick<Deps, 'resumeScheduleSec' | 'random'>,
  { outcome, runStatus, detail, durationMs, newRunId }: ResumeResult & { durationMs: number },
  made: { approvalId: string; attempt: number; at: string },
  step: number,
): CallbackEvent => {
  switch (outcome) {
    case 'submitted':
    case 'reconciled':
      return { type: 'RunResumed', data: { ...made, durationMs, how: outcome, runStatus: runStatus ?? 'unknown' } };
    case 'startedAnew': {
      const data = { ...made, durationMs, how: 'newRunOnThread' as const, runStatus: runStatus ?? 'unknown' };
      return { type: 'RunResumed', data: newRunId === undefined ? data : { ...data, newRunId } };
    }
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
