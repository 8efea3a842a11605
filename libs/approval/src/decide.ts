import type { ApprovalEvent } from '@holdpoint/contracts';
import { claim, release, releaseExpiredClaim } from './claim.ts';
import type { ApprovalCommand } from './commands.ts';
import { comment, recordRefusal } from './comment.ts';
import { consume, reportExecution } from './consume.ts';
import { escalateNow, escalateStep } from './escalate.ts';
import { expire, withdraw } from './end.ts';
import { applyGate } from './gate.ts';
import { modify } from './modify.ts';
import { request } from './request.ts';
import type { ApprovalState } from './state.ts';
import { approve, reject } from './vote.ts';

/**
 * The one place where an approval's life is decided, whichever way a command came in.
 * @returns the events to append, in order; `[]` when there is nothing (left) to do. Terminal events carry an empty `receipt`: the shell
 *   signs them where the decision is made.
 * @throws Refused when a rule forbids it or somebody was faster.
 */
export const decide = (command: ApprovalCommand, state: ApprovalState): ApprovalEvent[] => {
  switch (command.type) {
    case 'RequestApproval':
      return request(command, state);
    case 'ApplyGate':
      return applyGate(command, state);
    case 'EscalateStep':
      return escalateStep(command, state);
    case 'ExpireApproval':
      return expire(command, state);
    case 'ReleaseExpiredClaim':
      return releaseExpiredClaim(command, state);
    case 'Claim':
      return claim(command, state);
    case 'Release':
      return release(command, state);
    case 'Approve':
      return approve(command, state);
    case 'Reject':
      return reject(command, state);
    case 'Modify':
      return modify(command, state);
    case 'Comment':
      return comment(command, state);
    case 'EscalateNow':
      return escalateNow(command, state);
    case 'Withdraw':
      return withdraw(command, state);
    case 'Consume':
      return consume(command, state);
    case 'ReportExecution':
      return reportExecution(command, state);
    case 'RecordRefusal':
      return recordRefusal(command, state);
    default:
      return never(command);
  }
};

const never = (command: never): never => {
  throw new TypeError(`unknown command ${JSON.stringify(command)}`);
};
