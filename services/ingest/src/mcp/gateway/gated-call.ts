import { decisionOfState } from '@holdpoint/approval';
import { streamOf, type JsonObject } from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { approvalIdOf } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import { idempotencyKeyOf } from '../../idempotency-key.ts';
import { unlessErased } from '../../load-unless-erased.ts';
import { approvalReplyOf, loadApproval, type Loaded } from '../../read-approval.ts';
import { ifThere, lookAfterVerdict } from '../look-at-approval.ts';
import { firstUnspent } from '../same-question.ts';
import type { Call, ToolParts } from '../tool.ts';
import type { ToolResult } from '../tools.ts';
import { definitionHash, DEFINITION_LABEL, requestForCall } from './ask-for-call.ts';
import { keptResult } from './kept-result.ts';
import type { Ran, Runs } from './run-approved.ts';
import { callKey, isOver, mayFollowErased } from './same-call.ts';
import { standingOf, type Standing } from './standing.ts';
import type { Upstream, UpstreamSession, UpstreamTool } from './upstream.ts';
import * as words from './words.ts';

export type GatewayParts = ToolParts & {
  eventLog: Pick<EventLog, 'append' | 'load' | 'loadRaw'>;
  upstream: Upstream;
  runs: Runs;
};

/** One call of a gated tool. `key`: what the client gave so as to make the same call anew on purpose. */
export type Asked = { gateway: McpGateway; tool: string; args: JsonObject; key: string | undefined };

type At = { approvalId: string; loaded: Loaded; standing: Standing };

/**
 * Answers a call of a gated tool, at once: it finds the approval of this very call or asks for one, and runs the call when that is approved and
 * was not used. Whatever is called again, nothing runs twice.
 * @throws ProblemError for what cannot be asked, 410 for what was erased and is not to run anew by itself; UpstreamFailed when the server cannot
 * be asked for its tools; LogUnavailable
 */
export const callGated = async (asked: Asked, call: Call, parts: GatewayParts): Promise<ToolResult> => {
  const nowMs = () => Date.parse(parts.now());
  const idOf = (round: number): string =>
    approvalIdOf(call.caller.tenant, idempotencyKeyOf({ source: 'mcp' }, keyOf(asked, call, round), call.caller.mode));
  const at = async (round: number): Promise<At | undefined> => {
    const approvalId = idOf(round);
    const loaded = await ifThere(() => loadApproval(parts.eventLog, approvalId, call.caller));
    return loaded && { approvalId, loaded, standing: standingOf(loaded, nowMs()) };
  };
  const over = ({ standing }: At): boolean => isOver(standing, asked.gateway, asked.key !== undefined, nowMs());
  const isUsedUp = async (round: number): Promise<boolean> => {
    const known = await unlessErased(() => at(round));
    if (known === null)
      return asked.key === undefined && mayFollowErased(await openPartsOf(parts.eventLog, idOf(round)), asked.gateway, nowMs());
    return known !== undefined && over(known);
  };
  const first = await firstUnspent(isUsedUp);
  const known = await at(first);
  // What is pending, begun or over is answered from the log alone.
  if (known !== undefined && known.standing.kind !== 'ready') return answerFrom(known, asked, parts);
  const under = known === undefined ? undefined : parts.runs.of(known.approvalId);
  if (known !== undefined && under !== undefined) return ranResult(known, await under, asked);
  return parts.upstream.with(asked.gateway, async session => {
    const tool = await session.findTool(asked.tool);
    if (tool === undefined) return words.notRunResult('tool_unknown', 'The MCP server has no tool of this name.');
    for (let round = first; ; round += 1) {
      if (round > first && (await isUsedUp(round))) continue;
      const there = (await at(round)) ?? (await ask(tool, asked, call, parts, round).then(() => at(round)));
      if (there === undefined) throw new Error('an approval that was asked for is not in the log');
      if (over(there) || (there.standing.kind === 'ready' && !isFor(there.loaded, asked.gateway, tool))) continue;
      return there.standing.kind === 'ready'
        ? runIt(there, there.standing, tool, session, asked, call, parts)
        : answerFrom(there, asked, parts);
    }
  });
};

/** The events of an approval as they are stored. @throws LogUnavailable */
const openPartsOf = async (eventLog: GatewayParts['eventLog'], approvalId: string) =>
  (await eventLog.loadRaw(streamOf.approval(approvalId))).events;

const keyOf = ({ gateway, tool, args, key }: Asked, { caller }: Call, round: number): string =>
  callKey({ agentId: caller.agentId, gatewayId: gateway.gatewayId, tool, args, key }, round);

/** Whether the tool still is what was approved. Where it is not, the next round asks about it as it is. */
const isFor = ({ state }: Loaded, gateway: McpGateway, tool: UpstreamTool): boolean =>
  state.requested.labels[DEFINITION_LABEL] === definitionHash(gateway, tool);

/** Asks, and lets the rules have their say. */
const ask = async (
  tool: UpstreamTool,
  { gateway, args, ...asked }: Asked,
  call: Call,
  parts: GatewayParts,
  round: number,
): Promise<void> => {
  const { caller, traceparent, bodyBytes, client } = call;
  const request = requestForCall({ gateway, tool, args, client });
  const headerKey = keyOf({ gateway, args, ...asked }, call, round);
  try {
    const { reply } = await parts.acceptApproval(request, caller, { headerKey, traceparent, bodyBytes });
    await lookAfterVerdict(reply.id, call, parts);
  } catch (error) {
    // Somebody made the same call a moment ago, when the server described the tool otherwise: theirs is the one there is.
    if (!(error instanceof ProblemError) || error.code !== 'idempotency_key_reused') throw error;
  }
};

const runIt = async (
  there: At,
  { action, hash }: Standing & { kind: 'ready' },
  tool: UpstreamTool,
  session: UpstreamSession,
  asked: Asked,
  call: Call,
  parts: GatewayParts,
): Promise<ToolResult> => {
  const { approvalId } = there;
  if (action.name !== tool.name) return words.notRunResult('action_mismatch', 'What was approved is a call of another tool.');
  const begun = parts.runs.of(approvalId);
  try {
    return ranResult(there, await (begun ?? parts.runs.begin({ approvalId, action, hash }, tool, session, call)), asked);
  } catch (error) {
    // Another process was first, or somebody spent it elsewhere.
    if (!(error instanceof ProblemError) || error.code !== 'already_consumed') throw error;
    const loaded = await loadApproval(parts.eventLog, approvalId, call.caller);
    return answerFrom({ approvalId, loaded, standing: standingOf(loaded, Date.parse(parts.now())) }, asked, parts);
  }
};

const answerFrom = async ({ approvalId, loaded, standing }: At, { args }: Asked, parts: GatewayParts): Promise<ToolResult> => {
  switch (standing.kind) {
    case 'pending':
      return words.pendingResult(await approvalReplyOf(parts.eventLog, loaded.state, loaded.events));
    case 'ended':
      return words.endedResult(await approvalReplyOf(parts.eventLog, loaded.state, loaded.events), Date.parse(parts.now()));
    case 'unknown':
      return words.unknownResult(approvalId, standing.since, null);
    case 'done': {
      const { report, action } = standing;
      const result = await keptResult(parts.eventLog, approvalId, report.result);
      if (result !== null) return words.resultUnder(approvalId, result, action.args, args, report.reportedAt);
      if (report.outcome === 'failed') return words.failedResult(approvalId, report.private.detail);
      return words.tooLargeResult(approvalId, { reportedAt: report.reportedAt, ...report.result });
    }
    // Ready again: the clock of a deadline, or another process, was between two looks. The next call meets it.
    case 'ready':
    case 'running': {
      const run = parts.runs.of(approvalId);
      return run === undefined ? words.runningResult(approvalId) : ranResult({ approvalId, loaded, standing }, await run, { args });
    }
  }
};

/** @param there as it stood before the run: what was approved does not change by it */
const ranResult = ({ approvalId, loaded }: At, { outcome, result, said }: Ran, { args }: Pick<Asked, 'args'>): ToolResult => {
  if (outcome === 'unknown') return words.unknownResult(approvalId, null, said);
  if (result === null) return words.failedResult(approvalId, said);
  return words.resultUnder(approvalId, result, decisionOfState(loaded.state)?.approvedAction?.args ?? args, args, null);
};
