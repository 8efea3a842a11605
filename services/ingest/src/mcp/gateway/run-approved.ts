import type { Action, EventData, JsonObject } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import type { ConsumeApproval } from '../../consume-approval.ts';
import type { SettleApproval } from '../../settle-approval.ts';
import type { Call } from '../tool.ts';
import { keepResult } from './kept-result.ts';
import { UpstreamFailed } from './upstream-failed.ts';
import type { UpstreamSession, UpstreamTool } from './upstream.ts';

export type RunParts = {
  eventLog: Pick<EventLog, 'append' | 'load' | 'loadRaw'>;
  consumeApproval: ConsumeApproval;
  settleApproval: SettleApproval;
  now: () => string;
  logger: Pick<Logger, 'error'>;
};

/** What became of an approved call: the server's result, or why there is none. */
export type Ran = { outcome: EventData<'ExecutionReported'>['outcome']; result: JsonObject | null; said: string | null };

export type Approved = { approvalId: string; action: Action; hash: string };

export type Runs = {
  /** The run of an approval that this process is in the middle of. */
  of(approvalId: string): Promise<Ran> | undefined;
  /**
   * Spends the approval, sends exactly what was approved, once, and records what came of it. Spending comes first, and only one can: whoever is
   * told that it is spent does not send. Whether its client still listens makes no difference to a call that has begun.
   * @throws ProblemError when the approval cannot be spent; LogUnavailable before anything was sent
   */
  begin(approved: Approved, tool: UpstreamTool, session: UpstreamSession, call: Pick<Call, 'caller' | 'traceparent'>): Promise<Ran>;
  /** Resolves when nothing is being run. */
  idle(): Promise<void>;
};

/** The calls a process runs. */
export const openRuns = (parts: RunParts): Runs => {
  const running = new Map<string, Promise<Ran>>();
  return {
    of: approvalId => running.get(approvalId),
    begin: (approved, tool, session, call) => {
      const { approvalId } = approved;
      const run = runOnce(parts, approved, tool, session, call).finally(() => running.delete(approvalId));
      running.set(approvalId, run);
      return run;
    },
    idle: async () => {
      while (running.size > 0) await Promise.allSettled(running.values());
    },
  };
};

const runOnce = async (
  parts: RunParts,
  approved: Approved,
  tool: UpstreamTool,
  session: UpstreamSession,
  call: Pick<Call, 'caller' | 'traceparent'>,
): Promise<Ran> => {
  const { approvalId, action, hash } = approved;
  await parts.consumeApproval(approvalId, call.caller, hash, [], call.traceparent);
  const ran = await send(session, tool, action.args);
  try {
    await record(parts, approved, ran, call);
  } catch (error) {
    // It has happened and is told to whoever asked; whoever asks again will be told that nobody knows.
    parts.logger.error({ err: error, approvalId }, 'what became of an approved call could not be recorded');
  }
  return ran;
};

const send = async (session: UpstreamSession, tool: UpstreamTool, args: JsonObject): Promise<Ran> => {
  try {
    const { resultType: _framing, ...result } = await session.call(tool, args);
    return { outcome: result['isError'] === true ? 'failed' : 'succeeded', result, said: null };
  } catch (error) {
    if (error instanceof UpstreamFailed)
      return { outcome: error.fate === 'unknown' ? 'unknown' : 'failed', result: null, said: error.message };
    return { outcome: 'unknown', result: null, said: 'The gateway failed while the call was under way.' };
  }
};

const record = async (
  { eventLog, settleApproval, now }: RunParts,
  { approvalId, hash }: Approved,
  { outcome, result, said }: Ran,
  { caller, traceparent }: Pick<Call, 'caller' | 'traceparent'>,
): Promise<void> => {
  const ref = result === null ? undefined : await keepResult(eventLog, approvalId, result, caller, now());
  await settleApproval(
    approvalId,
    caller,
    at => ({
      type: 'ReportExecution',
      actionHash: hash,
      outcome,
      now: at,
      ...(said !== null && { detail: said }),
      ...(ref !== undefined && { result: ref }),
    }),
    traceparent,
  );
};
