import type { ApprovalReply } from '@holdpoint/contracts';
import type { Caller } from './approval-requested.ts';
import type { Bells } from './bells.ts';
import type { ReadApproval } from './read-approval.ts';

/** A waiter looks for itself at least this often, milliseconds: live messages may be lost while the broker is away. */
const LOOK_AGAIN_MS = 5_000;

export const WAIT_UNTIL = ['decision', 'question'] as const;
export type WaitUntil = (typeof WAIT_UNTIL)[number];

/**
 * Holds until the approval is decided (with `until` question: or the agent owes an answer), the time is over, the client is gone or this process stops; answers with the approval as it
 * then is. The bell hangs before the first look, so a decision between the two is not missed.
 * @throws ProblemError 404 and 503 `too_many_waiters`; LogUnavailable
 */
export const waitForDecision =
  ({ read, bells }: { read: ReadApproval; bells: Bells }) =>
  async (id: string, caller: Caller, timeoutMs: number, until: WaitUntil, gone: AbortSignal): Promise<ApprovalReply> => {
    const endMs = performance.now() + timeoutMs;
    const bell = bells.hang(id);
    try {
      for (;;) {
        const approval = await read(id, caller);
        const leftMs = endMs - performance.now();
        const asked = until === 'question' && approval.questions !== undefined;
        if (approval.status !== 'pending' || asked || leftMs <= 0 || gone.aborted || bells.closed) return approval;
        await bell.rung(Math.min(leftMs, LOOK_AGAIN_MS), gone);
      }
    } finally {
      bell.takeDown();
    }
  };

export type WaitForDecision = ReturnType<typeof waitForDecision>;
