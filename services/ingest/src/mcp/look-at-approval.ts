import type { ApprovalReply } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import type { Call, ToolParts } from './tool.ts';

/** Longest hold of one tool call, seconds. Clients give up after 60 s and some earlier; a person is never waited for with a connection. */
export const WAIT_SEC_MAX = 25;

/** A verdict of the rules is there within this, milliseconds; a person's is not. */
export const AUTOMATIC_MS = 250;

/**
 * Reads an approval, at once or after it was decided, somebody asked the agent a question, or the time is over.
 * @throws ProblemError 404; LogUnavailable
 */
export const lookAtApproval = async (id: string, waitMs: number, call: Call, parts: ToolParts): Promise<ApprovalReply> => {
  if (waitMs <= 0) return parts.readApproval(id, call.caller);
  try {
    return await parts.waitForDecision(id, call.caller, waitMs, 'question', call.gone);
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
