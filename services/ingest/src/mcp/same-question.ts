import type { ApprovalReply, ApprovalRequest } from '@holdpoint/contracts';
import { canonicalJson, sha256Hex } from '@holdpoint/sealing';

/** A refusal stands this long for the same question, milliseconds: an agent that insists meets it, and not another person. */
export const REFUSAL_KEPT_MS = 900_000;

/**
 * Names a question. A client whose connection broke sends its call again under a new JSON-RPC id, so the id cannot name it: agent and
 * content do, or the key the agent gave. What no Idempotency-Key header can hold (a line break) keeps the two kinds apart.
 * @param round 0 for the first time a question is asked; the next one when the answer before is of no use any more
 */
export const questionKey = (request: ApprovalRequest, agentId: string, given: string | undefined, round: number): string =>
  given !== undefined ? `mcp\n${agentId}\nkey ${given}` : `mcp\n${agentId}\nask ${sha256Hex(canonicalJson(request))} ${round}`;

/**
 * Whether the answer is of no use to somebody who asks the same question now: it was spent, it lapsed, nobody gave one, or it was a
 * refusal of a while ago. While one is open or still holds, the same question is the same approval. Once true it stays true.
 */
export const isSpent = ({ decision, consumedAt }: Pick<ApprovalReply, 'decision' | 'consumedAt'>, nowMs: number): boolean => {
  if (decision === null) return false;
  if (consumedAt !== null || decision.decision === 'expired' || decision.decision === 'withdrawn') return true;
  if (!decision.approved) return Date.parse(decision.decidedAt) + REFUSAL_KEPT_MS <= nowMs;
  return decision.approvedUntil !== null && Date.parse(decision.approvedUntil) <= nowMs;
};

/**
 * The first round that is not spent. A round is only opened when all before it are spent, so few have to be looked at: the steps double
 * until one is free, then halve.
 */
export const firstUnspent = async (spent: (round: number) => Promise<boolean>): Promise<number> => {
  let [last, free] = [-1, 0];
  while (await spent(free)) [last, free] = [free, free * 2 + 1];
  while (free - last > 1) {
    const middle = (last + free) >> 1;
    if (await spent(middle)) last = middle;
    else free = middle;
  }
  return free;
};
