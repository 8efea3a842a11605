import type { ApprovalEvent } from '@holdpoint/contracts';
import type { RequestApproval } from './commands.ts';
import { Refused } from './refused.ts';
import type { ApprovalState } from './state.ts';

/**
 * The first event of an approval. The same request again is nothing to do; whether a repeat carries the same body is settled by
 * `requestHash`.
 * @throws Refused `action_mismatch` when another request already lives under this id.
 */
export const request = (command: RequestApproval, state: ApprovalState): ApprovalEvent[] => {
  if (state.status === 'none') return [{ type: 'ApprovalRequested', data: command.requested }];
  if (state.requested.requestHash === command.requested.requestHash) return [];
  throw new Refused('action_mismatch', 'Another request already lives under this idempotency key; send a new key.');
};
