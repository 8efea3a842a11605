import { assertApproved } from './assert-approved.ts';
import { canonicalJson, NotCanonical } from './canonical-json.ts';
import type { Holdpoint } from './client.ts';
import type { ApprovalRequest, Decision } from './decision.ts';
import { actionHash } from './hashes.ts';
import { HoldpointError } from './problem.ts';
import { NotApproved } from './read-approval.ts';
import { StrictJsonError } from './strict-json-error.ts';
import { told, toldOfChanges, type Told } from './told.ts';

/** What every gated tool says about itself. */
export type GateOptions<Args = Record<string, unknown>> = {
  /** What the person reads, from the exact arguments of the call. The same arguments must give the same words. */
  describe(args: Args): ApprovalRequest['arguments'];
  /** How long a call waits for the decision; by default as long as the request lives. Seconds. */
  waitSec?: number;
  /** More of the request: context, callback, labels, deadlineSec, allowedDecisions, argsSchema. */
  request?: Omit<Partial<ApprovalRequest>, 'action' | 'arguments' | 'source' | 'toolCallId'>;
};

/** One call a model made. The place names it for ever, so asking again finds the same approval. */
export type GatedCall = {
  tool: string;
  source: string;
  /** Plain JSON; or what reads it, whose errors then refuse the call. */
  args: unknown;
  threadId?: string | undefined;
  runId?: string | undefined;
  toolCallId?: string | undefined;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
};

export type Verdict = { approved: true; decision: Decision; args: Record<string, unknown> } | { approved: false; told: Told };

/**
 * Asks about one call and waits for the answer. Whatever goes wrong is an answer that is not an approval.
 * @returns the decision with the exact arguments that may run, or what to tell the model
 * @throws only the signal's reason, when it was aborted
 */
export const askAbout = async (holdpoint: Holdpoint, options: GateOptions<never>, call: GatedCall): Promise<Verdict> => {
  let approvalId: string | undefined;
  try {
    const asked = frozen(call.args);
    const { source, threadId, runId, toolCallId, signal } = call;
    const describe = options.describe as (args: unknown) => ApprovalRequest['arguments'];
    const place = {
      ...(threadId !== undefined && { threadId }),
      ...(runId !== undefined && { runId }),
      ...(toolCallId !== undefined && { toolCallId }),
    };
    const body = { ...options.request, source, ...place, arguments: describe(asked), action: { name: call.tool, args: asked } };
    const key =
      call.idempotencyKey ?? ((threadId ?? runId ?? options.request?.threadId ?? options.request?.runId) ? undefined : keyOf(call));
    const accepted = await holdpoint.request(body, { ...(key !== undefined && { idempotencyKey: key }), ...(signal && { signal }) });
    approvalId = accepted.id;
    const decision = await holdpoint.waitForDecision(approvalId, { timeoutSec: options.waitSec, signal });
    if (decision === null) return { approved: false, told: told('pending', { approvalId }) };
    if (decision.decision !== 'approved' && decision.decision !== 'modified')
      return { approved: false, told: told(decision.decision, { decision }) };
    const args = decision.decision === 'modified' ? frozen(decision.approvedAction?.args) : asked;
    assertApproved(decision, call.tool, args, { approvalId });
    return { approved: true, decision, args };
  } catch (error) {
    call.signal?.throwIfAborted();
    return { approved: false, told: whyNot(error, approvalId) };
  }
};

/**
 * Asks about one call, waits, and spends its approval: what comes back approved may run now, once, with exactly these arguments.
 * @throws only the signal's reason, when it was aborted
 */
export const passOnce = async (holdpoint: Holdpoint, options: GateOptions<never>, call: GatedCall): Promise<Verdict> => {
  const verdict = await askAbout(holdpoint, options, call);
  if (!verdict.approved) return verdict;
  const { approvalId } = verdict.decision;
  try {
    call.signal?.throwIfAborted();
    await holdpoint.consume(approvalId, actionHash({ tool: call.tool, args: verdict.args }));
    return verdict;
  } catch (error) {
    call.signal?.throwIfAborted();
    return { approved: false, told: whyNot(error, approvalId) };
  }
};

export type Outcome<Result> = { ran: true; decision: Decision; result: Result } | { ran: false; told: Told };

/**
 * Runs a tool only if a person or a rule approved this exact call: asks, waits, checks the hash of the arguments about to run, spends the
 * approval, runs, and reports. The tool gets the very arguments that were hashed.
 * @throws what the tool throws, after it was reported; the signal's reason
 */
export const runGated = async <Result>(
  holdpoint: Holdpoint,
  options: GateOptions<never>,
  call: GatedCall,
  run: (args: never) => Result | Promise<Result>,
): Promise<Outcome<Result>> => {
  const verdict = await passOnce(holdpoint, options, call);
  if (!verdict.approved) return { ran: false, told: verdict.told };
  const { decision, args } = verdict;
  const hash = actionHash({ tool: call.tool, args });
  let outcome: 'succeeded' | 'failed' = 'failed';
  try {
    const result = await run(args as never);
    outcome = 'succeeded';
    return { ran: true, decision, result };
  } finally {
    // The tool has run: a report that is lost changes neither that nor what the model must be told.
    await holdpoint.reportExecution(decision.approvalId, { actionHash: hash, outcome }).catch(() => undefined);
  }
};

/** What a model reads as the tool's result: the result, or why there is none. */
export const resultFor = (outcome: Outcome<unknown>): unknown => {
  if (!outcome.ran) return outcome.told;
  return outcome.decision.decision === 'modified' ? toldOfChanges(outcome.decision, outcome.result) : outcome.result;
};

/** The same as text. */
export const textFor = (outcome: Outcome<unknown>): string => {
  const result = resultFor(outcome);
  return typeof result === 'string' ? result : (JSON.stringify(result) ?? 'null');
};

/** A copy nobody else holds, so that what was hashed is what runs. */
const frozen = (args: unknown): Record<string, unknown> => {
  const read: unknown = typeof args === 'function' ? (args as () => unknown)() : args;
  const copy: unknown = JSON.parse(canonicalJson(read));
  if (typeof copy === 'object' && copy !== null && !Array.isArray(copy)) return copy as Record<string, unknown>;
  throw new NotCanonical('a list of arguments that is no object');
};

/** A framework that knows no thread still names its calls. */
const keyOf = ({ source, tool, toolCallId }: GatedCall): string | undefined =>
  toolCallId === undefined ? undefined : `${source} ${tool} ${toolCallId}`.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 255);

const REFUSALS = new Set([400, 403, 404, 409, 410, 413, 422]);

const whyNot = (error: unknown, approvalId?: string): Told => {
  const code =
    error instanceof HoldpointError || error instanceof NotApproved || error instanceof NotCanonical || error instanceof StrictJsonError
      ? error.code
      : 'error';
  const refused = error instanceof HoldpointError ? REFUSALS.has(error.status) : code !== 'error';
  return told(refused ? 'refused' : 'unknown', { ...(approvalId !== undefined && { approvalId }), code });
};
