import type { EventData, JsonObject } from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';
import { canonicalJson, sha256Hex } from '@holdpoint/sealing';
import { isSpent, REFUSAL_KEPT_MS } from '../same-question.ts';
import type { Standing } from './standing.ts';

/** In `_meta` of a call: the same call under another key is another call. */
export const IDEMPOTENCY_META = 'dev.holdpoint/idempotencyKey';

/**
 * Names a call: by who makes it, through which gateway, of which tool, with exactly which arguments, and by the key that the client gave. What
 * no Idempotency-Key header can hold (a line break) keeps it apart from every other request.
 * @param round 0 for the first time; the next one when the approval before is of no use any more
 */
export const callKey = (
  { agentId, gatewayId, tool, args, key }: { agentId: string; gatewayId: string; tool: string; args: JsonObject; key: string | undefined },
  round: number,
): string => `mcp gateway\n${agentId}\n${sha256Hex(canonicalJson([gatewayId, tool, args, key ?? null]))} ${round}`;

/**
 * Whether an approval is of no use to somebody who makes the same call now. A call that was begun and whose outcome nobody knows is never
 * over: it is not made again by itself. That nobody decided is told for as long as a refusal: the same people would be asked again at once. Under a key of its own a result is remembered for as long as the log is.
 */
export const isOver = (
  standing: Standing,
  { resultKeptSec }: Pick<McpGateway, 'resultKeptSec'>,
  keyed: boolean,
  nowMs: number,
): boolean => {
  switch (standing.kind) {
    case 'pending':
    case 'ready':
    case 'running':
    case 'unknown':
      return false;
    case 'done':
      return !keyed && Date.parse(standing.report.reportedAt) + resultKeptSec * 1_000 <= nowMs;
    case 'ended':
      return standing.decision.decision === 'expired'
        ? Date.parse(standing.decision.decidedAt) + REFUSAL_KEPT_MS <= nowMs
        : isSpent({ decision: standing.decision, consumedAt: null }, nowMs) || standing.fell;
  }
};

/**
 * Whether the same call may be asked about anew although what was asked before is erased, by the parts that stand in the open: as for one that is
 * not, a call that was begun waits until its outcome is known and its result would be forgotten.
 * @param events of the approval, as stored
 */
export const mayFollowErased = (
  events: readonly { type: string; data?: unknown }[],
  { resultKeptSec }: Pick<McpGateway, 'resultKeptSec'>,
  nowMs: number,
): boolean => {
  if (!events.some(({ type }) => type === 'ApprovalConsumed')) return true;
  const reports = events.filter(({ type }) => type === 'ExecutionReported').map(({ data }) => data as EventData<'ExecutionReported'>);
  const last = reports.findLast(({ matchesApproval }) => matchesApproval);
  return last !== undefined && last.outcome !== 'unknown' && Date.parse(last.reportedAt) + resultKeptSec * 1_000 <= nowMs;
};
