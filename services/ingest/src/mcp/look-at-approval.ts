import type { ApprovalReply } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import type { WaitUntil } from '../wait-for-decision.ts';
import type { Call, ToolParts } from './tool.ts';

/** Longest hold of one tool call, seconds. Clients give up after 60 s and some earlier; a person is never waited for with a connection. */
export const WAIT_SEC_MAX = 25;

/** Longest wait for the rules to speak, milliseconds. It takes them a few; in a burst they may lag, and some clients give up after a second. */
const VERDICT_MS_MAX = 500;

/**
 * Reads an approval, at once or after it was decided, somebody asked the agent a question, or the time is over.
 * @throws ProblemError 404; LogUnavailable
 */
export const lookAtApproval = (id: string, waitMs: number, call: Call, parts: ToolParts): Promise<ApprovalReply> =>
  waitMs <= 0 ? parts.readApproval(id, call.caller) : waitIfRoom(id, waitMs, 'question', call, parts);

/** Reads an approval as soon as the rules have decided it or asked a person. @throws ProblemError 404; LogUnavailable */
export const lookAfterVerdict = (id: string, call: Call, parts: ToolParts): Promise<ApprovalReply> =>
  waitIfRoom(id, VERDICT_MS_MAX, 'verdict', call, parts);

const waitIfRoom = async (id: string, waitMs: number, until: WaitUntil, call: Call, parts: ToolParts): Promise<ApprovalReply> => {
  try {
    return await parts.waitForDecision(id, call.caller, waitMs, until, call.gone);
  } catch (error) {
    // Without room to wait the answer is what is known now.
    if (error instanceof ProblemError && error.code === 'too_many_waiters') return parts.readApproval(id, call.caller);
    throw error;
  }
};

/** What is read, or undefined where there is no such approval. */
export const ifThere = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return undefined;
    throw error;
  }
};
