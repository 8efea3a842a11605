import { isTerminal, type ApprovalReply } from '@holdpoint/contracts';
import type { Caller } from './approval-requested.ts';
import type { Bells } from './bells.ts';
import type { ReadWithVerdict } from './read-approval.ts';

/** A waiter looks for itself at least this often, milliseconds: live messages may be lost while the broker is away. */
const LOOK_AGAIN_MS = 5_000;

export const WAIT_UNTIL = ['decision', 'question'] as const;
/** `question`: or the agent owes an answer. `verdict`: or the rules have spoken, also when they ask a person. */
export type WaitUntil = (typeof WAIT_UNTIL)[number] | 'verdict';

/** What may end a wait before a decision does. */
const MORE_NEWS: Readonly<Record<WaitUntil, string | null>> = { decision: null, question: 'QuestionAsked', verdict: 'ReviewStepOpened' };

/**
 * Holds until the approval is decided or what `until` names has come, the time is over, the client is gone or this process stops; answers with the
 * approval as it then is. The bell hangs before the first look, so a decision between the two is not missed.
 * @throws ProblemError 404 and 503 `too_many_waiters`; LogUnavailable
 */
export const waitForDecision =
  ({ read, bells }: { read: ReadWithVerdict; bells: Bells }) =>
  async (id: string, caller: Caller, timeoutMs: number, until: WaitUntil, gone: AbortSignal): Promise<ApprovalReply> => {
    const endMs = performance.now() + timeoutMs;
    const bell = bells.hang(id, type => isTerminal(type) || type === MORE_NEWS[until]);
    try {
      for (;;) {
        const { approval, judged } = await read(id, caller);
        const leftMs = endMs - performance.now();
        const came = (until === 'question' && approval.questions !== undefined) || (until === 'verdict' && judged);
        if (approval.status !== 'pending' || came || leftMs <= 0 || gone.aborted || bells.closed) return approval;
        await bell.rung(Math.min(leftMs, LOOK_AGAIN_MS), gone);
      }
    } finally {
      bell.takeDown();
    }
  };

export type WaitForDecision = ReturnType<typeof waitForDecision>;
